package fhirpath

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// kind says what a token is.
type kind int

const (
	end kind = iota
	name
	number
	quoted
	variable // %name
	special  // $this
	symbol
)

type token struct {
	kind kind
	text string
}

// symbols are the operators and brackets, longer ones first.
var symbols = []string{"<=", ">=", "!=", "<", ">", "=", "+", "-", "*", "/", "&", "|", ".", ",", "(", ")", "[", "]", "{", "}"}

// escapes are those of texts in quotes.
var escapes = map[byte]byte{'\'': '\'', '"': '"', '`': '`', '\\': '\\', '/': '/', 'n': '\n', 'r': '\r', 't': '\t', 'f': '\f'}

// lex cuts an expression into tokens.
func lex(s string) ([]token, error) {
	if utf8.RuneCountInString(s) > maxLength || !utf8.ValidString(s) {
		return nil, fmt.Errorf("an expression has at most %d characters", maxLength)
	}
	var out []token
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == '\'' || c == '`':
			text, next, err := quotedText(s, i)
			if err != nil {
				return nil, err
			}
			kind := quoted
			if c == '`' {
				kind = name
			}
			out, i = append(out, token{kind, text}), next
		case c >= '0' && c <= '9':
			next := i + span(s[i:], isDigit)
			if next+1 < len(s) && s[next] == '.' && isDigit(s[next+1]) {
				next += 1 + span(s[next+1:], isDigit)
			}
			out, i = append(out, token{number, s[i:next]}), next
		case isLetter(c):
			next := i + span(s[i:], isWord)
			out, i = append(out, token{name, s[i:next]}), next
		case (c == '%' || c == '$') && i+1 < len(s) && (isLetter(s[i+1]) || s[i+1] == '`'):
			kind, text, next := variable, "", i+1+span(s[i+1:], isWord)
			if c == '$' {
				kind = special
			}
			text = s[i+1 : next]
			if s[i+1] == '`' {
				var err error
				if text, next, err = quotedText(s, i+1); err != nil {
					return nil, err
				}
			}
			out, i = append(out, token{kind, text}), next
		default:
			sym := ""
			for _, known := range symbols {
				if strings.HasPrefix(s[i:], known) {
					sym = known
					break
				}
			}
			if sym == "" {
				_, size := utf8.DecodeRuneInString(s[i:])
				return nil, fmt.Errorf("%q is not supported", s[i:i+size])
			}
			out, i = append(out, token{symbol, sym}), i+len(sym)
		}
	}
	return append(out, token{kind: end}), nil
}

// quotedText reads a text in quotes from place i on.
func quotedText(s string, i int) (text string, next int, err error) {
	quote := s[i]
	var b strings.Builder
	for i++; i < len(s); i++ {
		switch c := s[i]; {
		case c == quote:
			return b.String(), i + 1, nil
		case c == '\\':
			if i++; i >= len(s) || escapes[s[i]] == 0 {
				return "", 0, fmt.Errorf("an escape in a text is not supported")
			}
			b.WriteByte(escapes[s[i]])
		default:
			b.WriteByte(c)
		}
	}
	return "", 0, fmt.Errorf("a text in quotes has no end")
}

func span(s string, in func(byte) bool) int {
	n := 0
	for n < len(s) && in(s[n]) {
		n++
	}
	return n
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }
func isWord(c byte) bool   { return isLetter(c) || isDigit(c) }

package feed

import "strings"

// maxNested bounds how deep lists stand in the cell of a list.
const maxNested = 20

// readList reads a cell that holds a list as programs write it, in JSON or as
// Python prints it: ["a", "b"], [{"zip": "94109"}, {'zip': None}]. Each object
// is answered with its plain members; a plain value is the member "". ok is
// false where the cell is no such list; an empty cell is an empty list.
func readList(text string) (out []map[string]string, ok bool) {
	if text = strings.TrimSpace(text); text == "" {
		return nil, true
	}
	p := listParser{s: text}
	if text[0] == '{' {
		o, ok := p.object(0)
		return []map[string]string{o}, ok && p.end()
	}
	if !p.sign('[') {
		return nil, false
	}
	for !p.sign(']') {
		p.blank()
		if p.at < len(p.s) && p.s[p.at] == '{' {
			o, ok := p.object(1)
			if !ok {
				return nil, false
			}
			out = append(out, o)
		} else {
			v, plain, ok := p.value(1)
			if !ok {
				return nil, false
			}
			if plain {
				out = append(out, map[string]string{"": v})
			}
		}
		if !p.sign(',') && !p.ahead(']') {
			return nil, false
		}
	}
	return out, p.end()
}

// listParser reads a text from at.
type listParser struct {
	s  string
	at int
}

func (p *listParser) blank() {
	for p.at < len(p.s) && strings.IndexByte(" \t\r\n", p.s[p.at]) >= 0 {
		p.at++
	}
}

func (p *listParser) ahead(c byte) bool {
	p.blank()
	return p.at < len(p.s) && p.s[p.at] == c
}

func (p *listParser) sign(c byte) bool {
	if !p.ahead(c) {
		return false
	}
	p.at++
	return true
}

func (p *listParser) end() bool {
	p.blank()
	return p.at == len(p.s)
}

// object reads { … }; of objects and lists in it only that they are there.
func (p *listParser) object(depth int) (map[string]string, bool) {
	out := map[string]string{}
	if depth > maxNested || !p.sign('{') {
		return nil, false
	}
	for !p.sign('}') {
		name, plain, ok := p.value(depth + 1)
		if !ok || !plain || !p.sign(':') {
			return nil, false
		}
		v, plain, ok := p.value(depth + 1)
		if !ok {
			return nil, false
		}
		if plain {
			out[columnName(name)] = v
		}
		if !p.sign(',') && !p.ahead('}') {
			return nil, false
		}
	}
	return out, true
}

// value reads any value; plain ones are answered as text, nothing as "".
func (p *listParser) value(depth int) (text string, plain, ok bool) {
	p.blank()
	if depth > maxNested || p.at >= len(p.s) {
		return "", false, false
	}
	switch c := p.s[p.at]; c {
	case '{':
		_, ok := p.object(depth)
		return "", false, ok
	case '[':
		p.at++
		for !p.sign(']') {
			if _, _, ok := p.value(depth + 1); !ok || !p.sign(',') && !p.ahead(']') {
				return "", false, false
			}
		}
		return "", false, true
	case '"', '\'':
		text, ok := p.quoted(c)
		return text, true, ok
	}
	start := p.at
	for p.at < len(p.s) && strings.IndexByte(",:]} \t\r\n", p.s[p.at]) < 0 {
		p.at++
	}
	switch text = p.s[start:p.at]; text {
	case "null", "None", "NaN", "nan":
		return "", true, true
	}
	return text, true, text != ""
}

var escapes = map[byte]string{'n': "\n", 'r': "", 't': " ", '"': `"`, '\'': "'", '\\': `\`, '/': "/"}

// quoted reads a text in quotation marks.
func (p *listParser) quoted(mark byte) (string, bool) {
	var b strings.Builder
	for p.at++; p.at < len(p.s); p.at++ {
		c := p.s[p.at]
		if c == mark {
			p.at++
			return b.String(), true
		}
		if c != '\\' || p.at+1 == len(p.s) {
			b.WriteByte(c)
			continue
		}
		p.at++
		if text, ok := escapes[p.s[p.at]]; ok {
			b.WriteString(text)
		} else if r, ok := p.codePoint(); ok {
			b.WriteRune(r)
		} else {
			b.WriteString(`\` + p.s[p.at:p.at+1])
		}
	}
	return "", false
}

// codePoint reads \xHH and \uHHHH from the letter on.
func (p *listParser) codePoint() (rune, bool) {
	n := map[byte]int{'x': 2, 'u': 4}[p.s[p.at]]
	if n == 0 || p.at+n >= len(p.s) {
		return 0, false
	}
	var r rune
	for _, c := range strings.ToLower(p.s[p.at+1 : p.at+1+n]) {
		d := strings.IndexRune("0123456789abcdef", c)
		if d < 0 {
			return 0, false
		}
		r = r<<4 | rune(d)
	}
	p.at += n
	return r, true
}

package web

import (
	"net/url"
	"strings"
	"unicode/utf16"

	"github.com/havenloop/havenloop/directory"
)

// maxText is the most that a text message about one service takes, in the
// characters that networks count: two or three parts on most phones.
const maxText = 320

// textMessage tells a service in a text message: its name, telephone and
// address, and the hours as far as they fit. It says nothing about who gets it
// or why.
func textMessage(l *Locale, s directory.ServiceDetail) string {
	const mostName = 120
	lines := filled(l.isolate(shortened(s.Name, mostName)), l.Phone(s.Phone), l.isolate(sheetPlace(l, s.ServiceSummary)))
	if hours := strings.Join(sheetHours(l, s), "; "); textLength(strings.Join(append(lines[:len(lines):len(lines)], hours), "\n")) <= maxText {
		lines = append(lines, hours)
	}
	if s.OrganizationName != s.Name {
		more := append([]string{lines[0], l.isolate(shortened(s.OrganizationName, mostName))}, lines[1:]...)
		if textLength(strings.Join(more, "\n")) <= maxText {
			lines = more
		}
	}
	text := strings.Join(lines, "\n")
	for textLength(text) > maxText { // an address as long as a letter
		runes := []rune(text)
		text = string(runes[:len(runes)-1])
	}
	return text
}

// shortened cuts a text to at most n characters.
func shortened(s string, n int) string {
	if runes := []rune(s); len(runes) > n {
		return strings.TrimSpace(string(runes[:n-1])) + "…"
	}
	return s
}

// The characters of the GSM 7-bit default alphabet, and those of its extension
// table, which count twice. Source: 3GPP TS 23.038, 6.2.1 and 6.2.1.1.
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmTwice = "^{}\\[~]|€\f"
)

// textLength counts a text as networks do: in characters of the GSM alphabet,
// or, when it has any other, in units of UTF-16.
func textLength(text string) int {
	n := 0
	for _, r := range text {
		switch {
		case strings.ContainsRune(gsmBasic, r):
			n++
		case strings.ContainsRune(gsmTwice, r):
			n += 2
		default:
			return len(utf16.Encode([]rune(text)))
		}
	}
	return n
}

// smsAddress opens the phone's own messages with the text in them and nobody
// as recipient. Source: RFC 5724; iPhones read the body only behind "&".
func smsAddress(text string) string {
	return "sms:?&body=" + strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
}

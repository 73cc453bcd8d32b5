package web

import (
	"math"
	"strconv"
	"strings"
)

// separators are how a language writes numbers: what stands between
// thousands, and before decimals. Digits are the Western ones in Arabic too:
// they are on every letter, bus and telephone here, and Unicode gives them
// for Arabic outside of Egypt and its neighbours. Source: Unicode CLDR 45,
// numbers, of en, es-US, vi, zh and ar with the digits latn.
var separators = map[string]struct{ thousands, decimals string }{
	"en": {",", "."}, "es": {",", "."}, "vi": {".", ","}, "zh-Hans": {",", "."}, "ar": {",", "."},
}

// Number tells a whole number, for example "1,234".
func (l *Locale) Number(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	var parts []string
	for len(digits) > 3 {
		parts = append([]string{digits[len(digits)-3:]}, parts...)
		digits = digits[:len(digits)-3]
	}
	return sign + strings.Join(append([]string{digits}, parts...), separators[l.Language].thousands)
}

// Decimal tells a number with at most one digit behind the point, for example
// "1.9" or "2".
func (l *Locale) Decimal(f float64) string {
	whole, part, _ := strings.Cut(oneDigit(f), ".")
	n, _ := strconv.Atoi(whole) // digits
	if part == "" {
		return l.Number(n)
	}
	return l.Number(n) + separators[l.Language].decimals + part
}

func oneDigit(f float64) string { return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64) }

// Distance tells metres in miles, for example "0.4 miles".
func (l *Locale) Distance(metres float64) string {
	miles := metres / metresPerMile
	if miles < 10 {
		return l.T("distance.miles", "count", math.Max(miles, 0.1))
	}
	return l.T("distance.miles", "count", int(math.Round(miles)))
}

// metresPerMile is the length of the international mile, exactly.
const metresPerMile = 1609.344

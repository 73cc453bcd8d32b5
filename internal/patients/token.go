package patients

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"slices"
)

// tokens makes match tokens: HMAC-SHA-256 of an organization, what sort of
// entry it is, and the entry. The same entry of two organizations has
// different tokens, so the store tells nothing across organizations.
type tokens struct{ key []byte }

// tokenLength is how many bytes of the hash a token keeps: 128 bits.
const tokenLength = 16

func (t tokens) token(organizationID, sort string, parts ...string) string {
	mac := hmac.New(sha256.New, t.key)
	for _, s := range append([]string{organizationID, sort}, parts...) {
		mac.Write([]byte(s))
		mac.Write([]byte{0})
	}
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:tokenLength])
}

// The sorts of entries under which a patient is found. Names are kept as the
// sounds of their words.
const (
	byPhone     = "phone"
	byBirth     = "birth"      // the birth date alone
	byFamily    = "family"     // a word of the family name
	byGiven     = "given"      // a word of the given name
	byNames     = "names"      // two words of either name
	byBirthName = "birth+name" // the birth date and a word of either name
)

// of lists the tokens under which the patient is found.
func (t tokens) of(p Patient) []string {
	org := p.OrganizationID
	out := []string{t.token(org, byBirth, p.BirthDate)}
	if p.Phone != "" {
		out = append(out, t.token(org, byPhone, p.Phone))
	}
	family, given := sounds(p.FamilyName), sounds(p.GivenName)
	for _, s := range family {
		out = append(out, t.token(org, byFamily, s))
	}
	for _, s := range given {
		out = append(out, t.token(org, byGiven, s))
	}
	both := slices.Concat(family, given)
	for i, s := range both {
		out = append(out, t.token(org, byBirthName, p.BirthDate, s))
		for _, other := range both[i+1:] {
			out = append(out, t.names(org, s, other))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// names is the token of two sounds, in whatever order.
func (t tokens) names(organizationID, a, b string) string {
	return t.token(organizationID, byNames, min(a, b), max(a, b))
}

// maxWords is how many words of a name count; it bounds the tokens of a patient.
const maxWords = 6

// sounds lists the sounds of the words of a name.
func sounds(name string) []string {
	var out []string
	for _, w := range words(name) {
		out = append(out, sound(w))
	}
	return out[:min(len(out), maxWords)]
}

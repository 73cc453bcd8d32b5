package patients

import (
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/fault"
)

// Bounds of a patient's fields.
const (
	maxText            = 200 // characters of one entry
	maxAge             = 130 // years
	maxRepresentatives = 10
)

// relationships are what a representative can be.
var relationships = []string{"parent", "guardian", "proxy"}

var (
	postalCode = regexp.MustCompile(`^[0-9]{5}$`)
	state      = regexp.MustCompile(`^[A-Z]{2}$`)
)

// normalize brings the entries into the form in which they are stored, and
// tells all that is wrong with them.
func (p *Patient) normalize(now time.Time) error {
	var wrong fault.Fields
	for name, text := range p.texts() {
		*text = strings.Join(strings.Fields(norm.NFC.String(*text)), " ")
		wrong.Check(utf8.RuneCountInString(*text) <= maxText, name, "Use at most %d characters.", maxText)
	}
	wrong.Check(p.GivenName != "", "givenName", "Give the first name.")
	wrong.Check(p.FamilyName != "", "familyName", "Give the last name.")
	checkBirthDate(&wrong, p.BirthDate, now)
	p.Phone = phone(&wrong, "phone", p.Phone)
	if p.Email != "" {
		a, err := mail.ParseAddress(p.Email)
		wrong.Check(err == nil && a.Address == p.Email, "email", "Write the email address as name@example.org.")
	}
	p.Address.State = strings.ToUpper(p.Address.State)
	wrong.Check(p.Address.State == "" || state.MatchString(p.Address.State), "address.state",
		"Write the state as two letters, for example CA.")
	wrong.Check(p.Address.PostalCode == "" || postalCode.MatchString(p.Address.PostalCode), "address.postalCode",
		"Write the ZIP code as five digits.")
	p.Languages.Spoken = tag(&wrong, "languages.spoken", p.Languages.Spoken)
	p.Languages.Written = tag(&wrong, "languages.written", p.Languages.Written)
	p.Representatives = slices.Clone(p.Representatives) // the caller keeps theirs
	wrong.Check(len(p.Representatives) <= maxRepresentatives, "representatives", "Name at most %d people who act for the patient.", maxRepresentatives)
	for i := range p.Representatives {
		p.Representatives[i].normalize(&wrong, fmt.Sprintf("representatives[%d].", i))
	}
	p.Contact.normalize(&wrong)
	p.Situation.check(&wrong)
	wrong.Check(p.OrganizationID != "", "organizationId", "Say to which organization the patient belongs.")
	return wrong.Err()
}

// texts lists the free entries by their names.
func (p *Patient) texts() map[string]*string {
	return map[string]*string{
		"givenName": &p.GivenName, "familyName": &p.FamilyName, "email": &p.Email,
		"address.line": &p.Address.Line, "address.city": &p.Address.City,
		"address.state": &p.Address.State, "address.postalCode": &p.Address.PostalCode,
		"contact.safeHours": &p.Contact.SafeHours, "assignedTo": &p.AssignedTo,
	}
}

func (r *Representative) normalize(wrong *fault.Fields, path string) {
	r.Name = strings.Join(strings.Fields(norm.NFC.String(r.Name)), " ")
	wrong.Check(r.Name != "" && utf8.RuneCountInString(r.Name) <= maxText, path+"name", "Give the name of the person who acts for the patient.")
	wrong.Check(slices.Contains(relationships, r.Relationship), path+"relationship", "Choose parent, guardian or proxy.")
	r.Phone = phone(wrong, path+"phone", r.Phone)
}

func checkBirthDate(wrong *fault.Fields, date string, now time.Time) {
	t, err := time.Parse(clock.DateLayout, date)
	switch {
	case err != nil:
		wrong.Add("birthDate", "Write the birth date as year, month and day, for example 1987-04-30.")
	// A day of grace: it is already tomorrow in the zones ahead of UTC.
	case t.After(now.AddDate(0, 0, 1)):
		wrong.Add("birthDate", "The birth date is in the future. Check the year.")
	case t.Before(now.AddDate(-maxAge, 0, 0)):
		wrong.Add("birthDate", "The birth date is more than %d years ago. Check the year.", maxAge)
	}
}

// phone is the number in E.164. One without a country is taken as of the US.
func phone(wrong *fault.Fields, name, number string) string {
	number = strings.TrimSpace(number)
	if number == "" {
		return ""
	}
	n, err := phonenumbers.Parse(number, "US")
	if err != nil || !phonenumbers.IsValidNumber(n) {
		wrong.Add(name, "Check the phone number. Write US numbers with the area code, for example 415-555-0123.")
		return number
	}
	return phonenumbers.Format(n, phonenumbers.E164)
}

// tag is the language tag in its usual upper and lower case.
func tag(wrong *fault.Fields, name, tag string) string {
	if tag == "" {
		return ""
	}
	t, err := language.Raw.Parse(tag)
	if err != nil {
		wrong.Add(name, "Give the language as a tag such as en, es or zh-Hans.")
		return tag
	}
	return t.String()
}

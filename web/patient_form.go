package web

import (
	"strings"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/patients"
)

// patientAlias gives the form's names of inputs that the patient record calls otherwise.
var patientAlias = map[string]string{
	"representatives[0].name":         "representative.name",
	"representatives[0].relationship": "representative.relationship",
	"representatives[0].phone":        "representative.phone",
	"contact.safeTimes":               "contact.from",
}

// patientFrom is the patient with what the form asks for in place of what was
// known; what the form does not ask for stays.
func patientFrom(f Form, p patients.Patient) patients.Patient {
	p.GivenName, p.FamilyName, p.BirthDate = f.Value("givenName"), f.Value("familyName"), f.Date("birthDate")
	p.Phone, p.Email = f.Value("phone"), f.Value("email")
	p.Address = patients.Address{
		Line: f.Value("address.line"), City: f.Value("address.city"),
		State: strings.TrimSpace(f.Value("address.state")), PostalCode: strings.TrimSpace(f.Value("address.postalCode")),
	}
	p.Languages = patients.Languages{Spoken: f.Value("languages.spoken"), Written: f.Value("languages.written")}
	p.Contact = patients.Contact{
		SafeToText: f.Flag("contact.safeToText"), SafeToVoicemail: f.Flag("contact.safeToVoicemail"),
		SafeHours:    f.Value("contact.safeHours"),
		SafeTimes:    &patients.SafeTimes{Hours: clock.Hours{From: f.Value("contact.from"), To: f.Value("contact.to")}, Days: f.Values["contact.days"]},
		DoNotContact: f.Value("contact.none") == "yes",
	}
	p.Part2 = f.Value("part2") == "yes"
	others := p.Representatives[min(1, len(p.Representatives)):]
	p.Representatives = nil
	r := patients.Representative{
		Name: f.Value("representative.name"), Relationship: f.Value("representative.relationship"), Phone: f.Value("representative.phone"),
	}
	if r != (patients.Representative{}) {
		p.Representatives = append(p.Representatives, r)
	}
	p.Representatives = append(p.Representatives, others...)
	return p
}

// withPatient fills the form with what is known of the patient.
func (f Form) withPatient(p patients.Patient) Form {
	var r patients.Representative
	if len(p.Representatives) > 0 {
		r = p.Representatives[0]
	}
	for name, value := range map[string]string{
		"givenName": p.GivenName, "familyName": p.FamilyName, "phone": phoneText(p.Phone), "email": p.Email,
		"address.line": p.Address.Line, "address.city": p.Address.City, "address.state": p.Address.State, "address.postalCode": p.Address.PostalCode,
		"languages.spoken": p.Languages.Spoken, "languages.written": p.Languages.Written,
		"contact.safeToText": flagValue(p.Contact.SafeToText), "contact.safeToVoicemail": flagValue(p.Contact.SafeToVoicemail),
		"contact.safeHours":   p.Contact.SafeHours,
		"representative.name": r.Name, "representative.relationship": r.Relationship, "representative.phone": phoneText(r.Phone),
	} {
		f = f.With(name, value)
	}
	if t := p.Contact.SafeTimes; t != nil {
		f = f.With("contact.from", t.From).With("contact.to", t.To).With("contact.days", t.Days...)
	}
	if p.Contact.DoNotContact {
		f = f.With("contact.none", "yes")
	}
	if p.Part2 {
		f = f.With("part2", "yes")
	}
	return f.WithDate("birthDate", p.BirthDate)
}

// safeDays are the days of the week, for a choice of several.
func safeDays(l *Locale) []Option {
	var out []Option
	for _, d := range patients.Weekdays() {
		out = append(out, Option{Value: d, Label: l.T("safe-day." + strings.ToLower(d))})
	}
	return out
}

// safeTimes tells when a patient may be written to.
func safeTimes(l *Locale, c patients.Contact) string {
	if c.DoNotContact {
		return l.T("contact.none")
	}
	if c.SafeTimes == nil {
		return ""
	}
	days := ""
	for _, d := range c.SafeTimes.Days {
		days = joined(l, days, l.T("safe-day."+strings.ToLower(d)))
	}
	return joined(l, c.SafeTimes.From+"–"+c.SafeTimes.To, days)
}

// flagValue is the choice that [Form.Flag] reads as the flag.
func flagValue(flag *bool) string {
	switch {
	case flag == nil:
		return ""
	case *flag:
		return "yes"
	default:
		return "no"
	}
}

// relationships are what a representative can be.
func relationships(l *Locale) []Option {
	return []Option{
		{Value: "parent", Label: l.T("relationship.parent")},
		{Value: "guardian", Label: l.T("relationship.guardian")},
		{Value: "proxy", Label: l.T("relationship.proxy"), Hint: l.T("relationship.proxy-hint")},
	}
}

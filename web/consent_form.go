package web

import (
	"slices"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/referrals/consenttext"
)

// ConsentForm is the part of a form that records a new consent.
type ConsentForm struct {
	// Hidden tells that an earlier consent can be chosen instead.
	Optional bool
	// Who are the agencies that get something, in words.
	Who        string
	Recipients []Option // empty when there is no choice
	Fields     []Option
	Methods    []Option
	Relations  []Option
	Languages  []Option
	// Violence tells that the rules for needs about violence hold, Part2 those
	// of records of substance use programs.
	Violence, Part2 bool
	// Ends tells that a last day must be given.
	Ends bool
}

// The values of the field "recipients".
const (
	recipientsNamed = "named"
	recipientsClass = "class"
)

// consentFields are the groups of data in the order in which they are asked;
// the answers of the screening are not chosen beforehand.
var consentFields = []referrals.Field{
	referrals.FieldIdentity, referrals.FieldContact, referrals.FieldNeed, referrals.FieldNotes, referrals.FieldAnswers,
}

// How long a consent is proposed to last, in days: a year, or as long as it
// usually takes to reach safety.
const (
	consentDays         = 365
	violenceConsentDays = 90
)

// begin fills in what is usual.
func (r refer) begin(f Form) Form {
	f = f.With("consent", newConsent)
	if len(r.consents) > 0 {
		f = f.With("consent", r.consents[0].ID)
	}
	f = f.With("recipients", recipientsNamed)
	for _, field := range consentFields[:4] {
		f.Values["fields"] = append(f.Values["fields"], string(field))
	}
	days, method := consentDays, referrals.Verbal
	if r.violence() {
		days = violenceConsentDays
	}
	if r.violence() || r.patient.Part2 {
		method = referrals.Written
	}
	relation, name := likelyRespondent(r.page.Locale, r.patient), fullName(r.patient)
	if relation != "self" {
		name = ""
		if len(r.patient.Representatives) > 0 {
			name = r.patient.Representatives[0].Name
		}
	}
	language := r.patient.Languages.Spoken
	if language == "" {
		language = "en"
	}
	return f.With("method", string(method)).With("signer.name", name).With("signer.relationship", relation).
		With("language", language).WithDate("expiresOn", r.page.Now.AddDate(0, 0, days).Format(clock.DateLayout))
}

// violence tells whether the need takes a consent of its own.
func (r refer) violence() bool { return referrals.Violence(r.need.Domain) }

func consentForm(r refer, f Form) ConsentForm {
	l := r.page.Locale
	v := ConsentForm{Optional: len(r.consents) > 0, Violence: r.violence(), Part2: r.patient.Part2, Ends: r.violence()}
	names := make([]string, 0, len(r.services))
	for _, s := range r.services {
		names = append(names, s.Organization)
	}
	v.Who = l.join("list.comma", slices.Compact(names))
	if !v.Violence {
		v.Recipients = []Option{
			{Value: recipientsNamed, Label: l.T("refer.only", "list", v.Who)},
			{Value: recipientsClass, Label: l.T("refer.network"), Hint: l.T("refer.network-hint")},
		}
	}
	for _, field := range consentFields {
		v.Fields = append(v.Fields, Option{Value: string(field), Label: l.T("field." + string(field)), Hint: l.T("field-hint." + string(field))})
	}
	methods := []referrals.Method{referrals.Verbal, referrals.Written, referrals.Electronic}
	if v.Violence || v.Part2 {
		methods = methods[1:2]
	}
	for _, m := range methods {
		v.Methods = append(v.Methods, Option{Value: string(m), Label: l.T("method." + string(m))})
	}
	for _, who := range respondents {
		v.Relations = append(v.Relations, Option{Value: who, Label: l.T("respondent." + who)})
	}
	for _, t := range languages {
		v.Languages = append(v.Languages, Option{Value: t.tag, Label: t.name})
	}
	if chosen := f.Value("language"); !slices.ContainsFunc(v.Languages, func(o Option) bool { return o.Value == chosen }) {
		v.Languages = append(v.Languages, Option{Value: chosen, Label: languageName(chosen)})
	}
	return v
}

// consent reads the new consent from the form.
func (r refer) consent(f Form) referrals.Consent {
	c := referrals.Consent{
		PatientID: r.patient.ID, Needs: []string{r.need.Domain}, Method: referrals.Method(f.Value("method")),
		Signer:   referrals.Signer{Name: f.Value("signer.name"), Relationship: f.Value("signer.relationship")},
		Language: f.Value("language"), TextVersion: consenttext.Latest, ExpiresOn: f.Date("expiresOn"),
		Signature: referrals.Signature{TypedName: f.Value(signatureField)},
	}
	for _, field := range f.Values["fields"] {
		c.Fields = append(c.Fields, referrals.Field(field))
	}
	if f.Value("recipients") == recipientsClass {
		c.Recipients.Class = referrals.NetworkAgencies
		return c
	}
	for _, s := range r.services {
		c.Recipients.OrganizationIDs = append(c.Recipients.OrganizationIDs, s.OrganizationID)
	}
	return c
}

// consentLines tells the chosen consent in words.
func consentLines(r refer, f Form) []string {
	l := r.page.Locale
	for _, c := range r.consents {
		if c.ID == f.Value("consent") {
			return []string{l.T("refer.consent-known", "date", l.Date(c.GivenAt)), fieldList(l, c.Fields), consentUntil(l, c)}
		}
	}
	c := r.consent(f)
	with := consentForm(r, f).Who
	if c.Recipients.Class != "" {
		with = l.T("refer.network")
	}
	return filled(
		l.T("refer.gets", "who", with, "what", fieldList(l, c.Fields)),
		joined(l, l.T("method."+string(c.Method)), l.T("refer.given-by", "name", c.Signer.Name, "who", l.T("respondent."+c.Signer.Relationship)), languageName(c.Language)),
		consentUntil(l, c),
	)
}

// consentUntil tells until when a consent holds.
func consentUntil(l *Locale, c referrals.Consent) string {
	if c.ExpiresOn == "" {
		return l.T("consent.no-end")
	}
	return l.T("consent.until", "date", l.Day(c.ExpiresOn))
}

// fieldList names groups of data.
func fieldList(l *Locale, fields []referrals.Field) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = l.T("field." + string(f))
	}
	return l.join("list.comma", names)
}

package web

import (
	"net/url"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/referrals"
)

// reviewView is the page on which all of it is read once more.
func reviewView(r refer, f Form) ReferView {
	v := referView(r, f)
	v.Review = reviewRows(r, f, v)
	if f.Value("consent") != newConsent {
		return v
	}
	c := r.consent(f)
	if text, ok := consentText(r.theirs, r.page.Organization, r.patient, r.agencies, c); ok {
		v.Text = &text
	}
	v.Sign = c.Method == referrals.Electronic
	return v
}

// unsigned tells whether a consent that is given on the device lacks the name
// that the person types, or has another one, and notes it on the form.
func (r refer) unsigned(f *Form) bool {
	c := r.consent(*f)
	typed := strings.Join(strings.Fields(c.Signature.TypedName), " ")
	text := ""
	switch {
	case c.Method != referrals.Electronic:
	case typed == "":
		text = f.T("refer.sign-empty")
	case !strings.EqualFold(typed, strings.Join(strings.Fields(c.Signer.Name), " ")):
		text = f.T("refer.sign-other", "name", c.Signer.Name)
	}
	if text != "" {
		f.Problems = append(f.Problems, Problem{Field: signatureField, Text: text})
	}
	return text != ""
}

// reviewRows are what is sent, to be read once more; consent last.
func reviewRows(r refer, f Form, v ReferView) []SummaryRow {
	l := r.page.Locale
	rows := []SummaryRow{
		{Label: l.T("refer.for"), Values: []string{v.Name}},
		{Label: l.T("refer.need"), Values: []string{v.Need}},
	}
	asked := SummaryRow{Label: l.T("refer.asked")}
	for _, s := range v.Services {
		asked.Values = append(asked.Values, joined(l, s.Name, s.Organization))
	}
	rows = append(rows, asked)
	if v.Task != "" { // note and priority are those of the earlier referral
		return append(rows, SummaryRow{Label: l.T("refer.consent"), Values: consentLines(r, f)})
	}
	rows = append(rows, SummaryRow{Label: l.T("refer.priority"), Values: []string{l.T("priority." + f.Value("priority"))}})
	note := SummaryRow{Label: l.T("refer.note"), Values: filled(strings.TrimSpace(f.Value("note")))}
	if len(note.Values) == 0 {
		note.Values, note.Muted = []string{l.T("refer.no-note")}, true
	}
	return append(rows, note, SummaryRow{Label: l.T("refer.consent"), Values: consentLines(r, f)})
}

// carriedValues are the entries that the review carries along, in a steady order.
func carriedValues(values url.Values) [][2]string {
	var out [][2]string
	for name, list := range values {
		if name == "_token" || name == stepField || name == signatureField {
			continue
		}
		for _, v := range list {
			out = append(out, [2]string{name, v})
		}
	}
	slices.SortStableFunc(out, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	return out
}

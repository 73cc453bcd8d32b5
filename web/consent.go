package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
)

// ConsentView shows one consent, and what withdrawing it does.
type ConsentView struct {
	Page
	Form        Form
	Name, Leave string // of the patient
	Action      string
	Version     string
	Status      string
	Tone        Tone
	Rows        []SummaryRow
	InForce     bool
	// Ends are the referrals that are cancelled when the consent is withdrawn.
	Ends []LinkRow
	// AddPage takes the signed page of a consent on paper in, "" for others;
	// Signed is where it is read, "" while it is missing.
	AddPage, Signed string
	Earlier         []LinkRow // pages that were replaced
	// Text is what the person heard; nil where it is not known any more.
	Text *ConsentText
	// Shared is what agencies got under it.
	Shared []LinkRow
}

// ConsentPage answers GET /patients/:id/consents/:consent.
func (h *Handlers) ConsentPage(c echo.Context) error {
	p := h.page(c, "consent.title")
	return h.showConsent(c, http.StatusOK, p, p.form())
}

// RevokeConsent answers POST /patients/:id/consents/:consent/revoke. The page
// with its button has said what will happen.
func (h *Handlers) RevokeConsent(c echo.Context) error {
	p := h.page(c, "consent.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(f.Value("version"), 10, 64) // what is no number is version 0, which is not compared
	if _, err := h.Referrals.RevokeConsent(c.Request().Context(), c.Param("consent"), version); err != nil {
		status, err := f.refuse(&p, err, nil)
		if err != nil {
			return err
		}
		return h.showConsent(c, status, p, f)
	}
	leaveNotice(c, "consent-ended")
	return see(c, patientPath(c.Param("id")))
}

func (h *Handlers) showConsent(c echo.Context, status int, p Page, f Form) error {
	ctx, id := c.Request().Context(), c.Param("id")
	patient, err := h.Patients.Get(ctx, id)
	if err != nil {
		return err
	}
	consents, err := h.Referrals.Consents(ctx, id)
	if err != nil {
		return err
	}
	sent, err := h.Referrals.ForPatient(ctx, id)
	if err != nil {
		return err
	}
	agencies, err := h.Accounts.Organizations(ctx, accounts.Agency)
	if err != nil {
		return err
	}
	names := organizationNames(agencies)
	for _, consent := range consents {
		if consent.ID != c.Param("consent") {
			continue
		}
		shares, err := h.Referrals.Shared(ctx, consent.ID)
		if err != nil {
			return err
		}
		v := consentView(p, f, patient, consent, names)
		v.Shared = shareRows(p.Locale, shares)
		if text, ok := consentText(h.in(p), p.Organization, patient, names, consent); ok {
			v.Text = &text
		}
		for _, r := range sent {
			if r.ConsentID == consent.ID && r.Status.Active() {
				v.Ends = append(v.Ends, referralRow(p.Locale, r, h.Screening.Topic))
			}
		}
		return h.render(c, status, consentPage(v))
	}
	return docstore.ErrNotFound
}

func consentView(p Page, f Form, patient patients.Patient, c referrals.Consent, agencies map[string]string) ConsentView {
	l := p.Locale
	row := consentRow(l, c, agencies)
	v := ConsentView{
		Page: p, Form: f, Name: fullName(patient), Leave: patientPath(patient.ID), Action: consentPath(patient.ID, c.ID) + "/revoke",
		Version: strconv.FormatInt(c.Version, 10), Status: row.Tag, Tone: row.Tone, InForce: c.InForce(l.Now),
	}
	about := make([]string, len(c.Needs))
	for i, d := range c.Needs {
		about[i] = l.T("domain." + d)
	}
	v.Rows = []SummaryRow{
		{Label: l.T("consent.with"), Values: []string{row.Title}},
		{Label: l.T("consent.about"), Values: []string{consentAbout(l, c, about)}},
		{Label: l.T("consent.what"), Values: []string{fieldList(l, c.Fields)}},
		{Label: l.T("consent.how"), Values: []string{joined(l, l.T("method."+string(c.Method)), languageName(c.Language))}},
		{Label: l.T("consent.who"), Values: []string{joined(l, c.Signer.Name, signerText(l, c.Signer.Relationship))}},
		{Label: l.T("consent.when"), Values: []string{l.At(c.GivenAt)}},
		{Label: l.T("consent.taken-by"), Values: filled(c.GivenByName)},
		{Label: l.T("refer.until"), Values: []string{lastDay(l, c)}},
	}
	if page := consentPath(patient.ID, c.ID) + "/page"; c.Method == referrals.Written {
		v.AddPage = page
		if c.Signature.FileID != "" {
			v.Signed = page
		}
		for i, e := range c.Signature.Earlier {
			v.Earlier = append(v.Earlier, LinkRow{Title: l.T("consent.page-before", "at", l.At(e.At), "by", e.By), Href: page + "?earlier=" + strconv.Itoa(i)})
		}
	}
	if c.Signature.TypedName != "" {
		v.Rows = append(v.Rows, SummaryRow{Label: l.T("consent.signed"), Values: []string{l.T("consent.typed", "name", c.Signature.TypedName)}})
	}
	v.Rows = filledRows(v.Rows...)
	if !c.EndedAt.IsZero() {
		v.Rows = append(v.Rows, SummaryRow{Label: row.Tag, Values: []string{l.At(c.EndedAt)}})
	}
	return v
}

// shareRows tells what agencies got: what, when, and whether anybody there has
// opened it.
func shareRows(l *Locale, shares []referrals.Share) []LinkRow {
	var rows []LinkRow
	for _, s := range shares {
		seen := l.T("consent.shared-unseen")
		if s.Times > 0 {
			seen = l.T("consent.shared-seen", "count", s.Times, "at", l.At(s.LastSeen))
		}
		rows = append(rows, LinkRow{
			Title: s.Agency.Name, Href: referralPath(s.ReferralID),
			Meta: joined(l, fieldList(l, s.Fields), l.T("consent.shared-sent", "at", l.At(s.SentAt)), seen),
		})
	}
	return rows
}

// signerText is who signed, to the patient; other words stay as they are.
func signerText(l *Locale, relationship string) string {
	if key := "respondent." + relationship; l.Has(key) {
		return l.T(key)
	}
	return relationship
}

// lastDay is the last day of a consent.
func lastDay(l *Locale, c referrals.Consent) string {
	if c.ExpiresOn == "" {
		return l.T("consent.no-end")
	}
	return l.Day(c.ExpiresOn)
}

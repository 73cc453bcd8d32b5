package web

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/audit"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/referrals"
)

// OwnConsentsView lists what a patient agreed to.
type OwnConsentsView struct {
	SelfPage
	Rows []LinkRow
}

// OwnConsents answers GET /p/consents.
func (h *Handlers) OwnConsents(c echo.Context) error {
	p := h.ownPage(c, "own.consents")
	all, err := h.Referrals.OwnConsents(c.Request().Context())
	if err != nil {
		return err
	}
	names, err := h.agencyNames(c.Request().Context(), all)
	if err != nil {
		return err
	}
	v := OwnConsentsView{SelfPage: p}
	for _, x := range all {
		row := consentRow(p.Locale, x.Consent, names)
		row.Href = ownConsentPath(x.ID)
		v.Rows = append(v.Rows, row)
	}
	return h.renderSelf(c, http.StatusOK, ownConsentsPage(v))
}

// agencyNames are the names of those that consents name, by id; one that is
// gone is missing.
func (h *Handlers) agencyNames(ctx context.Context, all []referrals.OwnConsent) (map[string]string, error) {
	names := map[string]string{}
	for _, c := range all {
		for _, id := range c.Recipients.OrganizationIDs {
			o, err := h.Accounts.Organization(ctx, id)
			if err != nil && !errors.Is(err, docstore.ErrNotFound) {
				return nil, err
			}
			names[id] = o.Name
		}
	}
	return names, nil
}

// OwnConsentView is one consent in the words it was given in, with what has
// been shared under it.
type OwnConsentView struct {
	SelfPage
	Form   Form
	ID     string
	Status string
	Tone   Tone
	With   string // whom it names
	Text   *ConsentText
	Rows   []SummaryRow
	Shared []LinkRow
	// InForce tells that it can be ended; Stops how many referrals that stops.
	InForce bool
	Stops   []string
}

// OwnConsent answers GET /p/consents/:id.
func (h *Handlers) OwnConsent(c echo.Context) error {
	v, err := h.ownConsent(c)
	if err != nil {
		return err
	}
	return h.renderSelf(c, http.StatusOK, ownConsentPage(v))
}

func (h *Handlers) ownConsent(c echo.Context) (OwnConsentView, error) {
	ctx := c.Request().Context()
	p := h.ownPage(c, "own.consent")
	all, err := h.Referrals.OwnConsents(ctx)
	if err != nil {
		return OwnConsentView{}, err
	}
	names, err := h.agencyNames(ctx, all)
	if err != nil {
		return OwnConsentView{}, err
	}
	sent, err := h.Referrals.OwnReferrals(ctx)
	if err != nil {
		return OwnConsentView{}, err
	}
	for _, x := range all {
		if x.ID != c.Param("id") {
			continue
		}
		v := ownConsentView(p, x, names)
		for _, r := range sent {
			if r.ConsentID == x.ID && r.CanWithdraw {
				v.Stops = append(v.Stops, r.Agency.Name)
			}
		}
		patient, err := h.Patients.Open(ctx, p.Actor.PatientID)
		if err != nil {
			return v, err
		}
		if text, ok := consentText(h.in(p.Page), p.Organization, patient, names, x.Consent); ok {
			v.Text = &text
		}
		return v, nil
	}
	return OwnConsentView{}, docstore.ErrNotFound
}

func ownConsentView(p SelfPage, x referrals.OwnConsent, names map[string]string) OwnConsentView {
	l := p.Locale
	row := consentRow(l, x.Consent, names)
	v := OwnConsentView{
		SelfPage: p, Form: p.form(), ID: x.ID, Status: row.Tag, Tone: row.Tone, With: row.Title, InForce: x.InForce(l.Now),
		Shared: ownShares(l, x.Shares),
		Rows: filledRows(
			SummaryRow{Label: l.T("consent.what"), Values: []string{ownFields(l, x.Fields)}},
			SummaryRow{Label: l.T("consent.when"), Values: []string{l.At(x.GivenAt)}},
			SummaryRow{Label: l.T("consent.who"), Values: []string{ownSigner(l, x.Signer)}},
			SummaryRow{Label: l.T("consent.taken-by"), Values: filled(x.GivenByName)},
			SummaryRow{Label: l.T("refer.until"), Values: []string{lastDay(l, x.Consent)}},
		),
	}
	if !x.EndedAt.IsZero() {
		v.Rows = append(v.Rows, SummaryRow{Label: row.Tag, Values: []string{l.At(x.EndedAt)}})
	}
	return v
}

// ownSigner is who agreed: the patient by name alone.
func ownSigner(l *Locale, s referrals.Signer) string {
	if s.Relationship == "self" {
		return s.Name
	}
	return joined(l, s.Name, signerText(l, s.Relationship))
}

// ownFields name groups of data to the patient.
func ownFields(l *Locale, fields []referrals.Field) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = l.T("own.field." + string(f))
	}
	return l.join("list.comma", names)
}

// ownShares tells the patient what agencies got.
func ownShares(l *Locale, shares []referrals.Share) []LinkRow {
	var rows []LinkRow
	for _, s := range shares {
		seen := l.T("consent.shared-unseen")
		if s.Times > 0 {
			seen = l.T("consent.shared-seen", "count", s.Times, "at", l.At(s.LastSeen))
		}
		rows = append(rows, LinkRow{
			Title: s.Agency.Name, Href: ownReferralPath(s.ReferralID),
			Meta: joined(l, ownFields(l, s.Fields), l.T("consent.shared-sent", "at", l.At(s.SentAt)), seen),
		})
	}
	return rows
}

// OwnConsentEndPage answers GET /p/consents/:id/end: it says what will happen,
// and asks.
func (h *Handlers) OwnConsentEndPage(c echo.Context) error {
	v, err := h.ownConsent(c)
	if err != nil {
		return err
	}
	if !v.InForce {
		return see(c, ownConsentPath(v.ID))
	}
	v.Title = v.T("own.end")
	return h.renderSelf(c, http.StatusOK, ownConsentEndPage(v))
}

// OwnConsentEnd answers POST /p/consents/:id/end.
func (h *Handlers) OwnConsentEnd(c echo.Context) error {
	if _, err := h.Referrals.EndOwnConsent(c.Request().Context(), c.Param("id")); err != nil {
		return err
	}
	leaveNotice(c, "own-ended")
	return see(c, ownConsentPath(c.Param("id")))
}

// OwnAccessView lists who opened or changed something about the patient.
type OwnAccessView struct {
	SelfPage
	Rows  []AccessRow
	Pager Pager
}

// OwnAccess answers GET /p/access.
func (h *Handlers) OwnAccess(c echo.Context) error {
	p, cursor := h.ownPage(c, "own.access"), c.QueryParam("cursor")
	list, err := h.Referrals.OwnAccess(c.Request().Context(), cursor)
	if err != nil {
		return err
	}
	v := OwnAccessView{SelfPage: p}
	if v.Rows, err = h.ownAccessRows(c, p.Locale, list.Items); err != nil {
		return err
	}
	v.Pager = listPager(p.Locale, ownAccessPath, cursor, list, "access.shown")
	return h.renderSelf(c, http.StatusOK, ownAccessPage(v))
}

// ownAccessRows tells the trail to the patient.
func (h *Handlers) ownAccessRows(c echo.Context, l *Locale, entries []audit.Entry) ([]AccessRow, error) {
	rows, err := h.accessRows(c.Request().Context(), l, entries)
	for i := range rows {
		if rows[i].Who == l.T("access.self") {
			rows[i].Who = l.T("own.you")
		}
	}
	return rows, err
}

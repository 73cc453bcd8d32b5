package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/audit"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// AccessView lists who opened or changed something about a patient.
type AccessView struct {
	Page
	Name, Leave string // of the patient
	Rows        []AccessRow
	Pager       Pager
}

// AccessRow is one access, or several alike in a row.
type AccessRow struct {
	Who       string // the person, and where they work
	What, Why string
	When      string
	// Times tells how often in a row; "" for once.
	Times string
}

// accessPath is where the trail of a patient is read.
func accessPath(patientID string) string { return patientPath(patientID) + "/access" }

// AccessPage answers GET /patients/:id/access.
func (h *Handlers) AccessPage(c echo.Context) error {
	ctx, id, cursor := c.Request().Context(), c.Param("id"), c.QueryParam("cursor")
	patient, err := h.Patients.Get(ctx, id)
	if err != nil {
		return err
	}
	list, err := h.Audit.ForPatient(ctx, id, cursor, 0)
	if err != nil {
		return err
	}
	p := h.page(c, "access.title")
	v := AccessView{Page: p, Name: fullName(patient), Leave: patientPath(id)}
	if v.Rows, err = h.accessRows(ctx, p.Locale, list.Items); err != nil {
		return err
	}
	v.Pager = listPager(p.Locale, accessPath(id), cursor, list, "access.shown")
	return h.render(c, http.StatusOK, accessPage(v))
}

// accessRows tells the trail in words. It leaves out which need a line is
// about: others may look over the shoulder.
func (h *Handlers) accessRows(ctx context.Context, l *Locale, entries []audit.Entry) ([]AccessRow, error) {
	names, err := h.organizationsOf(ctx, entries)
	if err != nil {
		return nil, err
	}
	var rows []AccessRow
	for i := 0; i < len(entries); {
		e, n := entries[i], 1
		for i+n < len(entries) && alike(e, entries[i+n]) {
			n++
		}
		row := AccessRow{What: accessWhat(l, e.Action), When: l.At(e.At)}
		row.Who, row.Why = accessWho(l, e, names)
		if n > 1 {
			row.Times = l.T("access.times", "count", n)
		}
		rows = append(rows, row)
		i += n
	}
	return rows, nil
}

// alike tells whether two entries are the same thing done again.
func alike(a, b audit.Entry) bool {
	return a.ActorID == b.ActorID && a.Action == b.Action && a.Subject == b.Subject && a.At.Sub(b.At).Hours() < 24
}

// organizationsOf reads the names of the organizations in the trail.
func (h *Handlers) organizationsOf(ctx context.Context, entries []audit.Entry) (map[string]accounts.Organization, error) {
	names := map[string]accounts.Organization{}
	for _, e := range entries {
		for _, id := range e.OrganizationIDs {
			if _, known := names[id]; known {
				continue
			}
			o, err := h.Accounts.Organization(ctx, id)
			if err != nil && !errors.Is(err, docstore.ErrNotFound) {
				return nil, err
			}
			names[id] = o
		}
	}
	return names, nil
}

// systemActors act by themselves after what somebody did; their changes carry
// these ids and no role.
var systemActors = []string{"referrals", "part2", "expire-consents", "climb-ladder", "guests", "visits"}

// accessWho says who it was, where they work, and why they may.
func accessWho(l *Locale, e audit.Entry, orgs map[string]accounts.Organization) (who, why string) {
	switch {
	case e.Role == identity.PatientRole || e.ActorID != "" && e.ActorID == e.PatientID:
		return l.T("access.self"), l.T("access-why.self")
	case e.ActorID == "" || e.Role == identity.System || e.ActorName == "" && slices.Contains(systemActors, e.ActorID):
		return l.T("access.system"), l.T("access-why.system")
	}
	// A change names the organizations that it concerns. Where these are two, it
	// does not say which of them the person works for.
	why, place := string(accounts.Care), ""
	switch known := slices.DeleteFunc(slices.Clone(e.OrganizationIDs), func(id string) bool { return orgs[id].ID == "" }); {
	case len(known) > 1:
		why = "either"
	case len(known) == 1:
		why, place = string(orgs[known[0]].Kind), orgs[known[0]].Name
	}
	switch who = e.ActorName; {
	case who == "" && strings.HasPrefix(e.ActorID, "links/"): // before the PIN nobody knows who it is
		who = l.T("own.by-link")
	case who == "":
		who = l.T("access.unknown")
	}
	return joined(l, who, place), l.T("access-why." + why)
}

// accessFamilies are actions that are told by what they are about.
var accessFamilies = []string{"link", "careplan", "letter", "referral", "request", "task", "rescreening"}

// accessWhat says what was done, as near as there are words for it.
func accessWhat(l *Locale, action string) string {
	if key := "access-did." + action; l.Has(key) {
		return l.T(key)
	}
	family, _, _ := strings.Cut(action, ".")
	if slices.Contains(accessFamilies, family) {
		return l.T("access-did." + family)
	}
	return l.T("access-did.other")
}

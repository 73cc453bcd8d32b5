package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/links"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/internal/secret"
	"github.com/havenloop/havenloop/screening/self"
)

// OfferView is the page where a worker lets a patient answer alone.
type OfferView struct {
	Page
	Form            Form
	PatientID, Name string
	Instruments     []Option
	Languages       []Option
	Days            []Option
	Proofs          []Option
	Links           []LinkRow // made before
}

// offerDays are how long a link may work, in days.
var offerDays = []int{1, 3, 7, 14, 30}

// NewLink answers GET /patients/:id/links/new.
func (h *Handlers) NewLink(c echo.Context) error {
	patient, err := h.Patients.Get(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	p := h.page(c, "offer.title")
	f := p.form().With(onceField, onceKey()).With("days", "14").With("proof", string(links.ByPIN)).With("language", patient.Languages.Written)
	settings, err := h.Network.Settings(c.Request().Context())
	if err != nil {
		return err
	}
	v, err := h.offerView(c, p, f.With("instrument", settings.SelfInstrument), patient)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, offerPage(v))
}

// MakeLink answers POST /patients/:id/links/new: a link for the patient's own
// device, or a code for a kiosk.
func (h *Handlers) MakeLink(c echo.Context) error {
	p := h.page(c, "offer.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	days, _ := strconv.Atoi(f.Value("days")) // what is no number is refused as too short
	if f.Value("days") != "" && days <= 0 {
		days = -1
	}
	l, err := h.Self.Offer(once(c, f), self.Offer{
		PatientID: c.Param("id"), Kind: links.Kind(f.Value("kind")), Instrument: f.Value("instrument"), Language: f.Value("language"),
		Proof: links.Proof(f.Value("proof")), PIN: secret.Text(strings.TrimSpace(f.Value("pin"))), Days: days,
	})
	if err == nil {
		return see(c, linkPath(l))
	}
	status, err := f.refuse(&p, err, nil)
	if err != nil {
		return err
	}
	patient, err := h.Patients.Get(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	v, err := h.offerView(c, p, f, patient)
	if err != nil {
		return err
	}
	return h.render(c, status, offerPage(v))
}

func linkPath(l links.Link) string { return linksPath(l.PatientID) + "/" + l.ID }

func linksPath(patient string) string { return patientPath(patient) + "/links" }

func (h *Handlers) offerView(c echo.Context, p Page, f Form, patient patients.Patient) (OfferView, error) {
	ctx := c.Request().Context()
	v := OfferView{Page: p, PatientID: patient.ID, Name: fullName(patient)}
	infos, err := h.Screening.Instruments(ctx)
	if err != nil {
		return v, err
	}
	var tags []string
	for _, info := range infos {
		i, err := h.Screening.Instrument(ctx, info.ID)
		if err != nil {
			return v, err
		}
		offered, err := h.Self.Languages(ctx, i)
		if err != nil {
			return v, err
		}
		v.Instruments = append(v.Instruments, Option{Value: i.ID, Label: i.Title, Hint: p.T("begin.languages", "list", languageList(p.Locale, offered))})
		tags = append(tags, offered...)
	}
	v.Languages = languageChoicesOf(tags)
	if !slices.Contains(tags, f.Value("language")) {
		f = f.With("language", tags[0])
	}
	for _, d := range offerDays {
		v.Days = append(v.Days, Option{Value: strconv.Itoa(d), Label: p.T("offer.days", "count", d)})
	}
	v.Form, v.Proofs = f, h.proofs(p, patient)
	v.Links, err = h.linkRows(c, p.Locale, patient.ID)
	return v, err
}

// languageChoicesOf offers each language once, in its own spelling.
func languageChoicesOf(tags []string) []Option {
	var out []Option
	for _, tag := range tags {
		if !slices.ContainsFunc(out, func(o Option) bool { return o.Value == tag }) {
			out = append(out, Option{Value: tag, Label: languageName(tag)})
		}
	}
	return out
}

// linkTones gives the tone of each state of a link.
var linkTones = map[links.State]Tone{
	links.NotOpened: Plain, links.Opened: Info, links.Answering: Info, links.Done: Good,
	links.Expired: Plain, links.Withdrawn: Plain, links.Locked: Warning,
}

// linkRows tells the links of a patient, newest first.
func (h *Handlers) linkRows(c echo.Context, l *Locale, patient string) ([]LinkRow, error) {
	list, err := h.Self.Links(c.Request().Context(), patient)
	if err != nil {
		return nil, err
	}
	return h.rowsOfLinks(l, list), nil
}

func (h *Handlers) rowsOfLinks(l *Locale, list []links.Link) []LinkRow {
	var rows []LinkRow
	for _, k := range list {
		state := h.Self.State(k)
		row := LinkRow{
			Title: l.T("link.kind-" + string(k.Kind)), Meta: l.T("link.made", "at", l.At(k.CreatedAt)),
			Tag: linkState(l, k, state), Tone: linkTones[state], Href: linkPath(k),
		}
		if state == links.Done {
			row.Href = screeningPath(k.Subject)
		}
		rows = append(rows, row)
	}
	return rows
}

// linkState says how far a link is. One to the patient's own pages is used
// again and again.
func linkState(l *Locale, k links.Link, state links.State) string {
	if k.Kind == links.OwnPages && state == links.Answering {
		return l.T("link.in-use")
	}
	return l.T("link." + string(state))
}

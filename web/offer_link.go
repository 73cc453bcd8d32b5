package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/links"
	"github.com/havenloop/havenloop/screening/self"
)

// LinkView is a link that was made: to show, to print and to take back.
type LinkView struct {
	Page
	Form     Form
	ID, Name string // of the patient
	Path     string
	// Subject is what it opens, in neutral words; New where another is made.
	Subject, New string
	// Code, Address and QR are empty when the link does not work any more.
	Code, Address string
	// Short is the address to type, without the code.
	Short  string
	QR     QRCode
	Desk   bool // a code for a kiosk
	State  string
	Tone   Tone
	Until  string
	ByPIN  bool
	Text   bool // it can be texted
	Result string
}

// LinkPage answers GET /patients/:id/links/:link.
func (h *Handlers) LinkPage(c echo.Context) error {
	v, err := h.linkView(c)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, linkPage(v))
}

// WithdrawLink answers POST /patients/:id/links/:link/withdraw.
func (h *Handlers) WithdrawLink(c echo.Context) error {
	if _, err := h.offered(c); err != nil {
		return err
	}
	l, err := h.Self.Withdraw(c.Request().Context(), c.Param("link"))
	if err != nil {
		return err
	}
	leaveNotice(c, "link-withdrawn")
	return see(c, linkPath(l))
}

// TextLink answers POST /patients/:id/links/:link/text: it sends the link to
// the patient's phone, in the language the link is in.
func (h *Handlers) TextLink(c echo.Context) error {
	o, err := h.offered(c)
	if err != nil {
		return err
	}
	words := h.words.For(h.Now(), h.Now().Location(), o.Link.Language)
	err = h.Self.TextLink(c.Request().Context(), o.Link.ID, func(address string) string { return words.T("self.text-link", "address", address) })
	if err != nil {
		v, viewErr := h.linkView(c)
		if viewErr != nil {
			return viewErr
		}
		status, err := v.Form.refuse(&v.Page, err, nil)
		if err != nil {
			return err
		}
		return h.render(c, status, linkPage(v))
	}
	leaveNotice(c, "link-texted")
	return see(c, linkPath(o.Link))
}

// LinkAgain answers GET on the addresses of the forms of a link.
func (h *Handlers) LinkAgain(c echo.Context) error {
	return see(c, linksPath(c.Param("id")), "/", c.Param("link"))
}

// offered reads the link that the address names, of the patient it names.
func (h *Handlers) offered(c echo.Context) (self.Offered, error) {
	o, err := h.Self.Offered(c.Request().Context(), c.Param("link"))
	if err == nil && o.Link.PatientID != c.Param("id") {
		err = docstore.ErrNotFound
	}
	return o, err
}

func (h *Handlers) linkView(c echo.Context) (LinkView, error) {
	o, err := h.offered(c)
	if err != nil {
		return LinkView{}, err
	}
	patient, err := h.Patients.Get(c.Request().Context(), o.Link.PatientID)
	if err != nil {
		return LinkView{}, err
	}
	p := h.page(c, "link.title")
	state := h.Self.State(o.Link)
	v := LinkView{
		Page: p, Form: p.form(), ID: patient.ID, Name: fullName(patient), Path: linkPath(o.Link), Code: o.Code, Address: o.Address,
		Desk: o.Link.Kind == links.AtKiosk, State: linkState(p.Locale, o.Link, state), Tone: linkTones[state],
		Until: p.At(o.Link.ExpiresAt), ByPIN: o.Link.Proof == links.ByPIN,
		Text:    h.Self.MayText(patient) && o.Link.Kind != links.AtKiosk && o.Address != "",
		Subject: p.T(selfTitles[self.PathOf(o.Link.Kind)]), New: linksPath(patient.ID) + "/new",
	}
	if o.Link.Kind == links.OwnPages {
		v.New = ownLinkPath(patient.ID)
	}
	if v.Address != "" {
		address, _, _ := strings.Cut(v.Address, "#")
		_, v.Short, _ = strings.Cut(address, "://")
		if v.QR, err = qrCode(v.Address); err != nil {
			return v, err
		}
	}
	if state == links.Done {
		v.Result = screeningPath(o.Link.Subject)
	}
	return v, nil
}

package web

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"
)

// KioskView is where a device is made one for a waiting room.
type KioskView struct {
	Page
	Form        Form
	Instruments []Option
	Languages   []Option
}

// KioskPage answers GET /kiosk.
func (h *Handlers) KioskPage(c echo.Context) error {
	p := h.page(c, "kiosk.title")
	settings, err := h.Network.Settings(c.Request().Context())
	if err != nil {
		return err
	}
	v, err := h.kioskView(c, p, p.form().With("instrument", settings.SelfInstrument).With("languages", "en", "es"))
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, kioskPage(v))
}

func (h *Handlers) kioskView(c echo.Context, p Page, f Form) (KioskView, error) {
	ctx := c.Request().Context()
	v := KioskView{Page: p, Form: f}
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
	if len(v.Languages) == 1 && !slices.Contains(f.Values["languages"], v.Languages[0].Value) {
		v.Form = f.With("languages", v.Languages[0].Value)
	}
	return v, nil
}

// StartKiosk answers POST /kiosk: it signs the person out on this device,
// which from then on asks for the desk's codes.
func (h *Handlers) StartKiosk(c echo.Context) error {
	p := h.page(c, "kiosk.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	token, err := h.Self.StartKiosk(c.Request().Context(), f.Value("instrument"), f.Values["languages"], secretOf(f, "pin"))
	if err != nil {
		f.Values.Del("pin")
		status, err := f.refuse(&p, err, nil)
		if err != nil {
			return err
		}
		v, err := h.kioskView(c, p, f)
		if err != nil {
			return err
		}
		return h.render(c, status, kioskPage(v))
	}
	if err := h.Sessions.SignOut(c); err != nil {
		return err
	}
	h.Sessions.KeepKiosk(c, token)
	return see(c, selfPath)
}

// KioskEndView asks for the PIN that ends a kiosk.
type KioskEndView struct {
	SelfPage
	Form Form
}

// KioskEndPage answers GET /kiosk/end.
func (h *Handlers) KioskEndPage(c echo.Context) error {
	p := h.selfPage(c, "", "kiosk.end")
	return h.renderSelf(c, http.StatusOK, kioskEndPage(KioskEndView{p, p.form()}))
}

// EndKiosk answers POST /kiosk/end.
func (h *Handlers) EndKiosk(c echo.Context) error {
	p := h.selfPage(c, "", "kiosk.end")
	f, err := formFrom(p.Page, c)
	if err != nil {
		return err
	}
	if err := h.Links.LeaveKiosk(c.Request().Context(), h.Sessions.KioskToken(c), secretOf(f, "pin")); err != nil {
		f.Values.Del("pin")
		status, err := f.refuse(&p.Page, err, nil)
		if err != nil {
			return err
		}
		return h.renderSelf(c, status, kioskEndPage(KioskEndView{p, f}))
	}
	if err := h.Sessions.EndKiosk(c); err != nil {
		return err
	}
	return see(c, "/signin")
}

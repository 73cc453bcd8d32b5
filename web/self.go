package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
	"golang.org/x/text/language"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/links"
	"github.com/havenloop/havenloop/internal/secret"
	"github.com/havenloop/havenloop/screening/self"
)

// SelfPage is the frame of the pages for patients: no navigation, a way to
// leave at once, and words that say nothing about anybody to who looks over a
// shoulder.
type SelfPage struct {
	Page
	// Exit is where a person is sent who leaves in a hurry.
	Exit string
	// Kiosk tells that the device is shared; Forget that the page ends by
	// itself after a while without a touch.
	Kiosk, Forget bool
	// Switch is where a change of language goes; empty where the page's own
	// form takes it.
	Switch string
	// Root is the address under which the person is: of questions, or of their
	// own pages.
	Root string
}

// The addresses of the pages for patients.
const (
	selfPath       = self.Path
	selfPINPath    = selfPath + "/pin"
	selfStartPath  = selfPath + "/start"
	selfWhoPath    = selfPath + "/who"
	selfReviewPath = selfPath + "/review"
	selfHelpPath   = selfPath + "/help"
	selfThanksPath = selfPath + "/thanks"
	selfForgetPath = selfPath + "/forget"
)

// forgetAfter is how many seconds a kiosk waits for a touch.
const forgetAfter = "90"

// selfPage prepares the frame, in the language where one is given, else in the
// person's. The title is a key with its words.
func (h *Handlers) selfPage(c echo.Context, spoken, title string, args ...any) SelfPage {
	p := SelfPage{Page: h.page(c, title, args...), Exit: h.Exit, Switch: "/language", Root: selfRoot(c)}
	if spoken != "" && slices.Contains(pageLanguages, spoken) && spoken != p.Language {
		p.Locale = h.words.For(h.Now(), p.Zone, spoken)
		p.Title, p.Languages = p.T(title, args...), languageChoices(spoken)
		c.Response().Header().Set("Content-Language", spoken)
	}
	p.Kiosk = h.Sessions.KioskToken(c) != ""
	p.Forget = p.Kiosk && h.Sessions.PatientToken(c) != ""
	return p
}

// offering lets the page be read in the languages that the questions have.
func (p SelfPage) offering(tags []string) SelfPage {
	p.Switch, p.Languages = selfPath+"/language", nil
	for _, tag := range tags {
		p.Languages = append(p.Languages, LanguageChoice{
			Tag: tag, Name: languageName(tag), Dir: direction(language.Make(tag)), Current: tag == p.Language,
		})
	}
	return p
}

// selfRoot is the address under which the request is.
func selfRoot(c echo.Context) string {
	if path := c.Request().URL.Path; path == ownPath || strings.HasPrefix(path, ownPath+"/") {
		return ownPath
	}
	return selfPath
}

// selfTitles name what a code opens, by address.
var selfTitles = map[string]string{selfPath: "self.title", ownPath: "own.title"}

// selfFirst is the first page after the code, by address.
var selfFirst = map[string]string{selfPath: selfStartPath, ownPath: ownHomePath}

// subject is what the code opens, in neutral words.
func (p SelfPage) subject() string { return p.T(selfTitles[p.Root]) }

// selfHeading is the text of the browser's tab: without the product's name.
func (p SelfPage) selfHeading() string {
	if p.Invalid {
		return p.T("app.title.error", "title", p.Title)
	}
	return p.Title
}

// renderSelf writes a page for patients. Its forms may lead to where a person
// goes who leaves in a hurry.
func (h *Handlers) renderSelf(c echo.Context, status int, page templ.Component) error {
	header := c.Response().Header()
	policy := header.Get(echo.HeaderContentSecurityPolicy)
	header.Set(echo.HeaderContentSecurityPolicy, strings.Replace(policy, "form-action 'self'", "form-action 'self' "+h.Exit, 1))
	return h.render(c, status, page)
}

// SelfStartView is the page where the code is entered.
type SelfStartView struct {
	SelfPage
	Form Form
}

// SelfStart answers GET /s and /p. The code stands behind the # of the link, which
// browsers do not send; reading the page uses nothing up.
func (h *Handlers) SelfStart(c echo.Context) error {
	p := h.selfPage(c, "", selfTitles[selfRoot(c)])
	if c.QueryParams().Has("over") {
		p.Notice = p.T("self.over")
	}
	return h.renderSelf(c, http.StatusOK, selfStartPage(SelfStartView{p, p.form()}))
}

// SelfEnter answers POST /s and /p: the code opens a session, which asks for
// the PIN. Either takes the codes of both.
func (h *Handlers) SelfEnter(c echo.Context) error {
	p := h.selfPage(c, "", selfTitles[selfRoot(c)])
	f, err := formFrom(p.Page, c)
	if err != nil {
		return err
	}
	if strings.TrimSpace(f.Value("code")) == "" {
		f.Problems, p.Invalid = []Problem{{Field: "code", Text: p.T("self.code-missing")}}, true
		return h.renderSelf(c, http.StatusBadRequest, selfStartPage(SelfStartView{p, f}))
	}
	token, l, err := h.Self.Enter(c.Request().Context(), f.Value("code"), address(c), h.Sessions.KioskToken(c))
	if err != nil {
		return h.selfRefused(c, p, f, "code", err, func(p SelfPage, f Form) templ.Component {
			return selfStartPage(SelfStartView{p, f})
		})
	}
	if err := h.Sessions.KeepPatient(c, token); err != nil {
		return err
	}
	if l.Proof == links.ByDesk {
		return see(c, selfStartPath)
	}
	return see(c, self.PathOf(l.Kind), "/pin")
}

// selfRefused shows a form again with what was wrong, told at the field. A
// link that does not work any more ends the session as well.
func (h *Handlers) selfRefused(c echo.Context, p SelfPage, f Form, field string, err error, page func(SelfPage, Form) templ.Component) error {
	status := http.StatusNotFound
	if fault.Is(err, fault.NotFound) {
		f.Problems, p.Invalid = []Problem{{Field: field, Text: p.Fault(err)}}, true
	} else if status, err = f.refuse(&p.Page, err, nil); err != nil {
		return err
	}
	return h.renderSelf(c, status, page(p, f))
}

// SelfPINView is the page where the PIN or a texted code is entered.
type SelfPINView struct {
	SelfPage
	Form Form
	// Text tells that a code is texted rather than a PIN asked for; Sent that
	// one was.
	Text, Sent bool
}

// SelfPIN answers GET /s/pin and /p/pin.
func (h *Handlers) SelfPIN(c echo.Context) error {
	x, err := h.Links.Session(c.Request().Context(), h.Sessions.PatientToken(c))
	if fault.Is(err, fault.Login) {
		return see(c, selfRoot(c))
	}
	if err != nil {
		return err
	}
	if x.Open {
		return see(c, selfFirst[self.PathOf(x.Link.Kind)])
	}
	p := h.selfPage(c, "", selfTitles[selfRoot(c)])
	return h.renderSelf(c, http.StatusOK, selfPINPage(h.selfPIN(p, p.form(), x)))
}

func (h *Handlers) selfPIN(p SelfPage, f Form, x links.Session) SelfPINView {
	return SelfPINView{
		SelfPage: p, Form: f, Text: x.Link.Proof == links.ByText,
		Sent: x.Link.Text != "" && h.Now().Before(x.Link.TextUntil),
	}
}

// SelfUnlock answers POST /s/pin.
func (h *Handlers) SelfUnlock(c echo.Context) error {
	return h.selfProof(c, func(token string, f Form) error {
		fresh, err := h.Self.Unlock(c.Request().Context(), token, secretOf(f, "pin"))
		if err != nil {
			return err
		}
		return h.Sessions.KeepPatient(c, fresh)
	}, selfFirst[selfRoot(c)])
}

// SelfSendCode answers POST /s/text: it texts a code to the patient's phone.
func (h *Handlers) SelfSendCode(c echo.Context) error {
	return h.selfProof(c, func(token string, f Form) error {
		return h.Self.SendCode(c.Request().Context(), token, func(code string) string { return f.T("self.text-code", "code", code) })
	}, selfRoot(c)+"/pin")
}

// selfProof does a step of the PIN page and goes on to a page.
func (h *Handlers) selfProof(c echo.Context, step func(token string, f Form) error, to string) error {
	p := h.selfPage(c, "", selfTitles[selfRoot(c)])
	f, err := formFrom(p.Page, c)
	if err != nil {
		return err
	}
	token := h.Sessions.PatientToken(c)
	x, err := h.Links.Session(c.Request().Context(), token)
	if err == nil {
		err = step(token, f)
	}
	switch {
	case fault.Is(err, fault.Login):
		return see(c, selfRoot(c), "?over")
	case fault.Is(err, fault.NotFound):
		if err := h.Sessions.EndPatient(c); err != nil {
			return err
		}
		return h.selfRefused(c, p, f, "code", err, func(p SelfPage, f Form) templ.Component { return selfStartPage(SelfStartView{p, f}) })
	case err != nil:
		f.Values.Del("pin") // never shown again
		return h.selfRefused(c, p, f, "pin", err, func(p SelfPage, f Form) templ.Component { return selfPINPage(h.selfPIN(p, f, x)) })
	}
	return see(c, to)
}

// SelfLanguage answers POST /s/language: the questions go on in it.
func (h *Handlers) SelfLanguage(c echo.Context) error {
	tag := c.FormValue("language")
	if _, err := h.Self.Begin(c.Request().Context(), tag); err != nil && !fault.Is(err, fault.Conflict) {
		return err
	}
	h.rememberSelfLanguage(c, tag)
	back := localPath(c.FormValue("back"))
	if !strings.HasPrefix(back, selfPath+"/") {
		back = selfStartPath
	}
	return see(c, back)
}

// rememberSelfLanguage keeps the choice for the pages before and after the
// questions; a kiosk forgets it with everything else.
func (h *Handlers) rememberSelfLanguage(c echo.Context, tag string) {
	if slices.Contains(pageLanguages, tag) && h.Sessions.KioskToken(c) == "" {
		rememberLanguage(c, tag)
	}
}

// selfError writes the page that tells a patient a failure.
func (h *Handlers) selfError(c echo.Context, status int, key string, f *fault.Error) error {
	p := h.selfPage(c, "", key+".title")
	v := errorView(p.Page, status, key, f)
	return h.renderSelf(c, status, selfErrorPage(p, v))
}

// onSelfPages tells whether the request is for a page for patients.
func onSelfPages(c echo.Context) bool {
	path := c.Request().URL.Path
	return path == selfPath || strings.HasPrefix(path, selfPath+"/") || selfRoot(c) == ownPath || identity.From(c.Request().Context()).Role == identity.PatientRole
}

// codeHint says where the code is found.
func (v SelfStartView) codeHint() string {
	if v.Kiosk {
		return v.T("self.desk-code-hint")
	}
	return v.T("self.code-hint")
}

// pinLabel names what is asked for.
func (v SelfPINView) pinLabel() string {
	if v.Text {
		return v.T("self.texted-code")
	}
	return v.T("self.pin")
}

// autofill lets a phone offer a code that just came in; a PIN is kept nowhere.
func (v SelfPINView) autofill() string {
	if v.Text {
		return "one-time-code"
	}
	return "off"
}

// exit is where who leaves in a hurry goes: on a kiosk to its start.
func (p SelfPage) exit() string {
	if p.Kiosk {
		return selfPath
	}
	return p.Exit
}

// secretOf reads an input that must not be shown.
func secretOf(f Form, name string) secret.Text { return secret.Text(strings.TrimSpace(f.Value(name))) }

package web

import (
	"log/slog"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/throttle"
)

// Sessions begins and ends the signed-in state of a browser.
type Sessions interface {
	// SignIn opens a session for the actor and sets its cookie.
	SignIn(c echo.Context, a identity.Actor) error
	// SignOut ends the session and clears the cookie; no session is no error.
	SignOut(c echo.Context) error
	// PatientToken is the token of the session that a patient's link opened in
	// this browser, "" for none. KeepPatient keeps one, EndPatient ends it and
	// has the browser forget its pages.
	PatientToken(c echo.Context) string
	KeepPatient(c echo.Context, token string) error
	EndPatient(c echo.Context) error
	// GuestToken, KeepGuest and EndGuest are the same for the link of an agency
	// without an account.
	GuestToken(c echo.Context) string
	KeepGuest(c echo.Context, token string) error
	EndGuest(c echo.Context) error
	// KioskToken is the token of a device in a waiting room, "" for another
	// device. KeepKiosk makes it one, EndKiosk ends that.
	KioskToken(c echo.Context) string
	KeepKiosk(c echo.Context, token string)
	EndKiosk(c echo.Context) error
	// FormToken is the value that every form sends back as _token.
	FormToken(c echo.Context) string
}

// Options are what the pages need besides the services. All are required.
type Options struct {
	Now      clock.Now
	Sessions Sessions
	Log      *slog.Logger
	// Exit is the address, of another website, where a patient goes who has to
	// leave in a hurry: one that says nothing about where they were.
	Exit string
}

// Handlers answers the requests for pages; one exported method per route.
type Handlers struct {
	Services
	Options
	words   *Words
	shell   shell
	reports *throttle.Throttle // of mistakes, by network address
}

// New makes the handlers. It fails when a locale file is broken.
func New(s Services, o Options) (*Handlers, error) {
	words, err := LoadWords()
	if err != nil {
		return nil, err
	}
	return &Handlers{Services: s, Options: o, words: words, shell: newShell(words), reports: newReports()}, nil
}

// partHeader asks for, and marks, an answer that is the main block alone.
const partHeader = "X-Part"

// render writes the component as the answer. Pages show personal data, so
// they are stored nowhere on the way.
func (h *Handlers) render(c echo.Context, status int, page templ.Component) error {
	header := c.Response().Header()
	header.Set(echo.HeaderCacheControl, "no-store")
	header.Add(echo.HeaderVary, partHeader)
	header.Set(echo.HeaderContentType, echo.MIMETextHTMLCharsetUTF8)
	if wantsPart(c) {
		header.Set(partHeader, "main")
	}
	c.Response().WriteHeader(status)
	return page.Render(c.Request().Context(), c.Response())
}

// wantsPart tells whether the client module asks for the main block alone.
func wantsPart(c echo.Context) bool { return c.Request().Header.Get(partHeader) == "main" }

// see sends the browser on to another page after a change was made.
func see(c echo.Context, path ...string) error {
	return c.Redirect(http.StatusSeeOther, strings.Join(path, ""))
}

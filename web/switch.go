package web

import (
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/language"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// pageLanguages are those in which all pages can be read, in the order in
// which they are offered.
var pageLanguages = []string{"en", "es", "vi", "zh-Hans", "ar"}

// LanguageChoice is a language that the page can be read in.
type LanguageChoice struct {
	Tag     string // BCP 47
	Name    string // in its own spelling
	Dir     string // ltr or rtl
	Current bool
}

// languageChoices lists the languages of the pages, the present one marked.
func languageChoices(current string) []LanguageChoice {
	choices := make([]LanguageChoice, len(pageLanguages))
	for i, tag := range pageLanguages {
		choices[i] = LanguageChoice{Tag: tag, Name: languageName(tag), Dir: direction(language.MustParse(tag)), Current: tag == current}
	}
	return choices
}

// languageCookie remembers which language the person chose in this browser.
const languageCookie = "language"

// languageKept is how long the choice is remembered: browsers keep no cookie
// longer than 400 days (RFC 6265bis, 5.5).
const languageKept = 400 * 24 * time.Hour

// wishes are the languages that the person asks for, the strongest first. A
// user's own choice is kept with the account, so that it follows them to
// another device and nobody reads a shared computer in the language of who
// used it before. Others are known by their browser alone: a patient's choice
// there counts before what the record says.
func wishes(c echo.Context, actor identity.Actor) []string {
	chosen := ""
	if cookie, err := c.Cookie(languageCookie); err == nil {
		chosen = cookie.Value
	}
	accept := c.Request().Header.Get("Accept-Language")
	if actor.Role == identity.PatientRole {
		return []string{chosen, actor.Language, accept}
	}
	return []string{actor.Language, chosen, accept}
}

// SetLanguage answers POST /language: it remembers the language and goes back
// to where the person was.
func (h *Handlers) SetLanguage(c echo.Context) error {
	tag := c.FormValue("language")
	if !slices.Contains(pageLanguages, tag) {
		return fault.New(fault.Invalid, "This language is not offered. Choose one of those on the page.")
	}
	ctx := c.Request().Context()
	if actor := identity.From(ctx); actor.Role != "" && actor.Role != identity.PatientRole {
		if err := h.Accounts.SetLanguage(ctx, tag); err != nil {
			return err
		}
	}
	rememberLanguage(c, tag)
	return see(c, localPath(c.FormValue("back")))
}

// LanguageAgain answers GET /language, a reload after a refusal: it leads home.
func (h *Handlers) LanguageAgain(c echo.Context) error { return see(c, "/") }

// rememberLanguage has the browser remember the choice, also for pages that
// nobody signs in to.
func rememberLanguage(c echo.Context, tag string) {
	c.SetCookie(&http.Cookie{
		Name: languageCookie, Value: tag, Path: "/", MaxAge: int(languageKept.Seconds()),
		Secure: true, SameSite: http.SameSiteLaxMode,
	})
}

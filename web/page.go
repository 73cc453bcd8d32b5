package web

import (
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/identity"
)

// Page is what the frame around every page needs; view structs embed it.
type Page struct {
	*Locale
	// Title is the page's name for the browser's tab, without the product's.
	Title string
	// Path is the address of the request, to mark the place in the navigation.
	Path string
	// Here is the address with its query: where a change of language comes back to.
	Here string
	// Languages are those the page can be read in.
	Languages []LanguageChoice
	Actor     identity.Actor
	// Organization is the name of the organization the person works for.
	Organization string
	Nav          []NavItem
	Token        string // for forms, see Sessions.FormToken
	// Notice says that the change before this page succeeded; empty for none.
	Notice string
	// Part makes the component render its main block alone.
	Part bool
	// Invalid marks a page that came back because of wrong entries.
	Invalid bool
	// Reload is after how many seconds the page loads itself anew in a browser
	// that runs no scripts; 0 for never.
	Reload int
	// Task marks a page of a flow, such as a question: the navigation steps
	// back so that the one thing to do stands alone.
	Task bool
}

// page prepares the frame for a request. The title is a key with its words,
// as in [Locale.T].
func (h *Handlers) page(c echo.Context, title string, args ...any) Page {
	r := c.Request()
	actor := identity.From(r.Context())
	zone, organization := h.workplace(r.Context(), actor)
	l := h.words.For(h.Now(), zone, wishes(c, actor)...)
	header := c.Response().Header()
	header.Set("Content-Language", l.Language)
	header.Add(echo.HeaderVary, "Accept-Language, Cookie")
	p := Page{
		Locale: l, Title: l.T(title, args...), Path: r.URL.Path, Here: r.URL.RequestURI(), Languages: languageChoices(l.Language),
		Actor: actor, Organization: organization,
		Token: h.Sessions.FormToken(c), Notice: takeNotice(c, l), Part: wantsPart(c),
	}
	p.Nav = h.navWithNews(r.Context(), p)
	return p
}

// form begins an empty form of the page.
func (p Page) form() Form { return Form{Locale: p.Locale, Token: p.Token} }

// signedIn tells whether the frame shows navigation and account. Who came by an
// agency's link has neither.
func (p Page) signedIn() bool { return p.Actor.Role != "" && p.Actor.Role != identity.AgencyGuest }

// heading is the text of the browser's tab.
func (p Page) heading() string {
	t := p.T("app.title", "page", p.Title)
	if p.Invalid {
		return p.T("app.title.error", "title", t)
	}
	return t
}

// layout names the frame, so that the client module loads a whole page where it differs.
func (p Page) layout() string {
	if p.signedIn() {
		return "app"
	}
	return "plain"
}

// initials of the person's name, for the account button.
func initials(name string) string {
	var out strings.Builder
	words := strings.Fields(name)
	for i, w := range words {
		if i == 0 || i == len(words)-1 {
			out.WriteRune([]rune(w)[0])
		}
	}
	return strings.ToUpper(out.String())
}

// greeting is the key of the words for the time of day.
func greeting(local time.Time) string {
	switch h := local.Hour(); {
	case h < 12:
		return "home.morning"
	case h < 18:
		return "home.afternoon"
	default:
		return "home.evening"
	}
}

package web

import (
	"context"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/referrals"
)

// ShortlistView is the services chosen for one person: a sheet to print, and
// each as a text message.
type ShortlistView struct {
	Page
	Form      Form
	Languages []Option
	Sheet     SheetView
	Texts     []TextView
	// Careful warns that the list has help with violence on it.
	Careful bool
	// Gone is how many services were left out because nobody offers them any more.
	Gone int
}

// TextView is a service as a text message.
type TextView struct {
	ID, Name string
	// Text is empty for what is never texted.
	Text string
	SMS  string // address that opens the phone's own messages
	Lang string
	Dir  string
}

// What can be done with the list.
const (
	doField    = "do"
	doAdd      = "add"
	doRemove   = "remove"
	doLanguage = "language"
	doClear    = "clear"
)

// languageField names the language of the sheet.
const languageField = "language"

// ShortlistPage answers GET /shortlist.
func (h *Handlers) ShortlistPage(c echo.Context) error {
	p := h.page(c, "shortlist.title")
	return h.showShortlist(c, p, p.form(), http.StatusOK)
}

// ChangeShortlist answers POST /shortlist: it puts services on the list, takes
// one off, chooses the language or begins a new list.
func (h *Handlers) ChangeShortlist(c echo.Context) error {
	p := h.page(c, "shortlist.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	notice, err := h.changeShortlist(c.Request().Context(), f)
	if err != nil {
		status, err := f.refuse(&p, err, nil)
		if err != nil {
			return err
		}
		return h.showShortlist(c, p, f, status)
	}
	if notice != "" {
		leaveNotice(c, notice)
	}
	if back := f.Value("back"); back != "" {
		return see(c, localPath(back))
	}
	return see(c, "/shortlist")
}

// changeShortlist does what the form asks for, and names the notice of it.
func (h *Handlers) changeShortlist(ctx context.Context, f Form) (notice string, err error) {
	switch f.Value(doField) {
	case "", doAdd:
		_, err = h.Directory.AddToShortlist(ctx, f.Values[serviceField]...)
		return "shortlist-added", err
	case doRemove:
		_, err = h.Directory.TakeOffShortlist(ctx, f.Value(serviceField))
	case doClear:
		_, err = h.Directory.ClearShortlist(ctx)
	case doLanguage:
		tag := f.Value(languageField)
		if !slices.Contains(pageLanguages, tag) {
			return "", fault.New(fault.Invalid, "This language is not offered. Choose one of those on the page.")
		}
		_, err = h.Directory.SetShortlistLanguage(ctx, tag)
	default:
		err = fault.New(fault.Invalid, "The form could not be read. Go back and send it again.")
	}
	return "", err
}

func (h *Handlers) showShortlist(c echo.Context, p Page, f Form, status int) error {
	list, services, err := h.Directory.ShortlistServices(c.Request().Context())
	if err != nil {
		return err
	}
	tag := list.Language
	if !slices.Contains(pageLanguages, tag) {
		tag = p.Language
	}
	theirs := h.words.For(p.Now, p.Zone, tag)
	return h.render(c, status, shortlistPage(shortlistView(p, f, theirs, list, services)))
}

// shortlistView tells the list: the page in the worker's language, sheet and
// texts in theirs.
func shortlistView(p Page, f Form, theirs *Locale, list directory.Shortlist, services []directory.ServiceDetail) ShortlistView {
	v := ShortlistView{
		Page: p, Form: f.With(languageField, theirs.Language), Sheet: sheetView(theirs, p.Organization, services),
		Gone: len(list.Services) - len(services),
	}
	for _, l := range languageChoices(theirs.Language) {
		v.Languages = append(v.Languages, Option{Value: l.Tag, Label: l.Name, Lang: l.Tag})
	}
	for _, s := range services {
		t := TextView{ID: s.ID, Name: s.Name, Lang: theirs.Language, Dir: theirs.Dir}
		if slices.ContainsFunc(s.Needs, referrals.Violence) || s.Confidential {
			v.Careful = true
		} else {
			t.Text = textMessage(theirs, s)
			t.SMS = smsAddress(t.Text)
		}
		v.Texts = append(v.Texts, t)
	}
	return v
}

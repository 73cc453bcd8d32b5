package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/words"
)

// SynonymsView lists the synonyms of the search, and adds or changes a group.
type SynonymsView struct {
	Page
	Form      Form
	Languages []Option
	Own       []SynonymRow
	Shipped   []SynonymRow
	Q         string // what the lists are narrowed down to
	Back      string // the query of this page, to come back to
	Pager     Pager  // of the shipped ones
	Open      bool   // the form
	Editing   bool
}

// SynonymRow is a group of synonyms in a line.
type SynonymRow struct {
	Key, Text, Language string
	Off                 bool
	Edit                string // leads to the form, of own ones
}

const wordsPath = "/admin/words"

// synonymsPerPage is how many of the shipped groups the page shows.
const synonymsPerPage = 50

// SynonymsPage answers GET /admin/words; with "words" it begins a group with
// them, with "key" it changes one.
func (h *Handlers) SynonymsPage(c echo.Context) error {
	p := h.page(c, "terms.words-title")
	f := p.form().With("language", words.English).With("words", c.QueryParam("words"))
	return h.showSynonyms(c, http.StatusOK, p, f, c.QueryParam("key"), c.QueryParam("words") != "")
}

// SaveSynonyms answers POST /admin/words.
func (h *Handlers) SaveSynonyms(c echo.Context) error {
	p := h.page(c, "terms.words-title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	err = h.Directory.PutSynonyms(c.Request().Context(), f.Value("key"), words.Group{
		Language: f.Value("language"), Words: phrasesIn(f.Value("words")), Also: phrasesIn(f.Value("also")),
	})
	if err != nil {
		status, err := f.refuse(&p, err, nil)
		if err != nil {
			return err
		}
		return h.showSynonyms(c, status, p, f, "", true)
	}
	leaveNotice(c, "words-saved")
	return see(c, wordsPath)
}

// RemoveSynonyms answers POST /admin/words/remove.
func (h *Handlers) RemoveSynonyms(c echo.Context) error {
	if err := h.Directory.RemoveSynonyms(c.Request().Context(), c.FormValue("key")); err != nil {
		return err
	}
	leaveNotice(c, "words-saved")
	return see(c, wordsPath)
}

// SwitchSynonyms answers POST /admin/words/switch.
func (h *Handlers) SwitchSynonyms(c echo.Context) error {
	if err := h.Directory.SwitchSynonyms(c.Request().Context(), c.FormValue("key"), c.FormValue("to") == "on"); err != nil {
		return err
	}
	leaveNotice(c, "words-saved")
	back, err := url.ParseQuery(c.FormValue("back"))
	if err != nil {
		back = nil // the beginning will do
	}
	return see(c, synonymsAt(back.Get("q"), back.Get("from")))
}

// SynonymsAgain answers GET on the addresses of the forms about synonyms.
func (h *Handlers) SynonymsAgain(c echo.Context) error { return see(c, wordsPath) }

// phrasesIn reads phrases that stand on lines, or between commas.
func phrasesIn(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == ',' || r == ';' })
}

func (h *Handlers) showSynonyms(c echo.Context, status int, p Page, f Form, key string, open bool) error {
	list, err := h.Directory.ListSynonyms(c.Request().Context())
	if err != nil {
		return err
	}
	v := SynonymsView{Page: p, Form: f, Q: strings.TrimSpace(c.QueryParam("q")), Open: open, Editing: f.Value("key") != "", Languages: []Option{
		{Value: words.English, Label: "English", Lang: "en"}, {Value: words.Spanish, Label: "Español", Lang: "es"}, {Value: words.Several, Label: p.T("terms.several")},
	}}
	v.Form = v.Form.With("q", v.Q)
	for _, s := range list {
		if key != "" && !s.Shipped && s.Key() == key {
			v.Open, v.Editing = true, true
			v.Form = v.Form.With("key", key).With("language", s.Language).
				With("words", strings.Join(s.Words, "\n")).With("also", strings.Join(s.Also, "\n"))
		}
		if !mentionsPhrase(s.Group, v.Q) {
			continue
		}
		row := SynonymRow{Key: s.Key(), Text: synonymText(p.Locale, s.Group), Language: languageOf(v.Languages, s.Language), Off: s.Off}
		if s.Shipped {
			v.Shipped = append(v.Shipped, row)
			continue
		}
		row.Edit = wordsPath + "?" + url.Values{"key": {row.Key}}.Encode()
		v.Own = append(v.Own, row)
	}
	v.page(c.QueryParam("from"))
	return h.render(c, status, synonymsPage(v))
}

// page leaves those of the shipped ones that stand on the page from there on.
func (v *SynonymsView) page(begin string) {
	all := len(v.Shipped)
	from, err := strconv.Atoi(begin)
	if err != nil || from < 0 || from >= all {
		from = 0
	}
	v.Back = strings.TrimPrefix(synonymsAt(v.Q, strconv.Itoa(from)), wordsPath+"?")
	if from > 0 {
		v.Pager.Prev = synonymsAt(v.Q, strconv.Itoa(max(from-synonymsPerPage, 0)))
	}
	to := min(from+synonymsPerPage, all)
	if to < all {
		v.Pager.Next = synonymsAt(v.Q, strconv.Itoa(to))
	}
	v.Pager.Status = v.T("directory.showing", "from", min(from+1, all), "to", to, "total", all)
	v.Shipped = v.Shipped[from:to]
}

// synonymsAt is the address of the page with groups that mention q, the shipped
// ones from one on.
func synonymsAt(q, from string) string {
	return wordsPath + "?" + url.Values{"q": {q}, "from": {from}}.Encode()
}

// mentionsPhrase tells whether a phrase of the group contains the text.
func mentionsPhrase(g words.Group, text string) bool {
	text = words.Phrase(text)
	return slices.ContainsFunc(g.Phrases(), func(p string) bool { return strings.Contains(words.Phrase(p), text) })
}

// synonymText is a group in one line.
func synonymText(l *Locale, g words.Group) string {
	if g.Mutual() {
		return strings.Join(g.Words, " · ")
	}
	return l.T("terms.one-way", "from", strings.Join(g.Words, " · "), "to", strings.Join(g.Also, " · "))
}

func languageOf(list []Option, value string) string {
	for _, o := range list {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}

// SearchesView lists searches that found nothing.
type SearchesView struct {
	Page
	Rows  []SearchRow
	Aside bool // those set aside
	Pager Pager
}

// SearchRow is a search that found nothing.
type SearchRow struct {
	ID, Text, Meta string
	Add            string // leads to the form for a synonym
}

// searchesPerPage is how many searches the page shows.
const searchesPerPage = 25

const searchesPath = "/admin/searches"

// SearchesPage answers GET /admin/searches.
func (h *Handlers) SearchesPage(c echo.Context) error {
	p := h.page(c, "terms.searches-title")
	v := SearchesView{Page: p, Aside: c.QueryParam("show") == "aside"}
	cursor, address := c.QueryParam("cursor"), searchesPath
	if v.Aside {
		address += "?show=aside"
	}
	list, err := h.Directory.MissedSearches(c.Request().Context(), v.Aside, cursor, searchesPerPage)
	if err != nil {
		return err
	}
	v.Rows = searchRows(p.Locale, list.Items)
	v.Pager = listPager(p.Locale, address, cursor, list, "terms.shown")
	return h.render(c, http.StatusOK, searchesPage(v))
}

func searchRows(l *Locale, list []directory.MissedSearch) []SearchRow {
	var out []SearchRow
	for _, m := range list {
		out = append(out, SearchRow{
			ID: m.ID, Text: m.Text, Meta: l.T("terms.times", "n", m.Count, "days", m.Days),
			Add: wordsPath + "?" + url.Values{"words": {m.Text}}.Encode(),
		})
	}
	return out
}

// SetSearchAside answers POST /admin/searches/aside.
func (h *Handlers) SetSearchAside(c echo.Context) error {
	if err := h.Directory.SetMissedAside(c.Request().Context(), c.FormValue("id"), c.FormValue("to") != "work"); err != nil {
		return err
	}
	leaveNotice(c, "search-aside")
	return see(c, searchesPath)
}

// SearchesAgain answers GET on the address of the form about searches.
func (h *Handlers) SearchesAgain(c echo.Context) error { return see(c, searchesPath) }

// asideLabel is what the button of a row does.
func asideLabel(v SearchesView) string {
	if v.Aside {
		return v.T("terms.take-back")
	}
	return v.T("terms.set-aside")
}

package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/fault"
)

// DirectoryView is the search for services.
type DirectoryView struct {
	Page
	Form Form
	// Tiles are the needs to begin with; shown while nothing is searched.
	Tiles []Tile
	// Searched tells that a search was made.
	Searched bool
	// Away tells that the search engine cannot be reached.
	Away                       bool
	Needs, Languages, Distance []Option
	// More keeps the further filters open.
	More    bool
	Chips   []Chip
	Status  string // "Showing 1 to 10 of 42"; empty when no results are shown
	Results []ServiceCard
	Pager   Pager
	// Wider are searches that may find more, when nothing was found.
	Wider []LinkRow
}

// Tile is a need to begin a search with.
type Tile struct{ Value, Label, Icon string }

// The names of the search form's fields, which stand in the address.
const (
	findText     = "q"
	findZIP      = "zip"
	findNeed     = "need"
	findLanguage = "language"
	findMiles    = "miles"
	findOpen     = "open"
	findPage     = "page"
)

// findFields are the fields of a search in the order of their chips.
var findFields = []string{findText, findZIP, findNeed, findLanguage, findMiles, findOpen}

// findAlias gives the form's names of what the directory calls otherwise.
var findAlias = map[string]string{"postalCode": findZIP, "radiusKm": findMiles, "lat": findZIP, "page": "", "perPage": ""}

// tileIcons draws the needs to begin with; their order is that of the directory.
var tileIcons = map[string]string{
	"food-insecurity": "food", "homelessness": "bed", "housing-instability": "home", "utility-insecurity": "bolt",
	"transportation-insecurity": "bus", "financial-insecurity": "money", "material-hardship": "bag",
	"employment-status": "building", "educational-attainment": "book", "health-insurance-coverage-status": "heart",
	"stress": "message", "social-connection": "people",
}

const (
	servicesPerPage = 10
	kmPerMile       = metresPerMile / 1000
)

// miles are the distances to choose from.
var miles = []int{2, 5, 10, 25, 50}

// DirectoryPage answers GET /directory: needs and a ZIP code to begin with,
// or what a search found.
func (h *Handlers) DirectoryPage(c echo.Context) error {
	p := h.page(c, "directory.title")
	f := p.form()
	f.Values = c.QueryParams()
	v := DirectoryView{Page: p, Form: f, Searched: searched(f)}
	if !v.Searched {
		v.fill(nil)
		return h.render(c, http.StatusOK, directoryPage(v))
	}
	ctx, in := c.Request().Context(), searchOf(f)
	found, err := h.Directory.Search(ctx, in)
	status, show := http.StatusOK, true
	if err != nil && !fault.Is(err, fault.Transient) {
		if status, err = v.Form.refuse(&v.Page, err, findAlias); err != nil {
			return err
		}
		if show = v.Form.wrongOnlyIn(findZIP); show {
			in.PostalCode = "" // the rest of the search still helps
			found, err = h.Directory.Search(ctx, in)
		}
	}
	switch {
	case fault.Is(err, fault.Transient):
		v.Away, show, status = true, false, http.StatusServiceUnavailable
	case err != nil:
		return err
	}
	v.fill(found.Facets["languages"])
	if show {
		v.show(in, found)
		if found.Total == 0 {
			completions, err := h.Directory.Suggest(ctx, in.Q, 5)
			if err != nil {
				return err
			}
			v.widen(completions)
		}
	}
	return h.render(c, status, directoryPage(v))
}

// searched tells whether the form asks for anything.
func searched(f Form) bool {
	return slices.ContainsFunc(findFields, func(name string) bool { return f.Values.Has(name) })
}

// searchOf reads the search from the form. Numbers that are none are refused
// by the directory as 0 is.
func searchOf(f Form) directory.Search {
	in := directory.Search{
		Q: strings.TrimSpace(f.Value(findText)), Locale: f.Language, PostalCode: strings.TrimSpace(f.Value(findZIP)),
		Needs: filled(f.Value(findNeed)), Languages: filled(f.Value(findLanguage)), OpenNow: f.Value(findOpen) != "",
		PerPage: servicesPerPage, Page: 1,
	}
	if text := f.Value(findPage); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			n = -1
		}
		in.Page = n
	}
	if text := f.Value(findMiles); text != "" {
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			n = -1
		}
		in.RadiusKm = new(n * kmPerMile)
	}
	return in
}

// fill makes the choices of the form. spoken are the languages of what was found.
func (v *DirectoryView) fill(spoken []directory.FacetCount) {
	l := v.Locale
	v.Needs = []Option{{Label: l.T("directory.any-need")}}
	for _, d := range directory.Domains() {
		v.Needs = append(v.Needs, Option{Value: d.Code, Label: l.T("domain." + d.Code)})
		if ic, ok := tileIcons[d.Code]; ok {
			v.Tiles = append(v.Tiles, Tile{Value: d.Code, Label: l.T("domain." + d.Code), Icon: ic})
		}
	}
	v.Languages = []Option{{Label: l.T("directory.any-language")}}
	chosen := v.Form.Value(findLanguage)
	for _, s := range spoken {
		if s.Value != "en" {
			v.Languages = append(v.Languages, Option{Value: s.Value, Label: languageName(s.Value)})
		}
	}
	if len(v.Languages) == 1 {
		for _, t := range languages {
			v.Languages = append(v.Languages, Option{Value: t.tag, Label: t.name})
		}
	}
	known := func(o Option) bool { return o.Value == chosen }
	if !slices.ContainsFunc(v.Languages, known) {
		v.Languages = append(v.Languages, Option{Value: chosen, Label: languageName(chosen)})
	}
	v.Distance = []Option{{Label: l.T("directory.any-distance")}}
	for _, m := range miles {
		v.Distance = append(v.Distance, Option{Value: strconv.Itoa(m), Label: l.T("directory.within", "count", m)})
	}
	v.More = v.Invalid
	v.Chips = findChips(v.Form)
}

// show fills in what was found.
func (v *DirectoryView) show(in directory.Search, found directory.SearchPage) {
	for _, s := range found.Items {
		v.Results = append(v.Results, serviceCard(v.Locale, s))
	}
	from := (in.Page-1)*servicesPerPage + 1
	if len(found.Items) == 0 {
		v.Status = v.T("directory.none")
		return
	}
	v.Status = v.T("directory.showing", "from", from, "to", from+len(found.Items)-1, "total", found.Total)
	pages := (found.Total + servicesPerPage - 1) / servicesPerPage
	v.Pager.Status = v.T("pages.of", "page", in.Page, "of", pages)
	if in.Page > 1 {
		v.Pager.Prev = findAddress(v.Form, findPage, strconv.Itoa(in.Page-1))
	}
	if in.Page < pages {
		v.Pager.Next = findAddress(v.Form, findPage, strconv.Itoa(in.Page+1))
	}
}

// widen proposes other searches where nothing was found: what the words may
// have meant, and each filter left out.
func (v *DirectoryView) widen(completions []directory.Suggestion) {
	for _, s := range completions {
		if !strings.EqualFold(s.Text, v.Form.Value(findText)) {
			v.Wider = append(v.Wider, LinkRow{Title: s.Text, Meta: v.T("directory.mean." + s.Kind), Href: findAddress(v.Form, findText, s.Text)})
		}
	}
	for _, c := range v.Chips {
		v.Wider = append(v.Wider, LinkRow{Title: v.T("directory.without", "filter", c.Label), Href: c.Remove})
	}
}

package web

import (
	"context"
	"net/http"
	"slices"

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
	Away   bool
	Choice FindChoices
	// More keeps the further filters open.
	More  bool
	Chips []Chip
	// Clear is the search without any filter; empty where there are not several.
	Clear string
	Found FoundView
	// Wider are searches that may find more, when nothing was found.
	Wider []LinkRow
	// Listed is how many services are on the shortlist.
	Listed int
}

// Tile is a need to begin a search with.
type Tile struct{ Value, Label, Icon string }

const servicesPerPage = 10

// DirectoryPage answers GET /directory: needs and a ZIP code to begin with,
// or what a search found.
func (h *Handlers) DirectoryPage(c echo.Context) error {
	p := h.page(c, "directory.title")
	f := p.form()
	f.Values = c.QueryParams()
	v := DirectoryView{Page: p, Form: f, Searched: searched(f)}
	ctx := c.Request().Context()
	listed, err := h.Directory.Shortlist(ctx)
	if err != nil {
		return err
	}
	v.Listed = len(listed.Services)
	if !v.Searched {
		v.fill(nil)
		return h.render(c, http.StatusOK, directoryPage(v))
	}
	asked := f
	found, err := h.Directory.Search(ctx, searchOf(asked))
	status, show := http.StatusOK, true
	if err != nil && !fault.Is(err, fault.Transient) {
		if status, err = v.Form.refuse(&v.Page, err, findAlias); err != nil {
			return err
		}
		if show = v.Form.wrongOnlyIn(findZIP); show {
			asked = asked.With(findZIP) // the rest of the search still helps
			found, err = h.Directory.Search(ctx, searchOf(asked))
		}
	}
	switch {
	case fault.Is(err, fault.Transient):
		v.Away, show, status = true, false, http.StatusServiceUnavailable
	case err != nil:
		return err
	}
	if !show {
		v.fill(nil)
		return h.render(c, status, directoryPage(v))
	}
	if err := h.fillFound(ctx, &v, asked, found, listed.Has); err != nil {
		return err
	}
	return h.render(c, status, directoryPage(v))
}

// fillFound fills in what was found, what each filter would find, and what
// helps where nothing was.
func (h *Handlers) fillFound(ctx context.Context, v *DirectoryView, asked Form, found directory.SearchPage, listed func(id string) bool) error {
	facets, err := h.facets(ctx, asked, found)
	if err != nil {
		return err
	}
	v.fill(facets)
	unknown, err := h.unknownHours(ctx, asked, found)
	if err != nil {
		return err
	}
	v.Found = foundView(v.Locale, asked, found, unknown, listed)
	if found.Total > 0 {
		return nil
	}
	completions, err := h.Directory.Suggest(ctx, searchOf(asked).Q, 5)
	if err != nil {
		return err
	}
	left, err := h.without(ctx, asked, v.Chips)
	if err != nil {
		return err
	}
	v.widen(completions, left)
	return nil
}

// facets counts the choices of each filter as if that filter were not set, so
// that a count is what choosing it instead would find.
func (h *Handlers) facets(ctx context.Context, f Form, found directory.SearchPage) (map[string][]directory.FacetCount, error) {
	out := map[string][]directory.FacetCount{}
	for _, facet := range findFacets {
		out[facet.name] = found.Facets[facet.name]
		if f.Value(facet.field) == "" {
			continue
		}
		in := searchOf(dropped(f, facet.field))
		in.Page, in.PerPage, in.Facets = 1, 1, []string{facet.name}
		open, err := h.Directory.Search(ctx, in)
		if err != nil {
			return nil, err
		}
		out[facet.name] = open.Facets[facet.name]
	}
	return out, nil
}

// shownUnknown is how many services of unknown hours are shown after the others.
const shownUnknown = 5

// unknownHours finds what may be open at the time asked for, as far as anybody
// knows: it is told apart, since it must neither be promised nor called closed.
func (h *Handlers) unknownHours(ctx context.Context, f Form, found directory.SearchPage) (directory.SearchPage, error) {
	in := searchOf(f)
	if in.HoursUnknown || !in.OpenNow && in.OpenOn == nil {
		return directory.SearchPage{}, nil
	}
	in.HoursUnknown, in.PerPage, in.Facets = true, 1, []string{}
	if in.Page*servicesPerPage >= found.Total {
		in.PerPage = shownUnknown
	}
	in.Page = 1
	return h.Directory.Search(ctx, in)
}

// without counts what each filter leaves when it alone is dropped.
func (h *Handlers) without(ctx context.Context, f Form, chips []Chip) ([]int, error) {
	left := make([]int, len(chips))
	for i, chip := range chips {
		in := searchOf(dropped(f, chip.field))
		in.Page, in.PerPage, in.Facets = 1, 1, []string{}
		found, err := h.Directory.Search(ctx, in)
		if err != nil {
			return nil, err
		}
		left[i] = found.Total
	}
	return left, nil
}

// searched tells whether the form asks for anything.
func searched(f Form) bool {
	return slices.ContainsFunc(findFields, func(name string) bool { return f.Values.Has(name) })
}

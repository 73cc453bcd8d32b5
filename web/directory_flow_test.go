package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/seed"
)

// newDirectory serves the search and the list over the made-up county.
func newDirectory(t *testing.T) *site {
	t.Helper()
	s := newCounty(t)
	s.echo.GET("/directory/suggest", s.h.SuggestServices)
	s.echo.GET("/shortlist", s.h.ShortlistPage)
	s.echo.POST("/shortlist", s.h.ChangeShortlist)
	s.as("vega")
	return s
}

// says fails unless the page has all the texts.
func (v visit) says(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(v.body, text) {
			t.Errorf("%s = %d lacks %q", v.path, v.status, text)
		}
	}
}

func TestDirectoryFlow(t *testing.T) {
	s := newDirectory(t)
	found := s.request(http.MethodGet, "/directory?need=food-insecurity&zip=95351&language=es", nil)
	found.says(t, "Showing 1 to", "Remove filter:", "Clear all filters", `class="map"`, "Nearest first")
	if all := s.request(http.MethodGet, found.link(t, "Clear all filters"), nil); !strings.Contains(all.body, "Showing 1 to 10 of") {
		t.Error("without filters the search finds nothing")
	}
	if chips := s.request(http.MethodGet, found.link(t, "Remove filter: "), nil); chips.status != http.StatusOK || strings.Count(chips.body, `class="chip"`) != 2 {
		t.Errorf("after one of three filters is taken off there are %d", strings.Count(chips.body, `class="chip"`))
	}
	open := s.request(http.MethodGet, "/directory?zip=95351&open=tue&part=morning", nil)
	open.says(t, "Open Tuesday", "Open Tuesday: Morning, 6 to 11", "Hours not known")
	unknown := s.request(http.MethodGet, open.link(t, "See all of them"), nil)
	unknown.says(t, "Hours not known")
	if strings.Contains(unknown.body, "Closed now</") {
		t.Error("unknown hours are told as closed")
	}
	byMap := s.request(http.MethodGet, "/directory?zip=95351&view=map", nil)
	if strings.Index(byMap.body, `class="map"`) > strings.Index(byMap.body, `class="services"`) {
		t.Error("with view=map the map stands behind the list")
	}
	none := s.request(http.MethodGet, "/directory?need=food-insecurity&zip=95351&language=de", nil)
	none.says(t, "Nothing was found", "Leave out:", "Leaves ")
}

func TestDirectoryRefusals(t *testing.T) {
	s := newDirectory(t)
	for query, want := range map[string]string{
		"zip=9410":              "Enter a ZIP code with five digits.",
		"open=caturday":         "Choose a day of the week, and a part of the day from the list.",
		"open=sat&part=teatime": "Choose a day of the week, and a part of the day from the list.",
		"need=hunger":           "Choose a need from the list.",
		"sort=random":           "Sort by distance or name.",
		"q=food&page=x":         "Pages count from 1.",
		"room=some":             "Choose open, waitlist, full or unknown.",
		"miles=far":             "Give a distance of more than 0.",
	} {
		v := s.request(http.MethodGet, "/directory?"+query, nil)
		if v.status != http.StatusBadRequest || !strings.Contains(v.body, want) {
			t.Errorf("GET /directory?%s = %d, want 400 and %q", query, v.status, want)
		}
	}
	for path := range map[string]bool{"/directory?q=x&hours=unknown": true, "/directory?part=evening&q=": true, "/directory?page=2&q=food": true} {
		if v := s.request(http.MethodGet, path, nil); v.status != http.StatusOK {
			t.Errorf("GET %s = %d, want 200", path, v.status)
		}
	}
}

func TestSuggestions(t *testing.T) {
	s := newDirectory(t)
	s.request(http.MethodGet, "/directory/suggest?q=foo", nil).says(t, `"items":[{"text":`, `"kind":`)
	s.request(http.MethodGet, "/directory/suggest?q=", nil).says(t, `{"items":[]}`)
}

func TestShortlistFlow(t *testing.T) {
	s := newDirectory(t)
	s.request(http.MethodGet, "/shortlist", nil).says(t, "The list is empty")
	pantry, shelter := seed.ID("valley-food-bank/pantry"), seed.ID("harbor-house/shelter")
	added := s.request(http.MethodPost, "/shortlist", url.Values{"back": {"/directory?need=food-insecurity&zip=95351"}, serviceField: {pantry}})
	if added.status != http.StatusOK || added.path != "/directory?need=food-insecurity&zip=95351" {
		t.Fatalf("POST /shortlist = %d at %s, want back to the search", added.status, added.path)
	}
	added.says(t, "Put on the list", "List with 1 service", "On the list")
	s.request(http.MethodPost, "/shortlist", url.Values{serviceField: {shelter}})
	s.request(http.MethodPost, "/shortlist", url.Values{doField: {doLanguage}, languageField: {"ar"}})
	list := s.request(http.MethodGet, "/shortlist", nil)
	list.says(t, `lang="ar" dir="rtl"`, "sms:?&amp;body=", "Is this list safe to take home?", "Not texted, for safety", "Open in your messages")
	if strings.Contains(list.body, "geo:") {
		t.Error("the list has directions, which are no use on paper")
	}
	s.sendForm(list, "/shortlist", serviceField, shelter)
	if left := s.request(http.MethodGet, "/shortlist", nil); strings.Contains(left.body, "safe to take home") {
		t.Error("the shelter is still on the list")
	}
	s.request(http.MethodPost, "/shortlist", url.Values{doField: {doClear}})
	s.request(http.MethodGet, "/shortlist", nil).says(t, "The list is empty")

	for name, tt := range map[string]struct {
		form   url.Values
		status int
	}{
		"nothing ticked":   {url.Values{}, http.StatusBadRequest},
		"no such service":  {url.Values{serviceField: {"nowhere"}}, http.StatusNotFound},
		"no such language": {url.Values{doField: {doLanguage}, languageField: {"tlh"}}, http.StatusBadRequest},
		"no such thing":    {url.Values{doField: {"burn"}}, http.StatusBadRequest},
	} {
		if v := s.request(http.MethodPost, "/shortlist", tt.form); v.status != tt.status {
			t.Errorf("%s: POST /shortlist = %d, want %d", name, v.status, tt.status)
		}
	}
	away := s.request(http.MethodPost, "/shortlist", url.Values{"back": {"//elsewhere.example"}, serviceField: {pantry}})
	if away.path != "/" {
		t.Errorf("POST /shortlist with another site to go back to leads to %q, want home", away.path)
	}
}

// FuzzSearchForm: whatever stands in the address of the search, it is read
// without harm, and its chips lead to addresses that are read the same.
func FuzzSearchForm(f *testing.F) {
	for _, raw := range []string{
		"q=food&zip=95351", "open=sat&part=evening", "open=now&hours=unknown", "miles=NaN&page=-1", "page=99999999999999999999", "access=%ff&q=%00",
		"language=es&need=x&room=full&free=yes&sort=distance&view=map",
	} {
		f.Add(raw)
	}
	p := samplePage(f, "chw", "/directory", "directory.title")
	f.Fuzz(func(t *testing.T, raw string) {
		values, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		form := p.form()
		form.Values = values
		in := searchOf(form)
		if in.PerPage != servicesPerPage || in.RadiusKm != nil && *in.RadiusKm != *in.RadiusKm {
			t.Fatalf("searchOf(%q) = %+v", raw, in)
		}
		for _, c := range findChips(form) {
			to, err := url.Parse(c.Remove)
			if err != nil || to.Path != "/directory" || to.Host != "" {
				t.Fatalf("the chip of %q leads to %q", raw, c.Remove)
			}
			if to.Query().Has(c.field) && to.Query().Get(c.field) != "" {
				t.Fatalf("the chip %s of %q stays in %q", c.field, raw, c.Remove)
			}
		}
	})
}

package api

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/fault"
)

// searchOf reads a search from a raw query.
func searchOf(raw string) (directory.Search, error) {
	r := httptest.NewRequest(http.MethodGet, "/api/v1/services", nil)
	r.URL = &url.URL{Path: "/api/v1/services", RawQuery: raw}
	return searchFrom(newQuery(echo.New().NewContext(r, httptest.NewRecorder())))
}

func TestSearchFromEveryParameter(t *testing.T) {
	in, err := searchOf("q=food&need=a,b&need=c&language=es&postalCode=94109&lat=37.5&lng=-122&radiusKm=5&openOn=sat&openPart=evening" +
		"&timeZone=America/Los_Angeles&hoursUnknown=true&accessibility=wheelchair&capacity=open&free=true&age=30&sort=distance&page=2&perPage=5")
	if err != nil {
		t.Fatalf("searchFrom = %v", err)
	}
	if in.Q != "food" || len(in.Needs) != 3 || *in.OpenOn != (directory.OpenOn{Day: "sat", Part: directory.Evening}) || in.Zone.String() != "America/Los_Angeles" ||
		!in.HoursUnknown || !in.Free || *in.Age != 30 || in.Sort != directory.ByDistance || in.Page != 2 || in.PerPage != 5 {
		t.Errorf("searchFrom = %+v, want all that was given", in)
	}
	if in, err := searchOf("openAt=2026-11-28T18:00:00-08:00"); err != nil || in.OpenAt.UTC().Hour() != 2 {
		t.Errorf("searchFrom(openAt) = %v, %v, want two o'clock in UTC", in.OpenAt, err)
	}
}

// FuzzSearchFrom: whatever stands in an address is read or refused as invalid,
// and what is read keeps the bounds of paging.
func FuzzSearchFrom(f *testing.F) {
	for _, raw := range []string{
		"", "q=food&need=a,b", "openAt=2026-11-28T18:00:00Z", "openOn=sat&openPart=evening&timeZone=UTC", "page=0", "perPage=1e9",
		"lat=NaN&lng=Inf", "timeZone=../../etc/passwd", "timeZone=Local", "%zz=1;q=2&&", "openPart=night", "age=-1",
	} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		in, err := searchOf(raw)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("searchFrom(%q) = %v, want an invalid fault", raw, err)
			}
			return
		}
		if in.Page < 0 || in.Page > maxPage || in.PerPage < 0 || in.PerPage > maxPerPage {
			t.Fatalf("searchFrom(%q): page %d of %d, beyond the bounds", raw, in.Page, in.PerPage)
		}
	})
}

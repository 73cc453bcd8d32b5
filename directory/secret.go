package directory

import (
	"context"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
)

// A place is confidential when its location says so, or any service there: a
// shelter must not be found by way of a neighbour that names the same location.

// secrets keeps the locations of confidential services in memory; there are few.
type secrets struct {
	mu     sync.Mutex
	at     time.Time // when they were read; zero for not
	places map[string]bool
}

// secretAge is how old that may be where another process changed it.
const secretAge = 5 * time.Second

func (s *secrets) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = time.Time{}
}

// The key of confidential services; it has many values, so that the others take
// no room in its index.
const (
	confidentialKey = "confidential"
	confidentialYes = "yes"
)

func (s ServiceDoc) confidentialKeys() []docstore.Value {
	if !s.Confidential {
		return nil
	}
	return []docstore.Value{docstore.String(confidentialYes)}
}

// secretPlaces are the ids of the locations of confidential services.
func (d *Directory) secretPlaces(ctx context.Context) (map[string]bool, error) {
	s := &d.secrets
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.at.IsZero() && d.now().Sub(s.at) < secretAge {
		return s.places, nil
	}
	page, err := d.services.Find(ctx, docstore.Query{Where: []docstore.Cond{docstore.Eq(confidentialKey, docstore.String(confidentialYes))}})
	if err != nil {
		return nil, err
	}
	places := map[string]bool{}
	for _, doc := range page.Items {
		for _, l := range doc.Service.ServiceAtLocations {
			places[l.LocationID] = true
		}
	}
	s.places, s.at = places, d.now()
	return places, nil
}

// neighbours are the ids of the services at the locations of the confidential
// ones among listings, since what shows of those changes with them.
func (d *Directory) neighbours(ctx context.Context, listings []listing) ([]string, error) {
	var ids []string
	for _, l := range listings {
		if !l.doc.Confidential {
			continue
		}
		d.secrets.forget() // another process may have made it so
		d.cards.forget()
		for _, location := range locationIDs(l.doc.Service) {
			page, err := d.services.Find(ctx, docstore.Query{Where: []docstore.Cond{docstore.Eq("location", docstore.String(location))}})
			if err != nil {
				return nil, err
			}
			for _, s := range page.Items {
				if !s.Confidential {
					ids = append(ids, s.ID)
				}
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// withheld stands where a text names the street of a confidential place.
const withheld = "[address withheld]"

// scrub takes the streets of the listing's confidential places out of the texts
// of the service, where somebody wrote them down.
func (l *listing) scrub() {
	var addresses []Address
	for _, sp := range l.spots() {
		if l.confidential(sp) {
			addresses = append(addresses, sp.loc.Location.Addresses...)
		}
	}
	if find := streets(addresses); find != nil {
		scrubText(reflect.ValueOf(&l.doc.Service).Elem(), find)
	}
}

// streets finds the streets of addresses in a text; nil when there is none to find.
func streets(addresses []Address) *regexp.Regexp {
	var patterns []string
	for _, a := range addresses {
		for _, line := range []string{a.Address1, a.Address2} {
			words := strings.Fields(line)
			if len(line) < shortestStreet || len(words) < 2 || !strings.ContainsAny(line, "0123456789") {
				continue
			}
			for i, w := range words {
				words[i] = regexp.QuoteMeta(w)
			}
			patterns = append(patterns, strings.Join(words, `[\s,]+`))
		}
	}
	if len(patterns) == 0 {
		return nil
	}
	return regexp.MustCompile(`(?i)` + strings.Join(patterns, "|"))
}

// shortestStreet is the least letters of a street that is looked for: "1 A St".
const shortestStreet = 6

// scrubText replaces what find finds in all texts of a value.
func scrubText(v reflect.Value, find *regexp.Regexp) {
	switch v.Kind() {
	case reflect.String:
		if v.CanSet() && find.MatchString(v.String()) {
			v.SetString(find.ReplaceAllString(v.String(), withheld))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			scrubText(v.Elem(), find)
		}
	case reflect.Slice:
		for i := range v.Len() {
			scrubText(v.Index(i), find)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			scrubText(v.Field(i), find)
		}
	}
}

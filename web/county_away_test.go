package web

import (
	"context"
	"testing"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/fault"
)

// awayIndex is a search engine that does not answer.
type awayIndex struct{ directory.Index }

func (awayIndex) Search(context.Context, directory.Query) (directory.Results, error) {
	return directory.Results{}, fault.New(fault.Transient, "The search is away for a moment. Try again soon.")
}

func TestDirectoryAway(t *testing.T) {
	s := newCounty(t)
	away, err := directory.New(t.Context(), s.engine, awayIndex{}, directory.Options{Now: s.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	s.h.Directory = away
	s.as("vega")
	s.get("/directory?q=food").shows(t, 503, "The search is away for a moment", "Try again")
	s.as("park")
	s.get("/admin/services").shows(t, 200, "Away")
	s.get("/").shows(t, 200, "Away")
}

// withoutSearch does something while referrals find no services to propose.
func (s *site) withoutSearch(t *testing.T, do func()) {
	t.Helper()
	was := s.h.Referrals.Directory
	defer func() { s.h.Referrals.Directory = was }()
	away, err := directory.New(t.Context(), s.engine, awayIndex{}, directory.Options{Now: s.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	s.h.Referrals.Directory = away
	do()
}

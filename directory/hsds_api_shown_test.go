package directory_test

import (
	"testing"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/memory"
	"github.com/havenloop/havenloop/internal/docstore"
)

// listedService is the one service that the lists of a directory show.
func listedService(t *testing.T, d *directory.Directory) directory.Service {
	t.Helper()
	l, err := d.ListServices(t.Context(), directory.ListQuery{}, directory.Full)
	if err != nil {
		t.Fatal(err)
	}
	page, err := l.Page(t.Context(), 1, 10)
	if err != nil || len(page) != 1 {
		t.Fatalf("%d services, %v, want one", len(page), err)
	}
	return page[0]
}

// TestListsShowChangesAtOnce: what is kept to be shown again is forgotten when
// anything that it shows changes.
func TestListsShowChangesAtOnce(t *testing.T) {
	w := pantryWorld(t)
	street := func(s directory.Service) string {
		if a := s.ServiceAtLocations[0].Location.Addresses; len(a) > 0 {
			return a[0].Address1
		}
		return ""
	}
	steps := []struct {
		what   string
		change func()
		shows  func(directory.Service) bool
	}{
		{"the service as it is", func() {}, func(s directory.Service) bool { return street(s) == "1 Main Street" }},
		{"another description", func() {
			w.put(pantry(func(s *directory.ServiceDoc) { s.Service.Description = "Bags of food." }))
		}, func(s directory.Service) bool { return s.Description == "Bags of food." }},
		{"another organization's name", func() { w.organization("pantry", "Sunset Pantry") },
			func(s directory.Service) bool { return s.Organization.Name == "Sunset Pantry" }},
		{"a confidential location", func() {
			w.location("p1", "pantry", func(l *directory.LocationDoc) { l.Confidential = true })
		}, func(s directory.Service) bool { return street(s) == "" }},
		{"an open location", func() { w.location("p1", "pantry", nil) }, func(s directory.Service) bool { return street(s) != "" }},
		{"a confidential service", func() {
			w.put(pantry(func(s *directory.ServiceDoc) { s.Confidential = true }))
		}, func(s directory.Service) bool { return street(s) == "" }},
	}
	for _, step := range steps {
		step.change()
		for range 2 { // read, and as it is kept
			if s := listedService(t, w.dir); !step.shows(s) {
				t.Errorf("%s does not show: %+v", step.what, s)
			}
		}
	}
}

// TestListsShowWhatAnotherProcessChanged: at once where its events arrive, and
// soon in any case.
func TestListsShowWhatAnotherProcessChanged(t *testing.T) {
	w := pantryWorld(t)
	other, err := directory.New(t.Context(), w.engine, memory.New(), directory.Options{Now: w.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	relay, err := docstore.NewRelay(t.Context(), w.engine, docstore.RelayOptions{Now: w.clock.Now, Consumers: []docstore.Consumer{other.ListsConsumer()}})
	if err != nil {
		t.Fatal(err)
	}
	for i, learn := range []func(){
		func() {
			if err := relay.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
		},
		func() { w.clock.Add(5 * time.Second) },
	} {
		listedService(t, other)
		text := []string{"Bags of food.", "Hot meals."}[i]
		w.put(pantry(func(s *directory.ServiceDoc) { s.Service.Description = text }))
		learn()
		if s := listedService(t, other); s.Description != text {
			t.Errorf("the description is %q, want %q", s.Description, text)
		}
	}
}

// BenchmarkListAgain reads the same page of 50 services over and over.
func BenchmarkListAgain(b *testing.B) {
	d, _ := manyServices(b, 2000)
	for _, view := range []directory.View{directory.Brief, directory.Full} {
		b.Run(map[directory.View]string{directory.Brief: "brief", directory.Full: "full"}[view], func(b *testing.B) {
			for b.Loop() {
				l, err := d.ListServices(b.Context(), directory.ListQuery{}, view)
				if err != nil {
					b.Fatal(err)
				}
				if page, err := l.Page(b.Context(), 3, 50); err != nil || len(page) != 50 {
					b.Fatal(len(page), err)
				}
			}
		})
	}
}

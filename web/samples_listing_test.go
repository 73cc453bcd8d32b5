package web

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// listingSamples renders the pages that keep the directory true.
func listingSamples(t testing.TB) map[string]templ.Component {
	as := func(role identity.Role, path, title string) Page { return samplePage(t, role, path, title) }
	agency, net := as(identity.AgencyAdmin, "/listing/s1", "listing.title"), as(identity.NetworkAdmin, "/admin/verify", "verify.title")
	x, u, d := sampleListed(), sampleUpkeep(), sampleDetail(t)
	q := directory.Quality{Score: 0.62, Missing: []string{"hours", "cost"}}
	d.Quality = &q
	all := map[string]templ.Component{
		"listing-service": listingServicePage(listingServiceView(agency, agency.form(), x, q, u)),
		"verify-list": verifyListPage(VerifyListView{Page: net, Rows: []VerifyRow{verifyRow(net.Locale, directory.QueueItem{Upkeep: u, Service: d.ServiceSummary})},
			Pager: Pager{Status: "1 listing"}}),
		"verify-none": verifyListPage(VerifyListView{Page: net}),
		"verify":      verifyPage(verifyView(as(identity.NetworkAdmin, "/admin/verify/s1", "verify.one"), net.form(), u, d)),
		"room":        roomPage(roomView(as(identity.AgencyAdmin, "/listing/s1/room", "room.title"), agency.form(), x)),
	}
	public := as("", "/report/s1", "report.title")
	report := ReportView{Page: public, Form: public.form(), Service: "Weekly pantry", Action: "/report/s1", Choose: reportChoices(public.Locale)}
	all["report"] = reportPage(report)
	report.Sent = true
	all["report-sent"] = reportPage(report)
	for name, s := range listingSections(agency.Locale) {
		p := as(identity.AgencyAdmin, "/listing/s1/"+s.slug, "listing.title")
		p.Title = s.heading(p.Locale)
		v := ListingEditView{Page: p, Form: s.fill(p.form(), x), Action: p.Path, Back: "/listing/s1", BackLabel: "Weekly pantry", Section: s, Review: true}
		if s.hours {
			v.Hours = hoursForms(p.Locale)
			v.Theirs = sectionDifferences(p.Locale, s, p.form(), v.Form)
		}
		all["listing-"+name] = listingEditPage(v)
	}
	queue := as(identity.NetworkAdmin, "/admin/proposals", "proposals.title")
	all["proposals"] = proposalsPage(ProposalsView{Page: queue, Rows: []LinkRow{{Title: "Weekly pantry", Href: "/admin/proposals/service-s1", Meta: "Ana Moreno"}}, Pager: Pager{Status: "1 change"}})
	all["proposals-none"] = proposalsPage(ProposalsView{Page: queue})
	all["proposal"] = proposalPage(proposalView(as(identity.NetworkAdmin, "/admin/proposals/service-s1", "proposals.one"), queue.form(), sampleReviewed()))
	return all
}

// listingSections are all sections that a listing has, by name.
func listingSections(l *Locale) map[string]section {
	out := map[string]section{"organization": organizationSection(l)}
	for _, s := range serviceSections(l, sampleListed()) {
		out[s.slug] = s
	}
	for _, s := range placeSections(l) {
		out["places-"+s.slug] = s
	}
	return out
}

func sampleListed() listed {
	x := listed{
		org: directory.OrganizationDoc{Meta: docstore.Meta{ID: "bank"}, Organization: directory.Organization{ID: "bank", Name: "Harbor Food Bank", Description: "Food for all."}},
		place: directory.LocationDoc{Meta: docstore.Meta{ID: "l1"}, Location: directory.Location{
			ID: "l1", Name: "Main hall", Addresses: []directory.Address{{Address1: "1 Main Street", City: "San Francisco", StateProvince: "CA", PostalCode: "94109", AddressType: directory.Physical}},
		}},
		service: directory.ServiceDoc{Meta: docstore.Meta{ID: "s1", Version: 3}, Service: directory.Service{
			ID: "s1", OrganizationID: "bank", Name: "Weekly pantry", Status: directory.Active, Description: "Bags of food.",
			Phones: []directory.Phone{{Number: "+14155550123", Description: "Front desk"}},
			Schedules: []directory.Schedule{
				{Freq: "WEEKLY", ByDay: "MO,TU", OpensAt: "09:00", ClosesAt: "12:00"}, {Freq: "WEEKLY", ByDay: "MO", OpensAt: "13:00", ClosesAt: "17:00"},
				{DTStart: "2026-12-25", Until: "2026-12-25", Closed: true}, {Description: "Ring the bell."},
			},
			ServiceAtLocations: []directory.ServiceAtLocation{{ID: "sl", LocationID: "l1"}},
			Capacities:         []directory.ServiceCapacity{{Unit: &directory.Unit{Name: "bags"}, Available: 12}},
		}, Capacity: directory.Capacity{Status: directory.CapacityOpen, UpdatedAt: sampleNow.Add(-72 * time.Hour)}},
	}
	x.places = []directory.LocationDoc{x.place}
	return x
}

func sampleUpkeep() directory.Upkeep {
	return directory.Upkeep{Meta: docstore.Meta{ID: "s1", Version: 4}, Opened: 40, Referred: 6,
		Flags: []directory.Flag{
			{Reason: directory.FlagReported, What: "phone", Text: "It rings at a school.", At: sampleNow.Add(-48 * time.Hour)},
			{Reason: directory.FlagRejected, What: "outside-area", At: sampleNow.Add(-24 * time.Hour)},
			{Reason: directory.FlagStale, At: sampleNow},
		},
		History: []directory.Settled{{At: sampleNow.AddDate(0, -2, 0), ByName: "Nia Park", Action: directory.SettleVerified, How: directory.Called}},
	}
}

func sampleReviewed() directory.Review {
	raw := func(s string) json.RawMessage { return json.RawMessage(s) }
	return directory.Review{Version: 3, Now: map[string]json.RawMessage{"description": raw(`"Bags of food."`), "languages": raw(`null`)}, Proposal: directory.Proposal{
		Meta: docstore.Meta{ID: "service-s1", Version: 1}, Name: "Weekly pantry", State: directory.Waiting, ByName: "Ana Moreno", At: sampleNow.Add(-time.Hour),
		Changes: []directory.FieldChange{
			{Field: "description", Before: raw(`"Food."`), After: raw(`"Bags of food on Mondays."`)},
			{Field: "languages", Before: raw(`null`), After: raw(`[{"id":"x","name":"Spanish","code":"es"}]`)},
		},
	}}
}

// A section that nobody changed changes nothing, so that opening and saving a
// form makes neither a version nor a proposal.
func TestASectionSavedAsItIsChangesNothing(t *testing.T) {
	l := samplePage(t, identity.AgencyAdmin, "/listing/s1", "listing.title")
	for _, s := range listingSections(l.Locale) {
		x := sampleListed()
		before := s.fill(l.form(), x)
		e := &serviceEntry{Form: before}
		s.read(e, before, &x)
		if err := e.wrong.Err(); err != nil {
			t.Errorf("%s: %v", s.slug, err)
		}
		want, _ := json.Marshal([]any{sampleListed().service, sampleListed().place, sampleListed().org})
		got, _ := json.Marshal([]any{x.service, x.place, x.org})
		if string(got) != string(want) {
			t.Errorf("%s: saved as it is, it became\n%s\nwant\n%s", s.slug, got, want)
		}
	}
}

func TestHoursKeepWhatTheFormCannotShow(t *testing.T) {
	l := samplePage(t, identity.AgencyAdmin, "/listing/s1", "listing.title")
	s, x := hoursSection(l.Locale), sampleListed()
	monthly := directory.Schedule{Freq: "MONTHLY", ByDay: "1SA", OpensAt: "09:00", ClosesAt: "12:00"}
	x.service.Service.Schedules = append(x.service.Service.Schedules, monthly)
	before := s.fill(l.form(), x)
	e := &serviceEntry{Form: before.With(intervalField(5, 0), "10:00").With(intervalField(5, 0)+"-to", "14:00")}
	s.read(e, before, &x)
	if err := e.wrong.Err(); err != nil {
		t.Fatal(err)
	}
	got := s.fill(l.form(), x)
	if first := x.service.Service.Schedules[0]; first.Freq != monthly.Freq || first.ByDay != monthly.ByDay {
		t.Errorf("schedules = %+v, want the monthly one first and kept", x.service.Service.Schedules)
	}
	for name, want := range map[string]string{
		intervalField(5, 0): "10:00", intervalField(1, 1): "13:00", intervalField(2, 0): "09:00", closedField(0): "2026-12-25", "hoursNote": "Ring the bell.",
	} {
		if got.Value(name) != want {
			t.Errorf("%s = %q, want %q", name, got.Value(name), want)
		}
	}
	e = &serviceEntry{Form: before.With(intervalField(5, 0), "10:00")}
	s.read(e, before, &x)
	if e.wrong.Err() == nil {
		t.Error("hours without an end are taken, want them refused")
	}
}

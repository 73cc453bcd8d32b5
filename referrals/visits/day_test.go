package visits_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/referrals/visits"
	"github.com/havenloop/havenloop/screening"
)

func TestDayHasTheWorkersPatientsAndLittleOfThem(t *testing.T) {
	h := open(t)
	mine := h.send(h.rosa, visit(nil)).PatientID
	theirs := h.send(h.sam, visit(set("patient", "givenName", "Zoe"))).PatientID
	_, err := h.screening.Submit(as(h.rosa), screening.Submission{PatientID: mine, Instrument: "ahc-hrsn-core", Answers: screening.Answers{
		"/71802-3": screening.Codes("LA31994-9"), "/95618-5": screening.Codes("LA6270-8"),
	}})
	must(t, err)
	drafted := h.patient(h.sam, "drafted").ID
	_, err = h.screening.StartDraft(as(h.rosa), drafted, "essentials", "")
	must(t, err)
	day, tag, err := h.visits.Day(as(h.rosa), "")
	must(t, err)
	var ids []string
	for _, p := range day.Patients {
		ids = append(ids, p.ID)
	}
	same(t, "patients (Zoe is another worker's: "+theirs+")", ids, []string{drafted, mine})
	p := day.Patients[1]
	if p.BirthYear != 1990 || p.PostalCode != "94109" || len(p.Needs) == 0 {
		t.Errorf("patient = %+v, want birth year, ZIP code and needs", p)
	}
	b, err := json.Marshal(day.Patients)
	must(t, err)
	for _, word := range []string{"1990-05", "2671", "LA28397", "answers"} {
		if strings.Contains(string(b), word) {
			t.Errorf("the day tells %q of patients: %s", word, b)
		}
	}
	if len(day.Consents) != 1 || day.Consents[0].PatientID != mine || len(day.Instruments) == 0 || len(day.HelpLines) == 0 {
		t.Errorf("day has consents %+v, %d instruments, %d help lines", day.Consents, len(day.Instruments), len(day.HelpLines))
	}
	h.clock.Add(time.Minute)
	if again, same, err := h.visits.Day(as(h.rosa), tag); err != nil || same != tag || !again.At.IsZero() {
		t.Errorf("the same day = %v, %q, %v, want nothing new", again.At, same, err)
	}
	other, _, err := h.visits.Day(as(h.bea), "")
	must(t, err)
	if len(other.Patients) != 0 || len(other.Consents) != 0 {
		t.Errorf("another organization takes along %+v", other.Patients)
	}
}

func TestDayHidesConfidentialPlacesAndPrivateNeeds(t *testing.T) {
	h := open(t)
	system := as(identity.SystemActor("t"))
	mine := h.send(h.rosa, visit(nil)).PatientID
	lat, lng := 37.78, -122.42
	_, err := h.directory.PutLocation(system, directory.LocationDoc{
		Meta: docstore.Meta{ID: "l1"}, Confidential: true,
		Location: directory.Location{ID: "l1", OrganizationID: "pantry", Name: "House", Latitude: &lat, Longitude: &lng, LocationType: directory.Physical,
			Addresses: []directory.Address{{Address1: "1 Secret Street", City: "San Francisco", StateProvince: "CA", PostalCode: "94109", AddressType: directory.Physical}}},
	})
	must(t, err)
	d, err := h.directory.ServiceByID(system, "s-pantry")
	must(t, err)
	d.Service.ServiceAtLocations = []directory.ServiceAtLocation{{ID: "sl1", LocationID: "l1"}}
	_, err = h.directory.PutService(system, d)
	must(t, err)
	_, err = h.directory.Reindex(system)
	must(t, err)
	_, err = h.screening.Submit(as(h.rosa), screening.Submission{PatientID: mine, Instrument: "ahc-hrsn-core", Answers: screening.Answers{
		"/95618-5": screening.Codes("LA16644-9"), "/95617-7": screening.Codes("LA16644-9"), "/95616-9": screening.Codes("LA16644-9"), "/95615-1": screening.Codes("LA16644-9"),
	}})
	must(t, err)
	needs, err := h.screening.Needs(as(h.rosa), mine)
	must(t, err)
	day, _, err := h.visits.Day(as(h.rosa), "")
	must(t, err)
	if len(day.Services) != 1 {
		t.Fatalf("day has %d services, want the pantry", len(day.Services))
	}
	b, err := json.Marshal(day)
	must(t, err)
	if strings.Contains(string(b), "Secret") || day.Services[0].Lat != nil {
		t.Errorf("the day tells where the house is: %+v", day.Services[0])
	}
	open := 0
	for _, n := range needs {
		if n.Private {
			open++
		}
	}
	if open == 0 || len(day.Patients[0].Needs) != len(needs)-open {
		t.Errorf("day has %d needs of %d, of which %d are private", len(day.Patients[0].Needs), len(needs), open)
	}
}

// TestDayLeavesOutListingsThatAreTooOld: also before the index has let go of them.
func TestDayLeavesOutListingsThatAreTooOld(t *testing.T) {
	h := open(t)
	h.send(h.rosa, visit(nil))
	_, err := h.directory.Reindex(as(identity.SystemActor("t")))
	must(t, err)
	services := func() int {
		t.Helper()
		day, _, err := h.visits.Day(as(h.rosa), "")
		must(t, err)
		return len(day.Services)
	}
	if services() != 1 {
		t.Error("a listing that was just written is not taken along")
	}
	rules, err := h.settings.Current(as(identity.SystemActor("t")))
	must(t, err)
	rules.Listings.HideAfterDays = rules.Listings.StaleAfterDays
	_, err = h.settings.Save(as(identity.SystemActor("t")), rules)
	must(t, err)
	h.clock.Add(time.Duration(rules.Listings.HideAfterDays) * 24 * time.Hour)
	if services() != 0 {
		t.Error("a listing that nobody has made sure of for too long is taken along")
	}
}

func TestHoursText(t *testing.T) {
	day := func(date string, unknown bool, spans ...directory.Span) directory.DayHours {
		return directory.DayHours{Date: date, Spans: spans, Unknown: unknown}
	}
	work := directory.Span{From: "09:00", To: "17:00"}
	week := []directory.DayHours{ // from a Wednesday
		day("2026-03-04", false, work), day("2026-03-05", false, work), day("2026-03-06", false, work),
		day("2026-03-07", true, directory.Span{From: "10:00", To: "12:00"}), day("2026-03-08", false),
		day("2026-03-09", false, work), day("2026-03-10", false, work, directory.Span{From: "18:00", To: "20:00"}),
	}
	if got, want := visits.HoursText(week), "Mo 09:00-17:00; Tu 09:00-17:00,18:00-20:00; We-Fr 09:00-17:00; Sa 10:00-12:00,?; Su off"; got != want {
		t.Errorf("hours = %q, want %q", got, want)
	}
	if got := visits.HoursText([]directory.DayHours{day("2026-03-04", true)}); got != "" {
		t.Errorf("unknown hours = %q, want nothing", got)
	}
}

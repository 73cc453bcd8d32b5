package referrals

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/screening"
)

// answered is a referral sent at the time, with what became of it.
func answered(sent time.Time, status Status, acceptedAfter time.Duration, received Received) Referral {
	r := Referral{Status: status, History: []Step{{At: sent, To: Requested}}}
	if acceptedAfter > 0 {
		r.Measures.Acknowledged = &Report{Value: "yes", At: sent}
		r.History = append(r.History, Step{At: sent.Add(acceptedAfter), To: Accepted})
	}
	if received != "" {
		r.Measures.ServiceReceived = &Report{Value: string(received), At: sent}
	}
	return r
}

func TestPast(t *testing.T) {
	const day = 24 * time.Hour
	long, now := monday.Add(-60*day), monday
	tests := []struct {
		name string
		in   []Referral
		want directory.Past
	}{
		{"none", nil, directory.Past{}},
		{"accepted and served", []Referral{answered(long, Completed, 2*day, ReceivedYes), answered(long, Completed, 4*day, ReceivedPartly)},
			directory.Past{Sent: 2, Acknowledged: 2, Accepted: 2, Settled: 2, Served: 2, MedianDaysToAccept: 3}},
		{"accepted, not served", []Referral{answered(long, Completed, day, ReceivedNo)}, directory.Past{Sent: 1, Acknowledged: 1, Accepted: 1, Settled: 1, MedianDaysToAccept: 1}},
		{"what came of it is not known", []Referral{answered(long, Completed, day, ReceivedUnknown)}, directory.Past{Sent: 1, Acknowledged: 1, Accepted: 1, MedianDaysToAccept: 1}},
		{"declined is answered", []Referral{answered(long, Rejected, 0, "")}, directory.Past{Sent: 1, Acknowledged: 1}},
		{"never answered", []Referral{answered(long, Requested, 0, "")}, directory.Past{Sent: 1}},
		{"still time to answer", []Referral{answered(now.Add(-6*day), Requested, 0, "")}, directory.Past{}},
		{"time to answer is over", []Referral{answered(now.Add(-7*day), Requested, 0, "")}, directory.Past{Sent: 1}},
		{"taken back before an answer", []Referral{answered(long, Cancelled, 0, "")}, directory.Past{}},
		{"entered by mistake", []Referral{answered(long, EnteredInError, day, "")}, directory.Past{}},
		{"never sent", []Referral{{Status: Draft}}, directory.Past{}},
	}
	for _, tt := range tests {
		if got := past(tt.in, now); got != tt.want {
			t.Errorf("%s: past = %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func TestPastAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []Referral
		for range rapid.IntRange(0, 30).Draw(t, "n") {
			list = append(list, answered(monday.Add(-time.Duration(rapid.IntRange(0, 400).Draw(t, "hours"))*time.Hour), rapid.SampledFrom(Statuses).Draw(t, "status"),
				time.Duration(rapid.IntRange(0, 100).Draw(t, "accepted"))*time.Hour, rapid.SampledFrom([]Received{"", ReceivedYes, ReceivedNo, ReceivedUnknown}).Draw(t, "received")))
		}
		p := past(list, monday)
		if p.Sent > len(list) || p.Acknowledged > p.Sent || p.Accepted > p.Acknowledged || p.Settled > p.Sent || p.Served > p.Settled || p.MedianDaysToAccept < 0 {
			t.Fatalf("past = %+v of %d referrals", p, len(list))
		}
	})
}

// TestCandidatesKnowTheirPast: what happened to referrals is weighed, and read
// again after a while.
func TestCandidatesKnowTheirPast(t *testing.T) {
	w := newWorld(t)
	w.matched() // nothing was sent yet, and that is remembered
	id := w.refer()
	w.clock.Add(2 * 24 * time.Hour)
	w.to(paula, id, Accepted)
	found := []directory.Candidate{{Service: directory.ServiceSummary{ServiceFacts: directory.ServiceFacts{ID: "s-pantry"}}}, {Service: directory.ServiceSummary{ServiceFacts: directory.ServiceFacts{ID: "s-park"}}}}
	if err := w.s.addPast(t.Context(), found, w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	got := *found[0].Past
	if got.Sent != 1 || got.Accepted != 1 || got.MedianDaysToAccept != 2 || got.Usual == nil || got.Usual.Sent != 1 {
		t.Errorf("past of the pantry = %+v, want one accepted after two days", got)
	}
	if other := found[1].Past; other.Sent != 0 || other.Usual.Sent != 1 {
		t.Errorf("past of the park = %+v, want none of its own", other)
	}
	if err := w.s.addPast(t.Context(), found, w.clock.Now().Add(pastSpan)); err != nil || found[0].Past.Sent != 0 {
		t.Errorf("past a year later = %+v, %v; want none", found[0].Past, err)
	}
}

func TestSeekerIsWhatThePatientTold(t *testing.T) {
	w := newWorld(t)
	p := patients.Patient{OrganizationID: "clinic", BirthDate: "1990-05-01", Situation: patients.Situation{
		Sex: "female", HouseholdSize: 3, Children: new(true), Veteran: new(false), Insurance: "medicaid", IncomePercent: new(130), Travel: "wheelchair",
	}}
	p.ID = "maria"
	w.mu.Lock()
	w.needs["roof"] = screening.Need{PatientID: "maria", Topic: "roof", Domain: homeless, Status: screening.NeedOpen}
	w.mu.Unlock()
	s, err := w.s.seeker(as(rosa), p, w.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	if s.Sex != directory.Female || s.HouseholdSize != 3 || s.Insurance != directory.Medicaid || *s.IncomePercent != 130 || !s.Wheelchair || !s.NoCar || s.Homeless == nil || !*s.Homeless || s.Pregnant != nil {
		t.Errorf("seeker = %+v, want what the patient told", s)
	}
	for name, need := range map[string]screening.Need{
		"private":    {PatientID: "maria", Domain: homeless, Status: screening.NeedOpen, Private: true},
		"not wanted": {PatientID: "maria", Domain: homeless, Status: screening.NeedNotWanted},
		"met":        {PatientID: "maria", Domain: homeless, Status: screening.NeedMet},
	} {
		w.mu.Lock()
		w.needs["roof"] = need
		w.mu.Unlock()
		if s, err := w.s.seeker(as(rosa), p, w.clock.Now()); err != nil || s.Homeless != nil {
			t.Errorf("a need that is %s: homeless = %v, %v; want nothing known", name, s.Homeless, err)
		}
	}
}

// TestSituationsSayWhatMatchingReads: the codes of the record are those that
// matching knows.
func TestSituationsSayWhatMatchingReads(t *testing.T) {
	same(t, "insurances", patients.Insurances, []string{directory.Medicaid, directory.Medicare, directory.Insured, directory.Uninsured})
	same(t, "sexes", patients.Sexes, []string{directory.Female, directory.Male})
}

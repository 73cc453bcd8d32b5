package screening

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
)

var (
	hungry = Answers{"/88122-7": Codes("LA28397-0")}
	fed    = Answers{"/88122-7": Codes("LA28398-8"), "/88123-5": Codes("LA28398-8")}
	unsaid = Answers{"/88122-7": Absent(AskedDeclined), "/88123-5": Codes("LA28398-8")}
)

// food reads Ana's need for food.
func (b *bench) food(t *testing.T) Need {
	t.Helper()
	n, err := b.Need(b.rosa, needID("ana", "food"))
	if err != nil {
		t.Fatalf("Need: %v", err)
	}
	return n
}

// TestScreenAgain follows a need through several screenings.
func TestScreenAgain(t *testing.T) {
	b := newBench(t)
	first := b.submit(t, "ana", hungry).Screening
	tests := []struct {
		name     string
		status   NeedStatus // set before the screening; "" leaves it
		answers  Answers
		want     NeedStatus
		proposed bool
		newest   bool // the need points to this screening
	}{
		{"positive again", "", hungry, NeedOpen, false, true},
		{"negative proposes", "", fed, NeedOpen, true, false},
		{"declined says nothing", "", unsaid, NeedOpen, true, false},
		{"positive takes the proposal back", "", hungry, NeedOpen, false, true},
		{"a wanted need stays wanted", NeedWanted, hungry, NeedWanted, false, true},
		{"a referral under way goes on", NeedInProgress, hungry, NeedInProgress, false, true},
		{"negative while in progress", "", fed, NeedInProgress, true, false},
		{"met closes the proposal", NeedMet, fed, NeedMet, false, false},
		{"met and positive opens again", "", hungry, NeedOpen, false, true},
		{"no longer and positive opens again", NeedNoLonger, hungry, NeedOpen, false, true},
		{"not wanted stays so", NeedNotWanted, hungry, NeedNotWanted, false, true},
	}
	last, history := first.ID, 1
	for _, tt := range tests {
		b.clock.Add(time.Hour)
		if tt.status != "" {
			if _, err := b.SetNeedStatus(b.rosa, needID("ana", "food"), tt.status, "test"); err != nil {
				t.Fatalf("SetNeedStatus: %v", err)
			}
			history++
		}
		s := b.submit(t, "ana", tt.answers).Screening
		if len(s.Findings) > 0 {
			history++
		}
		if tt.newest {
			last = s.ID
		}
		n := b.food(t)
		if n.Status != tt.want || (n.ProposedToClose != nil) != tt.proposed || n.ScreeningID != last || len(n.History) != history {
			t.Errorf("%s: need = %+v, want %s, proposed %v, screening %s, %d lines of history", tt.name, n, tt.want, tt.proposed, last, history)
		}
	}
}

// TestLateScreening stores a screening answered before the newest known one.
func TestLateScreening(t *testing.T) {
	b := newBench(t)
	newest := b.submit(t, "ana", fed).Screening // finds no need, so there is none
	if needs, err := b.Needs(b.rosa, "ana"); err != nil || len(needs) != 0 {
		t.Fatalf("Needs = %v, %v, want none", needs, err)
	}
	b.clock.Add(time.Hour)
	newest = b.submit(t, "ana", hungry).Screening
	_, err := b.Submit(b.rosa, Submission{PatientID: "ana", Instrument: "essentials", AnsweredAt: monday.Add(time.Minute), Answers: fed})
	if err != nil {
		t.Fatalf("Submit: %v", err)
	}
	if n := b.food(t); n.ScreeningID != newest.ID || n.ProposedToClose != nil || len(n.History) != 2 {
		t.Errorf("need = %+v, want that of the newest screening, the late one only noted", n)
	}
}

// TestPatchNeed tries what a person may change.
func TestPatchNeed(t *testing.T) {
	yes, no := true, false
	status := func(s NeedStatus) *NeedStatus { return &s }
	tests := []struct {
		name   string
		from   NeedStatus
		patch  NeedPatch
		want   NeedStatus
		wanted *bool
		kind   fault.Kind
	}{
		{"wanted", NeedOpen, NeedPatch{Wanted: &yes}, NeedWanted, &yes, ""},
		{"not wanted", NeedOpen, NeedPatch{Wanted: &no}, NeedNotWanted, &no, ""},
		{"wanted while in progress", NeedInProgress, NeedPatch{Wanted: &yes}, NeedInProgress, &yes, ""},
		{"no longer wanted while in progress", NeedInProgress, NeedPatch{Wanted: &no}, NeedNotWanted, &no, ""},
		{"status says wanted", NeedOpen, NeedPatch{Status: status(NeedWanted)}, NeedWanted, &yes, ""},
		{"status says not wanted", NeedOpen, NeedPatch{Status: status(NeedNotWanted)}, NeedNotWanted, &no, ""},
		{"met", NeedOpen, NeedPatch{Status: status(NeedMet)}, NeedMet, nil, ""},
		{"no longer", NeedWanted, NeedPatch{Status: status(NeedNoLonger)}, NeedNoLonger, nil, ""},
		{"open again", NeedMet, NeedPatch{Status: status(NeedOpen)}, NeedOpen, nil, ""},
		{"wanted again", NeedMet, NeedPatch{Wanted: &yes}, NeedWanted, &yes, ""},
		{"both", NeedOpen, NeedPatch{Wanted: &yes, Status: status(NeedMet)}, NeedMet, &yes, ""},
		{"contradiction", NeedOpen, NeedPatch{Wanted: &yes, Status: status(NeedNotWanted)}, NeedOpen, nil, fault.Invalid},
		{"the other way", NeedOpen, NeedPatch{Wanted: &no, Status: status(NeedWanted)}, NeedOpen, nil, fault.Invalid},
		{"nothing", NeedOpen, NeedPatch{}, NeedOpen, nil, fault.Invalid},
		{"no status", NeedOpen, NeedPatch{Status: status("gone")}, NeedOpen, nil, fault.Invalid},
		{"in progress is for referrals", NeedOpen, NeedPatch{Status: status(NeedInProgress)}, NeedOpen, nil, fault.BusinessRule},
	}
	for _, tt := range tests {
		b := newBench(t)
		b.submit(t, "ana", hungry)
		n, err := b.SetNeedStatus(b.rosa, needID("ana", "food"), tt.from, "test")
		if err != nil {
			t.Fatalf("SetNeedStatus: %v", err)
		}
		tt.patch.Version = n.Version
		_, err = b.PatchNeed(b.rosa, n.ID, tt.patch)
		wantKind(t, tt.name, err, tt.kind)
		if got := b.food(t); got.Status != tt.want || cmp.Diff(tt.wanted, got.Wanted) != "" {
			t.Errorf("%s: need = %+v, want %s", tt.name, got, tt.want)
		}
	}
}

// TestPatchStale sends the version of a need that has changed since, none at
// all, and one request twice.
func TestPatchStale(t *testing.T) {
	b := newBench(t)
	n := b.submit(t, "ana", hungry).Needs[0]
	yes := true
	ctx := docstore.WithRequest(b.rosa, "key", "hash")
	changed, err := b.PatchNeed(ctx, n.ID, NeedPatch{Wanted: &yes, Version: n.Version})
	if err != nil || changed.Version != n.Version+1 {
		t.Fatalf("PatchNeed = %+v, %v", changed, err)
	}
	again, err := b.PatchNeed(ctx, n.ID, NeedPatch{Wanted: &yes, Version: n.Version})
	if err != nil || again.Version != changed.Version {
		t.Errorf("the same request again = %+v, %v, want the need as it stands", again, err)
	}
	_, err = b.PatchNeed(b.rosa, n.ID, NeedPatch{Wanted: &yes, Version: n.Version})
	wantKind(t, "stale version", err, fault.Conflict)
	_, err = b.PatchNeed(b.rosa, n.ID, NeedPatch{Wanted: &yes})
	wantKind(t, "no version", err, fault.Invalid)
	_, err = b.PatchNeed(b.rosa, "gone", NeedPatch{Wanted: &yes, Version: 1})
	wantKind(t, "no need", err, fault.NotFound)
}

func TestReferable(t *testing.T) {
	for status, ok := range map[NeedStatus]bool{
		NeedOpen: true, NeedWanted: true, NeedInProgress: true, NeedNotWanted: false, NeedMet: false, NeedNoLonger: false,
	} {
		if err := (Need{Status: status}).Referable(); (err == nil) != ok {
			t.Errorf("Referable of %s = %v, want allowed %v", status, err, ok)
		}
	}
}

// TestSetNeedStatus repeats a change and sets a status that does not exist.
func TestSetNeedStatus(t *testing.T) {
	b := newBench(t)
	n := b.submit(t, "ana", hungry).Needs[0]
	for range 2 {
		got, err := b.SetNeedStatus(b.rosa, n.ID, NeedInProgress, "referral-sent")
		if err != nil || got.Status != NeedInProgress || len(got.History) != 2 || got.Version != 2 {
			t.Errorf("SetNeedStatus = %+v, %v, want in progress, once", got, err)
		}
	}
	if _, err := b.SetNeedStatus(b.rosa, n.ID, "gone", ""); err == nil {
		t.Error("SetNeedStatus to an unknown status = nil, want an error")
	}
}

// TestNeedsOrder lists urgent needs first and closed ones last.
func TestNeedsOrder(t *testing.T) {
	b := newBench(t)
	b.submit(t, "ana", Answers{"/88122-7": Codes("LA28397-0"), "/71802-3": Codes("LA31995-6"), "/93030-5": Codes("LA33-6")})
	if _, err := b.SetNeedStatus(b.rosa, needID("ana", "food"), NeedMet, "test"); err != nil {
		t.Fatalf("SetNeedStatus: %v", err)
	}
	needs, err := b.Needs(b.rosa, "ana")
	if err != nil {
		t.Fatalf("Needs: %v", err)
	}
	var got []string
	for _, n := range needs {
		got = append(got, n.Topic)
	}
	if diff := cmp.Diff([]string{"housing", "transportation", "food"}, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

// TestAtOnce screens one patient many times at the same moment.
func TestAtOnce(t *testing.T) {
	b := newBench(t)
	const n = 8
	var wg sync.WaitGroup
	errs := make([]error, n)
	for k := range n {
		wg.Go(func() {
			r, err := b.Submit(b.rosa, Submission{PatientID: "ana", Instrument: "essentials", Answers: hungry})
			if err == nil && len(r.Needs) != 1 {
				err = fmt.Errorf("needs = %v, want one", r.Needs)
			}
			errs[k] = err
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			t.Errorf("Submit: %v", err)
		}
	}
	if got := b.food(t); len(got.History) != n || got.Version != n {
		t.Errorf("need has %d lines and version %d, want %d of both", len(got.History), got.Version, n)
	}
}

package referrals

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with the file in testdata, or writes it with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; -update writes it anew):\n%s", path, diff)
	}
}

// monday is a Monday, 10 in the morning where the test calendars are.
var monday = time.Date(2026, 3, 2, 18, 0, 0, 0, time.UTC)

var (
	pacific = mustCalendar("America/Los_Angeles", "2026-03-31")
	eastern = mustCalendar("America/New_York")
)

func mustCalendar(zone string, holidays ...string) clock.Calendar {
	c, err := clock.NewCalendar(zone, holidays, nil)
	if err != nil {
		panic(err)
	}
	return c
}

// calendars of the tests: the agency's is Pacific, the sender's Eastern.
func testCalendar(p Party) clock.Calendar {
	if p == Agency {
		return pacific
	}
	return eastern
}

func actOf(p Party, at time.Time) act {
	who := identity.Actor{ID: "u-" + string(p), Name: "Somebody", Role: identity.CHW}
	if p == Agency {
		who.Role = identity.AgencyStaff
	}
	return act{at: at, actor: who, party: p, calendar: testCalendar}
}

// at makes a referral with the status, and the turn that goes with it.
func at(status Status) Referral {
	r := Referral{Status: status, Priority: Routine, Revision: 1, History: []Step{{At: monday, To: status, Party: Sender}}}
	r.startTurn(actOf(Sender, monday))
	if r.Turn == nil {
		r.settle(actOf(Sender, monday), SettledMistake, "")
	}
	return r
}

// give completes an input with the first reason and outcome the table knows.
func give(to Status) MoveInput {
	in := MoveInput{To: to, Version: 1}
	if codes := Reasons(to); len(codes) > 0 {
		in.Reason = codes[0].Code
	}
	if to == Completed {
		in.Outcome = "received-service"
	}
	return in
}

func TestMovesGolden(t *testing.T) {
	var b strings.Builder
	for _, from := range Statuses {
		for _, to := range Statuses {
			for _, by := range []Party{Sender, Agency, Neither} {
				r := at(from)
				if err := r.move(actOf(by, monday), give(to)); err != nil {
					if diff := cmp.Diff(at(from), r, cmp.AllowUnexported(Referral{}.Meta)); diff != "" {
						t.Errorf("refused move %s → %s by %q changed the referral:\n%s", from, to, by, diff)
					}
					continue
				}
				fmt.Fprintf(&b, "%-16s → %-16s by %-6s%s\n", from, to, by, needed(t, from, to, by))
			}
		}
	}
	golden(t, "moves.golden", b.String())
}

// needed tries the move without reason and without outcome and says which was missed.
func needed(t *testing.T, from, to Status, by Party) string {
	out := ""
	for _, bare := range []struct {
		word string
		in   MoveInput
	}{
		{" reason", MoveInput{To: to, Outcome: give(to).Outcome}},
		{" outcome", MoveInput{To: to, Reason: give(to).Reason}},
	} {
		r := at(from)
		if err := r.move(actOf(by, monday), bare.in); err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("move %s → %s without%s: %v, want an invalid fault", from, to, bare.word, err)
			}
			out += bare.word
		}
	}
	return out
}

func TestMoveRefusals(t *testing.T) {
	tests := []struct {
		name string
		from Status
		by   Party
		in   MoveInput
		want fault.Kind
	}{
		{"not in the table", Completed, Agency, give(Requested), fault.Conflict},
		{"the same status", Accepted, Agency, give(Accepted), fault.Conflict},
		{"the other party's move", Requested, Sender, give(Accepted), fault.Forbidden},
		{"the sender's move", Requested, Agency, MoveInput{To: Cancelled, Reason: "withdrawn"}, fault.Forbidden},
		{"no reason", Requested, Agency, MoveInput{To: Rejected}, fault.Invalid},
		{"no outcome", Accepted, Agency, MoveInput{To: Completed}, fault.Invalid},
		{"nobody", Requested, Neither, give(Accepted), fault.Forbidden},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := at(tt.from)
			if err := r.move(actOf(tt.by, monday), tt.in); !fault.Is(err, tt.want) {
				t.Errorf("move(%s → %s by %s) = %v, want a %s fault", tt.from, tt.in.To, tt.by, err, tt.want)
			}
		})
	}
}

func TestMoveInputCheck(t *testing.T) {
	ok := []MoveInput{
		give(Accepted), give(Completed), give(OnHold),
		{To: Rejected, Reason: "outside-area", Version: 3, Note: strings.Repeat("x", maxText)},
	}
	for _, in := range ok {
		if err := in.check(); err != nil {
			t.Errorf("check(%+v) = %v, want nil", in, err)
		}
	}
	bad := map[string]MoveInput{
		"unknown status":         {To: "done", Version: 1},
		"withdrawn is no status": {To: Withdrawn, Version: 1},
		"reason of another move": {To: Rejected, Reason: "withdrawn", Version: 1},
		"reason of the system":   {To: Cancelled, Reason: "consent-ended", Version: 1},
		"unknown outcome":        {To: Completed, Outcome: "fine", Version: 1},
		"outcome elsewhere":      {To: Accepted, Outcome: "received-service", Version: 1},
		"no version":             {To: Accepted},
		"long note":              {To: Accepted, Version: 1, Note: strings.Repeat("x", maxText+1)},
	}
	for name, in := range bad {
		if err := in.check(); !fault.Is(err, fault.Invalid) {
			t.Errorf("check(%s) = %v, want an invalid fault", name, err)
		}
	}
}

func TestAcceptingRecordsTheAcknowledgement(t *testing.T) {
	r := at(Requested)
	later := monday.Add(time.Hour)
	if err := r.move(actOf(Agency, later), give(Accepted)); err != nil {
		t.Fatal(err)
	}
	var got []Status
	for _, s := range r.History {
		got = append(got, s.To)
	}
	if diff := cmp.Diff([]Status{Requested, Acknowledged, Accepted}, got); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
	want := &Report{Value: "yes", At: later, Source: "agency", ByID: "u-agency"}
	if diff := cmp.Diff(want, r.Measures.Acknowledged); diff != "" {
		t.Errorf("acknowledged (-want +got):\n%s", diff)
	}
	if r.Measures.Closed != nil {
		t.Errorf("closed = %v before anything was closed", r.Measures.Closed)
	}
}

func TestMeasuresStayApart(t *testing.T) {
	r := at(InProgress)
	r.Measures.Acknowledged = &Report{Value: "yes"}
	if err := r.move(actOf(Agency, monday), MoveInput{To: Completed, Outcome: "partly-received"}); err != nil {
		t.Fatal(err)
	}
	m := r.Measures
	if m.Closed == nil || m.Closed.Value != "completed" || m.Closed.Source != "agency" {
		t.Errorf("closed = %+v, want completed by the agency", m.Closed)
	}
	if m.ServiceReceived == nil || m.ServiceReceived.Value != "partly" || m.ServiceReceived.Source != "agency" {
		t.Errorf("service received = %+v, want partly by the agency", m.ServiceReceived)
	}
	if m.NeedResolved != nil {
		t.Errorf("need resolved = %+v before the patient was asked", m.NeedResolved)
	}
	no := false
	if err := r.confirm(actOf(Sender, monday), Confirmation{Received: ReceivedYes, NeedResolved: &no, By: "patient"}); err != nil {
		t.Fatal(err)
	}
	m = r.Measures
	if m.ServiceReceived.Value != "yes" || m.ServiceReceived.Source != "patient" || m.ServiceReceived.ByID != "u-sender" {
		t.Errorf("service received = %+v, want yes by the patient", m.ServiceReceived)
	}
	if m.NeedResolved.Value != "no" || m.NeedResolved.Source != "patient" {
		t.Errorf("need resolved = %+v, want no by the patient", m.NeedResolved)
	}
	if r.Outcome != "partly-received" {
		t.Errorf("outcome = %q, the agency's word is gone", r.Outcome)
	}
}

func TestOptionsAreWhatTheTableAllows(t *testing.T) {
	for _, from := range Statuses {
		for _, by := range []Party{Sender, Agency} {
			for _, o := range options(from, by) {
				in := MoveInput{To: o.To, Version: 1}
				if len(o.Reasons) > 0 {
					in.Reason = o.Reasons[0].Code
				}
				if len(o.Outcomes) > 0 {
					in.Outcome = Outcome(o.Outcomes[0].Code)
				}
				r := at(from)
				if err := r.move(actOf(by, monday), in); err != nil {
					t.Errorf("offered move %s → %s by %s is refused: %v", from, o.To, by, err)
				}
				if o.Label == "" {
					t.Errorf("move %s → %s has no label", from, o.To)
				}
			}
		}
	}
}

func TestCodesSayWhatTheyMean(t *testing.T) {
	for _, o := range Outcomes() {
		if o.Label == "" || Outcome(o.Code).Next() == "" || Outcome(o.Code).Label() != o.Label {
			t.Errorf("outcome %s lacks a label or a next step", o.Code)
		}
	}
	for _, s := range Statuses {
		if s.Label() == "" {
			t.Errorf("status %s has no label", s)
		}
		needs := false
		for _, m := range moves {
			needs = needs || m.to == s && m.reason
		}
		if got := len(Reasons(s)) > 0; got != needs {
			t.Errorf("status %s: reasons to choose from = %v, a reason is needed = %v", s, got, needs)
		}
	}
	if got := ReasonLabel("consent-ended"); got != "The consent has ended" {
		t.Errorf(`ReasonLabel("consent-ended") = %q`, got)
	}
}

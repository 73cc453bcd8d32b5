package fhir

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/referrals"
)

var update = flag.Bool("update", false, "write the golden files anew")

// broadcast is a referral to one of several agencies that has seen it, as the
// agency sees it: nothing of the patient until it accepts.
func broadcast() referrals.View {
	v := example("0195a000-0000-7000-8000-000000000001", referrals.Acknowledged)
	v.Version, v.Patient, v.Priority, v.Withheld = 2, nil, referrals.Urgent, "until-accepted"
	v.RequestID = "0195a000-0000-7000-8000-000000000002"
	v.History = []referrals.Step{{At: v.CreatedAt.Add(90 * time.Minute), From: referrals.Requested, To: referrals.Acknowledged}}
	return v
}

// done is a referral that replaced another and helped in part, as its sender sees it.
func done() referrals.View {
	v := example("0195a000-0000-7000-8000-000000000003", referrals.Completed)
	v.Version, v.Priority, v.Outcome, v.Note = 5, referrals.Routine, "partly-received", "Has no kitchen."
	v.Succeeds = "0195a000-0000-7000-8000-000000000004"
	v.Confirmation = &referrals.Confirmation{Received: referrals.ReceivedPartly, At: v.CreatedAt.Add(72 * time.Hour)}
	v.Settled = true
	return v
}

// withdrawn is what an agency keeps of a referral when the consent has ended.
func withdrawn() referrals.View {
	v := example("0195a000-0000-7000-8000-000000000005", referrals.Withdrawn)
	return referrals.View{
		ID: v.ID, Status: v.Status, Version: 3, OrganizationID: v.OrganizationID,
		Withheld: "consent-ended", Settled: true, CreatedAt: v.CreatedAt,
	}
}

// protected is a referral of a person whose record is under 42 CFR Part 2.
func protected() referrals.View {
	v := done()
	v.Part2 = true
	return v
}

func TestGolden(t *testing.T) {
	for name, resource := range map[string]any{
		"task-broadcast": taskFrom(broadcast()), "request-broadcast": serviceRequestFrom(broadcast()),
		"task-done": taskFrom(done()), "request-done": serviceRequestFrom(done()),
		"task-protected": taskFrom(protected()), "request-protected": serviceRequestFrom(protected()),
		"task-withdrawn": taskFrom(withdrawn()), "request-withdrawn": serviceRequestFrom(withdrawn()),
		"capability": capability("https://havenloop.example.org/fhir"),
	} {
		got, err := json.MarshalIndent(resource, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, '\n')
		file := filepath.Join("testdata", name+".golden.json")
		if *update {
			if err := os.WriteFile(file, got, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s (-want +got):\n%s", name, cmp.Diff(string(want), string(got)))
		}
	}
}

// TestEveryStatusShows holds the tables against the statuses there are, and the
// codes against the value set of the guide: all of Task but ready and received.
func TestEveryStatusShows(t *testing.T) {
	allowed := map[string]bool{
		"draft": true, "requested": true, "accepted": true, "rejected": true, "cancelled": true, "in-progress": true,
		"on-hold": true, "failed": true, "completed": true, "entered-in-error": true,
	}
	for _, s := range append(referrals.Statuses, referrals.Withdrawn) {
		if code := taskStatuses[s].code; !allowed[code] {
			t.Errorf("Task.status of %s = %q, not in the value set of referral tasks", s, code)
		}
		if r := requestStatuses[s]; r.open == "" || r.settled == "" {
			t.Errorf("ServiceRequest.status of %s = %+v, want both", s, r)
		}
	}
}

func TestOnlyCompletedTasksHaveOutput(t *testing.T) {
	tests := []struct {
		status  referrals.Status
		outcome referrals.Outcome
		want    int // outputs
	}{
		{referrals.Completed, "received-service", 2},
		{referrals.Completed, "could-not-contact", 1}, // no service was given
		{referrals.Completed, "closed-details-withheld", 1},
		{referrals.InProgress, "", 0},
		{referrals.EnteredInError, "received-service", 0},
	}
	for _, tt := range tests {
		v := example("r", tt.status)
		v.Outcome = tt.outcome
		if got := len(taskFrom(v).Output); got != tt.want {
			t.Errorf("%s with outcome %q has %d outputs, want %d", tt.status, tt.outcome, got, tt.want)
		}
	}
}

func TestReasonIsSaidInWords(t *testing.T) {
	v := example("r", referrals.Rejected)
	v.Reason = "no-capacity"
	reason := taskFrom(v).StatusReason
	if reason == nil || reason.Text != "No room at the moment" || reason.Coding[0].Code != "no-capacity" {
		t.Errorf("statusReason = %+v, want the code and its words", reason)
	}
	v.Reason = ""
	if reason := taskFrom(v).StatusReason; reason != nil {
		t.Errorf("statusReason without a reason = %+v, want none", reason)
	}
}

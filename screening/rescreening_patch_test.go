package screening

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/patients"
)

func patientOf(org string) patients.Patient { return patients.Patient{OrganizationID: org} }

func assigned(org, worker string) patients.Patient {
	return patients.Patient{OrganizationID: org, AssignedTo: worker}
}

func TestDischargeAndPutOff(t *testing.T) {
	l := newLater(t)
	version := int64(0)
	note := func(p RescreeningPatch) {
		t.Helper()
		p.Version = version
		r, err := l.PatchRescreening(l.rosa, "p1", p)
		if err != nil {
			t.Fatalf("PatchRescreening: %v", err)
		}
		version = r.Version
	}
	note(RescreeningPatch{DischargedOn: new("2026-03-10")})
	if r := l.wantDue(t, "a patient never screened", "p1", "2026-03-10", DueAfterDischarge); r.WorkerID != "chw@clinic" {
		t.Errorf("worker = %q, want who noted it", r.WorkerID)
	}
	note(RescreeningPatch{PutOff: &PutOffInput{Until: "2026-03-20", Reason: "  Still very tired. "}})
	if r := l.wantDue(t, "put off", "p1", "2026-03-20", DueAfterDischarge); !r.Due.PutOff || r.PutOff.Reason != "Still very tired." || r.PutOff.ByName != "Rosa Vega" {
		t.Errorf("put off = %+v, %+v, want reason and name", r.Due, r.PutOff)
	}
	note(RescreeningPatch{PutOff: &PutOffInput{}})
	if r := l.wantDue(t, "taken back", "p1", "2026-03-10", DueAfterDischarge); r.PutOff != nil {
		t.Errorf("put off = %+v, want none", r.PutOff)
	}
	note(RescreeningPatch{PutOff: &PutOffInput{Until: "2026-03-20", Reason: "Tired"}})
	note(RescreeningPatch{DischargedOn: new("2026-03-12")})
	l.wantDue(t, "another discharge ends the put-off", "p1", "2026-03-12", DueAfterDischarge)
	note(RescreeningPatch{DischargedOn: new("")})
	l.wantDue(t, "no discharge after all", "p1", "", "")

	l.submit(t, "p2", fed)
	l.deliver(t)
	// Version 1: the events that came again changed nothing.
	if _, err := l.PatchRescreening(l.rosa, "p2", RescreeningPatch{PutOff: &PutOffInput{Until: "2026-10-01", Reason: "Abroad"}, Version: 1}); err != nil {
		t.Fatal(err)
	}
	l.clock.Add(24 * time.Hour)
	l.submit(t, "p2", fed)
	l.deliver(t)
	l.wantDue(t, "a new screening ends the put-off", "p2", "2026-09-01", DueAfterTime)
}

func TestPatchRescreeningRefuses(t *testing.T) {
	l := newLater(t)
	l.submit(t, "p1", hungry)
	l.deliver(t)
	now, err := l.Rescreening(l.rosa, "p1")
	if err != nil {
		t.Fatal(err)
	}
	off := func(until, reason string) RescreeningPatch {
		return RescreeningPatch{PutOff: &PutOffInput{until, reason}, Version: now.Version}
	}
	discharge := func(on string) RescreeningPatch {
		return RescreeningPatch{DischargedOn: &on, Version: now.Version}
	}
	tests := []struct {
		name, field string
		patch       RescreeningPatch
	}{
		{"nothing said", "dischargedOn", RescreeningPatch{Version: now.Version}},
		{"a discharge on no date", "dischargedOn", discharge("March 3")},
		{"a discharge far ahead", "dischargedOn", discharge("2027-03-03")},
		{"a discharge long ago", "dischargedOn", discharge("2023-03-01")},
		{"put off to no date", "putOff.until", off("soon", "Tired")},
		{"put off to today", "putOff.until", off("2026-03-02", "Tired")},
		{"put off for years", "putOff.until", off("2027-03-03", "Tired")},
		{"put off without a reason", "putOff.reason", off("2026-03-20", " ")},
		{"put off with a long reason", "putOff.reason", off("2026-03-20", strings.Repeat("x", maxReason+1))},
	}
	for _, tt := range tests {
		_, err := l.PatchRescreening(l.rosa, "p1", tt.patch)
		f, _ := errors.AsType[*fault.Error](err)
		if f == nil || f.Kind != fault.Invalid || !slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return x.Name == tt.field }) {
			t.Errorf("%s = %v, want invalid at %s", tt.name, err, tt.field)
		}
	}
	fine := off("2026-03-20", "Tired")
	_, err = l.PatchRescreening(l.rosa, "p2", RescreeningPatch{PutOff: fine.PutOff})
	wantKind(t, "put off what is not due", err, fault.BusinessRule)
	_, err = l.PatchRescreening(l.rosa, "gone", fine)
	wantKind(t, "a patient that is not there", err, fault.NotFound)
	_, err = l.PatchRescreening(l.other, "p1", fine)
	wantKind(t, "by another clinic", err, fault.NotFound)
	_, err = l.PatchRescreening(l.as(t, identity.AgencyStaff, "clinic"), "p1", fine)
	wantKind(t, "by an agency", err, fault.Forbidden)
	_, err = l.Rescreening(l.other, "p1")
	wantKind(t, "read by another clinic", err, fault.NotFound)
	_, err = l.Rescreening(t.Context(), "p1")
	wantKind(t, "read by nobody", err, fault.Login)
	fine.Version++
	_, err = l.PatchRescreening(l.rosa, "p1", fine)
	wantKind(t, "another version", err, fault.Conflict)
	if r, err := l.Rescreening(l.rosa, "p1"); err != nil || r.Version != now.Version {
		t.Errorf("after refusals version = %d, %v, want %d", r.Version, err, now.Version)
	}
}

func TestPatchRescreeningTwiceUnderOneKey(t *testing.T) {
	l := newLater(t)
	ctx := docstore.WithRequest(l.rosa, "k", "hash")
	for range 2 {
		r, err := l.PatchRescreening(ctx, "p1", RescreeningPatch{DischargedOn: new("2026-03-10")})
		if err != nil || r.Version != 1 {
			t.Errorf("PatchRescreening = version %d, %v, want 1", r.Version, err)
		}
	}
}

func TestTellDue(t *testing.T) {
	l := newLater(t)
	for _, p := range []string{"p1", "p2"} {
		l.submit(t, p, hungry)
	}
	l.patients["p3"] = assigned("clinic", "left long ago")
	l.submit(t, "p3", hungry)
	l.submit(t, "p4", fed)
	l.deliver(t)
	tell := func(what string, want int, keys ...string) {
		t.Helper()
		n, err := l.TellDue(t.Context())
		if err != nil || n != want || !slices.Equal(l.box.keys, keys) {
			t.Errorf("%s: TellDue = %d, %v with notices %q, want %d with %q", what, n, err, l.box.keys, want, keys)
		}
	}
	tell("before anybody is due", 0)
	l.clock.Set(time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC))
	const rosa, sue = "screening.due/2026-04-01/chw@clinic", "screening.due/2026-04-01/sue"
	l.box.fail = true
	if n, err := l.TellDue(t.Context()); err == nil || n != 0 {
		t.Errorf("TellDue without a mailbox = %d, %v, want nobody told and an error", n, err)
	}
	l.box.fail = false
	n, err := l.TellDue(t.Context())
	slices.Sort(l.box.keys)
	if want := []string{rosa, sue}; err != nil || n != 3 || !slices.Equal(l.box.keys, want) {
		t.Errorf("TellDue = %d, %v with notices %q, want 3 patients, each worker told once", n, err, l.box.keys)
	}
	tell("again", 0, rosa, sue)
	l.clock.Add(24 * time.Hour)
	tell("the next day", 0, rosa, sue)

	r, err := l.Rescreening(l.rosa, "p1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.PatchRescreening(l.rosa, "p1", RescreeningPatch{PutOff: &PutOffInput{"2026-04-10", "Away"}, Version: r.Version}); err != nil {
		t.Fatal(err)
	}
	tell("put off", 0, rosa, sue)
	l.clock.Set(time.Date(2026, 4, 10, 9, 0, 0, 0, time.UTC))
	tell("on the day it was put off to", 1, rosa, sue, "screening.due/2026-04-10/chw@clinic")
}

// TestNotToldTwiceWhenTheDayMovesInThePast changes the intervals of a network
// where a worker knows already.
func TestNotToldTwiceWhenTheDayMovesInThePast(t *testing.T) {
	l := newLater(t)
	l.submit(t, "p1", hungry)
	l.deliver(t)
	l.clock.Add(60 * 24 * time.Hour)
	if n, err := l.TellDue(t.Context()); err != nil || n != 1 {
		t.Fatalf("TellDue = %d, %v, want 1", n, err)
	}
	set := l.settings.Rescreen
	set.AfterPositiveDays = 20
	if err := l.followSettings(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	l.wantDue(t, "a shorter time", "p1", "2026-03-22", DueAfterPositive)
	if n, err := l.TellDue(t.Context()); err != nil || n != 0 {
		t.Errorf("TellDue after the day moved in the past = %d, %v, want 0", n, err)
	}
	set.AfterPositiveDays = 90
	if err := l.followSettings(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	l.clock.Add(60 * 24 * time.Hour)
	if n, err := l.TellDue(t.Context()); err != nil || n != 1 {
		t.Errorf("TellDue on the new day = %d, %v, want 1", n, err)
	}
}

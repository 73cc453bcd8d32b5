package referrals_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/memory"
	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/audit"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/screening"
)

// house is the referrals room with its real neighbours, over SQLite in memory.
type house struct {
	t         testing.TB
	clock     *clock.Fake
	accounts  *accounts.Service
	patients  *patients.Service
	screening *screening.Service
	directory *directory.Directory
	notify    *notify.Service
	audit     *audit.Log
	referrals *referrals.Service
	relay     *docstore.Relay
	rosa      identity.Actor // of the clinic
	paula     identity.Actor // of the pantry
}

func openHouse(t testing.TB) *house {
	t.Helper()
	ctx := context.Background()
	e, err := sqlite.OpenMemory(ctx)
	must(t, err)
	t.Cleanup(func() { _ = e.Close() })
	return furnish(t, e)
}

// furnish opens the rooms on an engine, with a clinic, a pantry and a kitchen.
func furnish(t testing.TB, e docstore.Engine) *house {
	t.Helper()
	ctx := identity.With(context.Background(), identity.SystemActor("test"))
	h := &house{t: t, clock: clock.NewFake(time.Date(2026, 3, 2, 18, 0, 0, 0, time.UTC))}
	var err error
	h.accounts, err = accounts.New(ctx, e, accounts.Options{Now: h.clock.Now, Params: argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}})
	must(t, err)
	h.audit, err = audit.New(ctx, e, audit.Options{Now: h.clock.Now, Owner: func(ctx context.Context, id string) (string, error) {
		p, err := h.patients.Open(ctx, id)
		return p.OrganizationID, err
	}})
	must(t, err)
	h.notify, err = notify.New(ctx, e, notify.Options{Now: h.clock.Now})
	must(t, err)
	h.patients, err = patients.New(ctx, e, patients.Options{Now: h.clock.Now, MatchKey: []byte(strings.Repeat("k", 32))})
	must(t, err)
	h.screening, err = screening.New(ctx, e, screening.Options{Now: h.clock.Now, Patients: h.patients})
	must(t, err)
	h.directory, err = directory.New(ctx, e, memory.New(), directory.Options{Now: h.clock.Now})
	must(t, err)
	h.referrals, err = referrals.New(ctx, e, referrals.Options{
		Now: h.clock.Now, Patients: h.patients, Needs: h.screening, Directory: h.directory,
		Accounts: h.accounts, Notices: h.notify, Audit: h.audit,
	})
	must(t, err)
	consumers := append(h.referrals.Consumers(), h.audit.Consumer(), h.directory.Consumer(), h.screening.RepairConsumer())
	h.relay, err = docstore.NewRelay(ctx, e, docstore.RelayOptions{Now: h.clock.Now, Consumers: consumers})
	must(t, err)
	h.rosa = h.worker(ctx, "clinic", accounts.Care, identity.CHW)
	h.paula = h.worker(ctx, "pantry", accounts.Agency, identity.AgencyStaff)
	h.worker(ctx, "kitchen", accounts.Agency, identity.AgencyAdmin)
	for _, id := range []string{"pantry", "kitchen"} {
		h.offer(ctx, id)
	}
	h.drain()
	return h
}

// worker makes an organization and somebody who works there.
func (h *house) worker(ctx context.Context, org string, kind accounts.Kind, role identity.Role) identity.Actor {
	h.t.Helper()
	_, err := h.accounts.PutOrganization(ctx, accounts.Organization{
		Meta: docstore.Meta{ID: org}, Name: "The " + org, Kind: kind, TimeZone: "America/Los_Angeles",
	})
	must(h.t, err)
	u, err := h.accounts.CreateUser(ctx, accounts.NewUser{Email: org + "@example.org", Name: "Worker of the " + org, OrganizationID: org, Role: role})
	must(h.t, err)
	return identity.Actor{ID: u.ID, Name: u.Name, Role: role, OrganizationID: org}
}

// offer lists a food service of the organization, at a place in San Francisco.
func (h *house) offer(ctx context.Context, org string) {
	h.t.Helper()
	_, err := h.directory.PutOrganization(ctx, directory.OrganizationDoc{
		Meta: docstore.Meta{ID: org}, Organization: directory.Organization{ID: org, Name: "The " + org, Description: "Food"},
	})
	must(h.t, err)
	_, err = h.directory.PutService(ctx, directory.ServiceDoc{
		Meta:    docstore.Meta{ID: "s-" + org},
		Service: directory.Service{ID: "s-" + org, OrganizationID: org, Name: "Food from the " + org, Status: directory.Active},
		Needs:   []directory.NeedMapping{{Domain: "food-insecurity", Confidence: 1, Source: directory.Manual}},
	})
	must(h.t, err)
}

func (h *house) drain() {
	h.t.Helper()
	must(h.t, h.relay.Drain(context.Background()))
}

func as(a identity.Actor) context.Context { return identity.With(context.Background(), a) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// visit is a whole visit: a new patient without enough food, a consent, a
// referral to the pantry.
func visit() referrals.Visit {
	return referrals.Visit{
		Patient: referrals.VisitPatient{
			GivenName: "Maria", FamilyName: "Lopez", BirthDate: "1990-05-01", Phone: "415-555-2671",
			Address: patients.Address{PostalCode: "94109"}, Languages: patients.Languages{Spoken: "es"},
		},
		Screening: &referrals.VisitScreening{Instrument: "hunger-vital-sign", Language: "en", Mode: "in-person", Answers: screening.Answers{
			"/88122-7": screening.Codes("LA28397-0"), "/88123-5": screening.Codes("LA28397-0"),
		}},
		Wanted: map[string]bool{"food": true},
		Consent: &referrals.VisitConsent{
			Recipients: referrals.Recipients{Class: referrals.NetworkAgencies}, Needs: []string{"food-insecurity"},
			Fields: []referrals.Field{referrals.FieldContact, referrals.FieldIdentity, referrals.FieldNeed, referrals.FieldAnswers, referrals.FieldNotes},
			Method: referrals.Verbal, Signer: referrals.Signer{Name: "Maria Lopez", Relationship: "self"}, Language: "es", ExpiresOn: "2026-12-31",
		},
		Referral: &referrals.VisitReferral{Topic: "food", ServiceIDs: []string{"s-pantry"}, Note: "Two children."},
	}
}

func (h *house) move(id string, to referrals.Status, outcome referrals.Outcome) referrals.View {
	h.t.Helper()
	v, err := h.referrals.Get(as(h.paula), id)
	must(h.t, err)
	v, err = h.referrals.Move(as(h.paula), id, referrals.MoveInput{To: to, Outcome: outcome, Version: v.Version})
	must(h.t, err)
	return v
}

func (h *house) need(id string) screening.Need {
	h.t.Helper()
	n, err := h.screening.Need(as(h.rosa), id)
	must(h.t, err)
	return n
}

func TestFromScreeningToSettled(t *testing.T) {
	h := openHouse(t)
	made, err := h.referrals.SubmitVisit(as(h.rosa), visit())
	must(t, err)
	if len(made.Needs) != 1 || made.Needs[0].Status != screening.NeedInProgress || made.Referral == nil {
		t.Fatalf("SubmitVisit = %+v, want a need in progress and a referral", made)
	}
	id := made.Referral.ID
	h.drain()
	if notices, err := h.notify.InApp(as(h.paula)); err != nil || len(notices) != 1 || notices[0].Template != "referral.received" {
		t.Errorf("the pantry's notices = %+v, %v; want one of the new referral", notices, err)
	}

	v, err := h.referrals.Get(as(h.paula), id)
	must(t, err)
	if v.Patient == nil || v.Patient.Phone != "+14155552671" || v.Note != "Two children." || len(v.Need.Answers) == 0 {
		t.Errorf("the pantry sees patient %+v, note %q, answers %v", v.Patient, v.Note, v.Need.Answers)
	}
	for _, to := range []referrals.Status{referrals.Acknowledged, referrals.Accepted, referrals.InProgress} {
		h.move(id, to, "")
	}
	h.move(id, referrals.Completed, "received-service")
	h.clock.Add(time.Hour)
	yes := true
	v, err = h.referrals.Confirm(as(h.rosa), id, referrals.Confirmation{Received: referrals.ReceivedYes, NeedResolved: &yes, By: "patient"})
	must(t, err)
	if !v.Settled || v.Turn != nil {
		t.Errorf("after the confirmation: settled %v, turn %+v", v.Settled, v.Turn)
	}
	h.drain()
	if n := h.need(made.Needs[0].ID); n.Status != screening.NeedMet {
		t.Errorf("need = %s, want met", n.Status)
	}

	trail, err := h.audit.ForPatient(as(h.rosa), made.PatientID, "", 100)
	must(t, err)
	for _, want := range []string{"referral.read", "referral.moved", "consent.given", "referral.created", "referral.confirmed"} {
		if !slices.ContainsFunc(trail.Items, func(e audit.Entry) bool { return e.Action == want }) {
			t.Errorf("the patient's trail has no %s", want)
		}
	}
}

func TestVisitAgainGoesOnWhereItStopped(t *testing.T) {
	h := openHouse(t)
	ctx := docstore.WithRequest(as(h.rosa), "visit-1", "body")
	broken := visit()
	broken.Referral.ServiceIDs = []string{"s-gone"}
	_, err := h.referrals.SubmitVisit(ctx, broken)
	if !fault.Is(err, fault.NotFound) {
		t.Fatalf("a visit with an unknown service = %v, want not found", err)
	}
	first, err := h.referrals.SubmitVisit(ctx, visit()) // the same hash: as if the service had been away
	must(t, err)
	again, err := h.referrals.SubmitVisit(ctx, visit())
	must(t, err)
	if again.PatientID != first.PatientID || again.ScreeningID != first.ScreeningID || again.ConsentID != first.ConsentID || again.Referral.ID != first.Referral.ID {
		t.Errorf("again = %+v, want the same as %+v", again, first)
	}
	list, err := h.patients.List(as(h.rosa), "", 10)
	if err != nil || len(list.Items) != 1 {
		t.Errorf("%d patients, %v; want one", len(list.Items), err)
	}
	_, err = h.referrals.SubmitVisit(docstore.WithRequest(as(h.rosa), "visit-1", "another body"), visit())
	if !fault.Is(err, fault.BusinessRule) {
		t.Errorf("another visit under the key = %v, want a business rule", err)
	}
	wrong := visit()
	wrong.Patient, wrong.Wanted = referrals.VisitPatient{ID: first.PatientID}, map[string]bool{"transport": true}
	if _, err = h.referrals.SubmitVisit(as(h.rosa), wrong); !fault.Is(err, fault.Invalid) {
		t.Errorf("a wish about a need that is not there = %v, want invalid", err)
	}
	if _, err = h.referrals.SubmitVisit(as(h.paula), visit()); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a visit by an agency = %v, want forbidden", err)
	}
}

func TestNeedClosedByAPersonSettlesItsReferral(t *testing.T) {
	h := openHouse(t)
	made, err := h.referrals.SubmitVisit(as(h.rosa), visit())
	must(t, err)
	h.drain()
	need, gone := h.need(made.Needs[0].ID), screening.NeedNoLonger
	_, err = h.screening.PatchNeed(as(h.rosa), need.ID, screening.NeedPatch{Status: &gone, Version: need.Version})
	must(t, err)
	h.drain()
	v, err := h.referrals.Get(as(h.rosa), made.Referral.ID)
	must(t, err)
	if v.Status != referrals.Cancelled || v.As != referrals.SettledNeedClosed {
		t.Errorf("referral = %s, settled as %q; want cancelled, need-closed", v.Status, v.As)
	}
	if n := h.need(need.ID); n.Status != screening.NeedNoLonger {
		t.Errorf("need = %s, want no-longer", n.Status)
	}
}

func TestRevocationReachesTheAgencyThroughTheRelay(t *testing.T) {
	h := openHouse(t)
	made, err := h.referrals.SubmitVisit(as(h.rosa), visit())
	must(t, err)
	_, err = h.referrals.RevokeConsent(as(h.rosa), made.ConsentID, 0)
	must(t, err)
	v, err := h.referrals.Get(as(h.paula), made.Referral.ID)
	if err != nil || v.Status != referrals.Withdrawn || v.Patient != nil {
		t.Errorf("at the next request the pantry sees %s and patient %v, %v", v.Status, v.Patient, err)
	}
	h.drain()
	v, err = h.referrals.Get(as(h.rosa), made.Referral.ID)
	if err != nil || v.Status != referrals.Cancelled || v.Reason != "consent-ended" || v.Turn == nil || v.Turn.Party != referrals.Sender {
		t.Errorf("the clinic sees %s, %s, turn %+v, %v", v.Status, v.Reason, v.Turn, err)
	}
}

func TestMatchesFromTheDirectory(t *testing.T) {
	h := openHouse(t)
	made, err := h.referrals.SubmitVisit(as(h.rosa), visit())
	must(t, err)
	ms, err := h.referrals.NextBest(as(h.rosa), made.Referral.ID)
	must(t, err)
	if len(ms) != 1 || ms[0].Service.ID != "s-kitchen" || !ms[0].AcceptsReferrals || len(ms[0].Reasons) == 0 {
		t.Errorf("NextBest = %+v, want the kitchen, which takes referrals", ms)
	}
}

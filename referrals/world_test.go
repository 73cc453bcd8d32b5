package referrals

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/files"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/screening"
)

// tester is what tests and property tests have in common.
type tester interface {
	Helper()
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// world is the room over SQLite in memory, with its neighbours played.
type world struct {
	t      tester
	clock  *clock.Fake
	s      *Service
	engine docstore.Engine
	files  *files.Service
	relay  *docstore.Relay

	mu      sync.Mutex
	people  map[string]patients.Patient
	needs   map[string]screening.Need
	screens map[string]screening.Screening
	orgs    map[string]accounts.Organization
	users   map[string][]accounts.User
	doc     map[string]directory.ServiceDoc
	notices []notify.News
	saw     []string
	broken  error            // what Queue and Saw answer
	seeker  directory.Seeker // that was asked for
	flags   []string         // told to the directory, by service
	used    []string         // services that somebody was referred to
	someID  string           // of a referral that plant copies
}

// People of the world.
var (
	rosa     = identity.Actor{ID: "rosa", Name: "Rosa Vega", Role: identity.CHW, OrganizationID: "clinic"}
	sam      = identity.Actor{ID: "sam", Name: "Sam Stone", Role: identity.Supervisor, OrganizationID: "clinic"}
	otto     = identity.Actor{ID: "otto", Name: "Otto Other", Role: identity.CHW, OrganizationID: "clinic-b"}
	paula    = identity.Actor{ID: "paula", Name: "Paula Price", Role: identity.AgencyStaff, OrganizationID: "pantry"}
	kim      = identity.Actor{ID: "kim", Name: "Kim King", Role: identity.AgencyAdmin, OrganizationID: "kitchen"}
	shea     = identity.Actor{ID: "shea", Name: "Shea Stern", Role: identity.AgencyStaff, OrganizationID: "shelter"}
	netAdmin = identity.Actor{ID: "net", Name: "Net Admin", Role: identity.NetworkAdmin, OrganizationID: "network"}
)

func newWorld(t *testing.T) *world {
	t.Helper()
	w := openWorld(t, t.Context())
	t.Cleanup(w.close)
	return w
}

func (w *world) close() { _ = w.engine.Close() }

func openWorld(t tester, ctx context.Context) *world {
	e, err := sqlite.OpenMemory(ctx)
	if err != nil {
		t.Fatalf("open the store: %v", err)
	}
	w := &world{t: t, clock: clock.NewFake(monday), engine: e}
	w.people = map[string]patients.Patient{
		"maria": {
			Meta: docstore.Meta{ID: "maria"}, OrganizationID: "clinic", GivenName: "Maria", FamilyName: "Lopez",
			BirthDate: "1990-05-01", Phone: "+14155550100", Email: "maria@example.org",
			Address:   patients.Address{City: "San Francisco", PostalCode: "94109"},
			Languages: patients.Languages{Spoken: "es"},
		},
		"omar":  {Meta: docstore.Meta{ID: "omar"}, OrganizationID: "clinic", GivenName: "Omar", Part2: true},
		"beate": {Meta: docstore.Meta{ID: "beate"}, OrganizationID: "clinic-b", GivenName: "Beate"},
	}
	yes, no := true, false
	w.needs = map[string]screening.Need{
		"food":     {PatientID: "maria", Topic: "food", Domain: "food-insecurity", Status: screening.NeedWanted, Wanted: &yes, ScreeningID: "scr", LinkIDs: []string{"/q1"}},
		"housing":  {PatientID: "maria", Topic: "housing", Domain: "housing-instability", Status: screening.NeedOpen},
		"violence": {PatientID: "maria", Topic: "violence", Domain: "intimate-partner-violence", Status: screening.NeedWanted, Wanted: &yes, Private: true},
		"ride":     {PatientID: "maria", Topic: "ride", Domain: "transportation-insecurity", Status: screening.NeedNotWanted, Wanted: &no},
		"bills":    {PatientID: "maria", Topic: "bills", Domain: "utility-insecurity", Status: screening.NeedMet},
		"omarfood": {PatientID: "omar", Topic: "food", Domain: "food-insecurity", Status: screening.NeedWanted, Wanted: &yes},
		"beatfood": {PatientID: "beate", Topic: "food", Domain: "food-insecurity", Status: screening.NeedWanted, Wanted: &yes},
	}
	for id, n := range w.needs {
		n.ID, n.Version, n.OrganizationID = id, 1, w.people[n.PatientID].OrganizationID
		n.Since, n.ScreeningID = monday.Add(-time.Hour), "scr"
		w.needs[id] = n
	}
	w.screens = map[string]screening.Screening{"scr": {
		Meta:    docstore.Meta{ID: "scr"},
		Answers: screening.Answers{"/q1": screening.Codes("often"), "/q2": screening.Codes("secret")},
	}}
	w.orgs = map[string]accounts.Organization{}
	for id, kind := range map[string]accounts.Kind{
		"clinic": accounts.Care, "clinic-b": accounts.Care, "pantry": accounts.Agency, "kitchen": accounts.Agency,
		"shelter": accounts.Agency, "network": accounts.Network,
	} {
		w.orgs[id] = accounts.Organization{Meta: docstore.Meta{ID: id}, Name: "The " + id, Kind: kind}
	}
	w.users = map[string][]accounts.User{}
	for _, a := range []identity.Actor{rosa, sam, otto, paula, kim, shea} {
		w.users[a.OrganizationID] = append(w.users[a.OrganizationID], accounts.User{
			Meta: docstore.Meta{ID: a.ID}, Name: a.Name,
			Memberships: []accounts.Membership{{OrganizationID: a.OrganizationID, Role: a.Role}},
		})
	}
	w.doc = map[string]directory.ServiceDoc{}
	for id, org := range map[string]string{
		"s-pantry": "pantry", "s-pantry-2": "pantry", "s-kitchen": "kitchen", "s-shelter": "shelter", "s-park": "park", "s-clinic": "clinic", "s-legal": "shelter",
	} {
		w.doc[id] = directory.ServiceDoc{
			Meta:    docstore.Meta{ID: id},
			Service: directory.Service{ID: id, OrganizationID: org, Name: "Service " + id, Status: directory.Active},
			Needs:   []directory.NeedMapping{{Domain: "food-insecurity"}, {Domain: "housing-instability"}},
		}
	}
	legal := w.doc["s-legal"]
	legal.Needs = nil
	w.doc["s-legal"] = legal
	w.doc["s-closed"] = directory.ServiceDoc{Service: directory.Service{ID: "s-closed", OrganizationID: "shelter", Status: directory.Defunct}}
	w.files, err = files.Open(ctx, e, files.Options{
		Now: w.clock.Now, Kept: func(ctx context.Context, f files.File) (bool, error) { return w.s.KeepsFile(ctx, f) },
	})
	if err != nil {
		t.Fatalf("open the files: %v", err)
	}
	w.s, err = New(ctx, e, Options{
		Now: w.clock.Now, Patients: w.patients(), Needs: (*needsOfWorld)(w), Directory: (*directoryOfWorld)(w),
		Accounts: (*accountsOfWorld)(w), Notices: w, Audit: w, Files: w.files,
	})
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	if w.relay, err = docstore.NewRelay(ctx, e, docstore.RelayOptions{Now: w.clock.Now, Consumers: w.s.Consumers()}); err != nil {
		t.Fatalf("NewRelay: %v", err)
	}
	return w
}

// as is a context in which a acts.
func as(a identity.Actor) context.Context { return identity.With(context.Background(), a) }

// keyed is a context in which a acts with an Idempotency-Key.
func keyed(a identity.Actor, key, body string) context.Context {
	return docstore.WithRequest(as(a), key, body)
}

// consent is a complete consent for food, to all agencies.
func consent() Consent {
	return Consent{
		PatientID: "maria", Recipients: Recipients{Class: NetworkAgencies}, Needs: []string{"food-insecurity", "housing-instability"},
		Fields: []Field{FieldContact, FieldIdentity, FieldNeed, FieldAnswers, FieldNotes},
		Method: Verbal, Signer: Signer{Name: "Maria Lopez", Relationship: "self"}, Language: "es", ExpiresOn: "2027-03-01",
	}
}

func (w *world) record(c Consent) Consent {
	w.t.Helper()
	c, err := w.s.RecordConsent(as(rosa), c)
	if err != nil {
		w.t.Fatalf("RecordConsent: %v", err)
	}
	return c
}

// send sends Maria's need for food to services, with a new consent for all.
func (w *world) send(services ...string) Sent {
	w.t.Helper()
	c := w.record(consent())
	sent, err := w.s.Send(as(rosa), SendInput{PatientID: "maria", NeedID: "food", ServiceIDs: services, ConsentID: c.ID, Note: "Has no kitchen."})
	if err != nil {
		w.t.Fatalf("Send(%v): %v", services, err)
	}
	return sent
}

// refer sends to the pantry and answers the referral's id.
func (w *world) refer() string { w.t.Helper(); return w.send("s-pantry").Referral.ID }

// to moves a referral in the name of a, with the version it has.
func (w *world) to(a identity.Actor, id string, to Status) View {
	w.t.Helper()
	in := give(to)
	in.Version = w.stored(id).Revision
	v, err := w.s.Move(as(a), id, in)
	if err != nil {
		w.t.Fatalf("Move(%s by %s): %v", to, a.ID, err)
	}
	return v
}

func (w *world) stored(id string) Referral {
	w.t.Helper()
	r, err := w.s.referrals.Get(context.Background(), id)
	if err != nil {
		w.t.Fatalf("referral %s: %v", id, err)
	}
	return r
}

// drain delivers all events.
func (w *world) drain() {
	w.t.Helper()
	if err := w.relay.Drain(context.Background()); err != nil {
		w.t.Fatalf("Drain: %v", err)
	}
}

func (w *world) needStatus(id string) screening.NeedStatus {
	n, _ := (*needsOfWorld)(w).OpenNeed(context.Background(), id)
	return n.Status
}

// told lists the notices as "template to".
func (w *world) told() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []string
	for _, n := range w.notices {
		out = append(out, n.Template+" "+n.To.UserID)
	}
	slices.Sort(out)
	return out
}

func same(t tester, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func refused(t tester, what string, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("%s = %v, want a %s fault", what, err, kind)
	}
}

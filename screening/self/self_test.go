package self

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/links"
	"github.com/havenloop/havenloop/internal/network"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/screening"
)

// office is the service with what surrounds it; it plays the rooms that it asks.
type office struct {
	*Service
	links    *links.Service
	clock    *clock.Fake
	rosa     context.Context // a worker of the clinic
	people   map[string]patients.Patient
	settings network.Settings
	notices  []notify.News
	texts    []notify.Message
	away     bool // text messages cannot be sent
}

func (o *office) Open(_ context.Context, id string) (patients.Patient, error) {
	p, ok := o.people[id]
	if !ok {
		return p, docstore.ErrNotFound
	}
	p.ID = id
	return p, nil
}

func (o *office) Settings(context.Context) (network.Settings, error) { return o.settings, nil }

func (o *office) Tell(_ context.Context, n notify.News) error {
	o.notices = append(o.notices, n)
	return nil
}

func (o *office) Send(_ context.Context, m notify.Message) error {
	if o.away {
		return errors.New("the service is away")
	}
	o.texts = append(o.texts, m)
	return nil
}

func newOffice(t *testing.T) *office {
	t.Helper()
	e, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	yes := true
	o := &office{
		clock: clock.NewFake(time.Date(2026, 3, 9, 16, 0, 0, 0, time.UTC)), settings: network.Defaults(),
		people: map[string]patients.Patient{
			"ana": {OrganizationID: "clinic", BirthDate: "1980-03-03", Phone: "+12095550177", Contact: patients.Contact{SafeToText: &yes}},
			"ben": {OrganizationID: "clinic", BirthDate: "1990-01-01", Phone: "+12095550144"},
			"cho": {OrganizationID: "elsewhere", BirthDate: "1990-01-01"},
		},
	}
	screens, err := screening.New(t.Context(), e, screening.Options{Now: o.clock.Now, Patients: o})
	if err != nil {
		t.Fatal(err)
	}
	o.links, err = links.New(t.Context(), e, links.Options{
		Now: o.clock.Now, Key: []byte(strings.Repeat("k", 32)),
		PINCost: argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 16},
	})
	if err != nil {
		t.Fatal(err)
	}
	o.Service = New(Options{
		Now: o.clock.Now, Links: o.links, Screening: screens, Patients: o, Network: o, Notices: o,
		Texts: o, BaseURL: "https://havenloop.example.org/",
	})
	o.rosa = identity.With(t.Context(), identity.Actor{ID: "rosa", Role: identity.CHW, OrganizationID: "clinic"})
	return o
}

// offer makes a link for a patient with a PIN.
func (o *office) offer(t *testing.T, patient string) links.Link {
	t.Helper()
	l, err := o.Offer(o.rosa, Offer{PatientID: patient, Kind: links.SelfScreening, Instrument: "essentials", Proof: links.ByPIN, PIN: "2749"})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// open opens a link and answers the patient's context.
func (o *office) open(t *testing.T, l links.Link) context.Context {
	t.Helper()
	token, _, err := o.Enter(t.Context(), o.links.Code(l), "192.0.2.1", "")
	if err != nil {
		t.Fatal(err)
	}
	if token, err = o.Unlock(t.Context(), token, "2749"); err != nil {
		t.Fatal(err)
	}
	x, err := o.links.Session(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return identity.With(t.Context(), x.Actor())
}

func wantKind(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	if kind == "" && err != nil || kind != "" && !fault.Is(err, kind) {
		t.Errorf("%s = %v, want kind %q", what, err, kind)
	}
}

func TestOfferIsForThePatientsWorkers(t *testing.T) {
	o := newOffice(t)
	l := o.offer(t, "ana")
	if a := o.Address(l); a != "https://havenloop.example.org/s#"+o.links.Code(l) {
		t.Errorf("Address = %q", a)
	}
	for role, kind := range map[identity.Role]fault.Kind{
		identity.AgencyStaff: fault.Forbidden, identity.NetworkAdmin: fault.Forbidden, identity.PatientRole: fault.Forbidden, "": fault.Login,
	} {
		ctx := identity.With(t.Context(), identity.Actor{ID: "x", Role: role, OrganizationID: "clinic"})
		_, err := o.Offer(ctx, Offer{PatientID: "ana", Kind: links.AtKiosk})
		wantKind(t, "Offer as "+string(role), err, kind)
		_, err = o.Links(ctx, "ana")
		wantKind(t, "Links as "+string(role), err, kind)
		_, err = o.Offered(ctx, l.ID)
		wantKind(t, "Offered as "+string(role), err, kind)
		_, err = o.Withdraw(ctx, l.ID)
		wantKind(t, "Withdraw as "+string(role), err, kind)
		_, err = o.StartKiosk(ctx, "essentials", []string{"en"}, "5820")
		wantKind(t, "StartKiosk as "+string(role), err, kind)
	}
	other := identity.With(t.Context(), identity.Actor{ID: "x", Role: identity.CHW, OrganizationID: "elsewhere"})
	_, err := o.Offer(other, Offer{PatientID: "ana", Kind: links.AtKiosk})
	wantKind(t, "Offer for another organization's patient", err, fault.NotFound)
	_, err = o.Withdraw(other, l.ID)
	wantKind(t, "Withdraw of another organization's link", err, fault.NotFound)
	_, err = o.Offered(other, l.ID)
	wantKind(t, "Offered of another organization's link", err, fault.NotFound)
}

func TestLanguagesAreReviewedOrSwitchedOn(t *testing.T) {
	o := newOffice(t)
	offer := func(language string) error {
		_, err := o.Offer(o.rosa, Offer{PatientID: "ana", Kind: links.SelfScreening, Instrument: "essentials", Language: language, Proof: links.ByPIN, PIN: "2749"})
		return err
	}
	wantKind(t, "the questionnaire's own language", offer("en"), "")
	wantKind(t, "a translation that nobody reviewed", offer("vi"), fault.Invalid)
	o.settings.SelfLanguages = []network.SelfLanguage{{Instrument: "essentials", Language: "vi"}}
	wantKind(t, "one that the network switched on", offer("vi"), "")
	wantKind(t, "a language without a translation", offer("tlh"), fault.Invalid)
	_, err := o.StartKiosk(o.rosa, "essentials", []string{"en", "vi"}, "5820")
	wantKind(t, "a kiosk in it", err, "")
	for what, languages := range map[string][]string{"no language": nil, "one that nobody reviewed": {"ar"}} {
		_, err = o.StartKiosk(o.rosa, "essentials", languages, "5820")
		wantKind(t, "a kiosk in "+what, err, fault.Invalid)
	}
	_, err = o.StartKiosk(o.rosa, "none", []string{"en"}, "5820")
	wantKind(t, "a kiosk with an unknown instrument", err, fault.Invalid)

	ctx := o.open(t, o.offer(t, "ana"))
	_, err = o.Begin(ctx, "ar")
	wantKind(t, "beginning in a language that is not offered", err, fault.Invalid)
	for _, language := range []string{"en", "vi"} {
		d, err := o.Begin(ctx, language)
		if err != nil || d.Language != language {
			t.Errorf("Begin(%q) = %q, %v", language, d.Language, err)
		}
	}
}

func TestTextsGoOnlyWhereTheyAreSafe(t *testing.T) {
	o := newOffice(t)
	texted := func(patient string) (links.Link, error) {
		return o.Offer(o.rosa, Offer{PatientID: patient, Kind: links.SelfScreening, Instrument: "essentials", Proof: links.ByText})
	}
	_, err := texted("ben")
	wantKind(t, "texts for who said nothing about them", err, fault.Invalid)
	l, err := texted("ana")
	if err != nil {
		t.Fatal(err)
	}
	words := func(s string) string { return "words " + s }
	wantKind(t, "texting the link", o.TextLink(o.rosa, l.ID, words), "")
	if m := o.texts[0]; m.To != "+12095550177" || m.Body != "words "+o.Address(l) {
		t.Errorf("the text = %+v", m)
	}
	wantKind(t, "texting the link of who said nothing", o.TextLink(o.rosa, o.offer(t, "ben").ID, words), fault.BusinessRule)

	token, _, err := o.Enter(t.Context(), o.links.Code(l), "192.0.2.1", "")
	if err != nil {
		t.Fatal(err)
	}
	wantKind(t, "a code", o.SendCode(t.Context(), token, words), "")
	o.clock.Add(time.Minute)
	o.away = true
	wantKind(t, "a code while the service is away", o.SendCode(t.Context(), token, words), fault.Transient)
	ana := o.people["ana"]
	ana.Contact.SafeToText = nil
	o.people["ana"] = ana
	o.clock.Add(time.Minute)
	wantKind(t, "a code after texts are not safe any more", o.SendCode(t.Context(), token, words), fault.BusinessRule)
	wantKind(t, "a code without a session", o.SendCode(t.Context(), "none", words), fault.Login)
}

func TestCompletedScreeningUsesTheLinkUpAndTellsTheWorker(t *testing.T) {
	o := newOffice(t)
	l := o.offer(t, "ana")
	ctx := o.open(t, l)
	if _, err := o.Begin(ctx, "en"); err != nil {
		t.Fatal(err)
	}
	r, err := o.Complete(ctx)
	if err != nil || r.Screening.ID != l.Subject {
		t.Fatalf("Complete = %v, %v", r.Screening.ID, err)
	}
	if now, _ := o.links.Get(t.Context(), l.ID); o.State(now) != links.Done {
		t.Errorf("State = %s, want done", o.State(now))
	}
	// The events tell it as well, after a crash between the two.
	event := docstore.Event{Type: "screening.completed", DocumentID: l.Subject}
	if err := o.Consumer().Handle(t.Context(), []docstore.Event{event, {Type: "screening.completed", DocumentID: "by a worker"}, {Type: "other"}}); err != nil {
		t.Errorf("Consumer = %v", err)
	}
	if len(o.notices) != 2 || o.notices[0] != o.notices[1] || o.notices[0].To != notify.ToUser("rosa") || o.notices[0].Path != "/screenings/"+l.Subject {
		t.Errorf("notices = %+v, want one for Rosa, told twice under one key", o.notices)
	}
	if offered, err := o.Offered(o.rosa, l.ID); err != nil || offered.Code != "" {
		t.Errorf("Offered of a used link = %+v, %v, want no code", offered, err)
	}
}

func TestHelpLinesOnASharedDeviceAreTheSameForEverybody(t *testing.T) {
	o := newOffice(t)
	r := screening.Result{Needs: []screening.Need{{Topic: "food"}}}
	codes := func(r screening.Result, shared bool) string {
		lines, err := o.Urgent(t.Context(), r, shared)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, l := range lines {
			out = append(out, l.Code)
		}
		return strings.Join(out, " ")
	}
	if got := codes(r, false); got != "911 988 211" {
		t.Errorf("lines for food = %s", got)
	}
	if got := codes(screening.Result{Needs: []screening.Need{{Topic: "safety"}}}, false); got != "911 988 dv-hotline 211" {
		t.Errorf("lines for safety = %s", got)
	}
	if food, safety := codes(r, true), codes(screening.Result{Needs: []screening.Need{{Topic: "safety"}}}, true); food != safety {
		t.Errorf("on a shared device the lines differ: %s and %s", food, safety)
	}
}

package visits_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/memory"
	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/audit"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/network"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/internal/sealed"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/referrals/visits"
	"github.com/havenloop/havenloop/screening"
)

// house is the room with its real neighbours, over SQLite in memory.
type house struct {
	t         testing.TB
	engine    docstore.Engine
	clock     *clock.Fake
	accounts  *accounts.Service
	patients  *patients.Service
	screening *screening.Service
	directory *directory.Directory
	referrals *referrals.Service
	settings  *network.Service
	keys      *sealed.Service
	options   visits.Options
	visits    *visits.Service
	work      *breaking
	noticed   *notices

	rosa, sam, lena identity.Actor // two workers and the supervisor of the clinic
	bea, bo         identity.Actor // a worker and the supervisor of another clinic
}

// notices remembers what was told to whom.
type notices struct{ told []string }

func (n *notices) Tell(_ context.Context, one notify.News) error {
	n.told = append(n.told, one.Template+" "+one.To.UserID)
	return nil
}

// breaking is the work of visits that can be made to stop, as a process that
// ends does: after the part of the given number it fails, whatever comes.
type breaking struct {
	visits.Work
	left atomic.Int64
}

var errDown = errors.New("the power is gone")

func (b *breaking) CarryPart(ctx context.Context, part string, v referrals.Visit, out *referrals.VisitResult) error {
	if b.left.Add(-1) < 0 {
		return errDown
	}
	return b.Work.CarryPart(ctx, part, v, out)
}

// parts lets n more parts be carried out.
func (b *breaking) parts(n int) { b.left.Store(int64(n)) }

const always = 1 << 30

func open(t testing.TB) *house {
	t.Helper()
	ctx := identity.With(context.Background(), identity.SystemActor("test"))
	e, err := sqlite.OpenMemory(ctx)
	must(t, err)
	t.Cleanup(func() { _ = e.Close() })
	h := &house{t: t, engine: e, clock: clock.NewFake(time.Date(2026, 3, 2, 18, 0, 0, 0, time.UTC)), noticed: &notices{}}
	h.accounts, err = accounts.New(ctx, e, accounts.Options{Now: h.clock.Now, Params: argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}})
	must(t, err)
	log, err := audit.New(ctx, e, audit.Options{Now: h.clock.Now})
	must(t, err)
	told, err := notify.New(ctx, e, notify.Options{Now: h.clock.Now})
	must(t, err)
	h.patients, err = patients.New(ctx, e, patients.Options{Now: h.clock.Now, MatchKey: []byte(strings.Repeat("k", 32)), Workers: h.accounts})
	must(t, err)
	h.screening, err = screening.New(ctx, e, screening.Options{Now: h.clock.Now, Patients: h.patients})
	must(t, err)
	h.settings, err = network.New(ctx, e, network.Options{Now: h.clock.Now})
	must(t, err)
	h.directory, err = directory.New(ctx, e, memory.New(), directory.Options{Now: h.clock.Now, Rules: h.settings})
	must(t, err)
	h.referrals, err = referrals.New(ctx, e, referrals.Options{
		Now: h.clock.Now, Patients: h.patients, Needs: h.screening, Directory: h.directory,
		Accounts: h.accounts, Notices: told, Audit: log,
	})
	must(t, err)
	h.keys, err = sealed.New(ctx, e, sealed.Options{Now: h.clock.Now, Key: []byte(strings.Repeat("m", 32))})
	must(t, err)
	h.lendKey()
	h.work = &breaking{Work: h.referrals}
	h.work.parts(always)
	h.options = visits.Options{
		Now: h.clock.Now, Keys: h.keys, Work: h.work, Patients: h.patients, Needs: h.screening, Directory: h.directory,
		Accounts: h.accounts, Audit: log, Notices: h.noticed, Network: h.settings,
	}
	h.visits = h.process()
	h.rosa = h.worker(ctx, "clinic", "rosa", accounts.Care, identity.CHW)
	h.sam = h.worker(ctx, "clinic", "sam", accounts.Care, identity.CHW)
	h.lena = h.worker(ctx, "clinic", "lena", accounts.Care, identity.Supervisor)
	h.bea = h.worker(ctx, "clinic-b", "bea", accounts.Care, identity.CHW)
	h.bo = h.worker(ctx, "clinic-b", "bo", accounts.Care, identity.Supervisor)
	h.worker(ctx, "pantry", "paula", accounts.Agency, identity.AgencyStaff)
	_, err = h.directory.PutOrganization(ctx, directory.OrganizationDoc{Meta: docstore.Meta{ID: "pantry"}, Organization: directory.Organization{ID: "pantry", Name: "The pantry", Description: "Food"}})
	must(t, err)
	h.offer(ctx, directory.Active)
	return h
}

// theKey is a stored key pair that all houses of this test share, since making
// one takes long.
var theKey struct {
	sync.Mutex
	record docstore.Record
}

func (h *house) lendKey() {
	h.t.Helper()
	theKey.Lock()
	defer theKey.Unlock()
	ctx := context.Background()
	if theKey.record.ID != "" {
		for _, err := range h.engine.Write(ctx, "envelope_keys", docstore.Write{Op: docstore.Insert, Record: theKey.record}) {
			must(h.t, err)
		}
		return
	}
	_, err := h.keys.PublicKeys(ctx)
	must(h.t, err)
	records, err := h.engine.Scan(ctx, "envelope_keys", docstore.IndexScan{})
	must(h.t, err)
	theKey.record = records[0]
}

// process is another process on the same store.
func (h *house) process() *visits.Service {
	h.t.Helper()
	s, err := visits.New(context.Background(), h.engine, h.options)
	must(h.t, err)
	return s
}

func (h *house) offer(ctx context.Context, status directory.Status) {
	h.t.Helper()
	d, _ := h.directory.ServiceByID(ctx, "s-pantry")
	d.ID, d.Service = "s-pantry", directory.Service{ID: "s-pantry", OrganizationID: "pantry", Name: "Food", Status: status}
	d.Needs = []directory.NeedMapping{{Domain: "food-insecurity", Confidence: 1, Source: directory.Manual}}
	_, err := h.directory.PutService(ctx, d)
	must(h.t, err)
}

func (h *house) worker(ctx context.Context, org, name string, kind accounts.Kind, role identity.Role) identity.Actor {
	h.t.Helper()
	_, err := h.accounts.PutOrganization(ctx, accounts.Organization{Meta: docstore.Meta{ID: org}, Name: "The " + org, Kind: kind, TimeZone: "America/Los_Angeles"})
	must(h.t, err)
	u, err := h.accounts.CreateUser(ctx, accounts.NewUser{Email: name + "@example.org", Name: "Worker " + name, OrganizationID: org, Role: role})
	must(h.t, err)
	return identity.Actor{ID: u.ID, Name: u.Name, Role: role, OrganizationID: org}
}

func as(a identity.Actor) context.Context { return identity.With(context.Background(), a) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// visit is a whole visit as a device writes it; change what is to be otherwise.
func visit(change func(v map[string]any)) map[string]any {
	v := map[string]any{
		"patient": map[string]any{"givenName": "Maria", "familyName": "Lopez", "birthDate": "1990-05-01", "phone": "415-555-2671", "address": map[string]any{"postalCode": "94109"}},
		"screening": map[string]any{"instrument": "hunger-vital-sign", "language": "en", "mode": "in-person", "answers": map[string]any{
			"/88122-7": []string{"LA28397-0"}, "/88123-5": []string{"LA28397-0"},
		}},
		"wanted": map[string]any{"food": true},
		"consent": map[string]any{
			"recipients": map[string]any{"class": "network-agencies"}, "needs": []string{"food-insecurity"}, "fields": []string{"contact", "identity", "need"},
			"method": "verbal", "signer": map[string]any{"name": "Maria Lopez", "relationship": "self"}, "language": "es",
		},
		"referral": map[string]any{"topic": "food", "serviceIds": []string{"s-pantry"}},
	}
	if change != nil {
		change(v)
	}
	return v
}

func set(part, name string, value any) func(map[string]any) {
	return func(v map[string]any) { v[part].(map[string]any)[name] = value }
}

// seal seals a visit (a text as it is) in the name of the actor.
func (h *house) seal(by identity.Actor, id string, v any) string {
	h.t.Helper()
	text, ok := v.(string)
	if !ok {
		b, err := json.Marshal(v)
		must(h.t, err)
		text = string(b)
	}
	keys, err := h.keys.PublicKeys(context.Background())
	must(h.t, err)
	b, err := json.Marshal(keys[0])
	must(h.t, err)
	var key jose.JSONWebKey
	must(h.t, key.UnmarshalJSON(b))
	o := (&jose.EncrypterOptions{}).WithType(sealed.Typ).WithHeader("sub", by.ID).WithHeader("org", by.OrganizationID).WithHeader("jti", id)
	enc, err := jose.NewEncrypter(jose.A256GCM, jose.Recipient{Algorithm: jose.RSA_OAEP_256, Key: &key}, o)
	must(h.t, err)
	jwe, err := enc.Encrypt([]byte(text))
	must(h.t, err)
	compact, err := jwe.CompactSerialize()
	must(h.t, err)
	return compact
}

// send seals a visit in the actor's name, sends it, and answers what came of it.
func (h *house) send(by identity.Actor, v any) visits.Taken {
	h.t.Helper()
	id := uuid.NewString()
	taken, err := h.visits.Take(as(by), h.seal(by, id, v), id)
	must(h.t, err)
	return taken
}

// states lists the states of parts.
func states(parts []visits.PartView) map[string]visits.PartState {
	out := map[string]visits.PartState{}
	for _, p := range parts {
		out[p.Name] = p.State
	}
	return out
}

// stored counts what is stored of a patient.
func (h *house) stored(patientID string) (screenings, referralsSent, consents int) {
	h.t.Helper()
	s, err := h.screening.ForPatient(as(h.lena), patientID)
	must(h.t, err)
	r, err := h.referrals.ForPatient(as(h.lena), patientID)
	must(h.t, err)
	c, err := h.referrals.Consents(as(h.lena), patientID)
	must(h.t, err)
	return len(s), len(r), len(c)
}

func (h *house) people() int {
	h.t.Helper()
	p, err := h.patients.List(as(h.lena), "", 100)
	must(h.t, err)
	return len(p.Items)
}

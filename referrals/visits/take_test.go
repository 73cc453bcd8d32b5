package visits_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals/visits"
	"github.com/havenloop/havenloop/screening"
)

type parts = map[string]visits.PartState

// allDone are the parts of a visit that was carried out.
var allDone = parts{"patient": visits.PartDone, "screening": visits.PartDone, "wanted": visits.PartDone, "consent": visits.PartDone, "referral": visits.PartDone}

func but(changed parts) parts {
	out := parts{}
	for k, v := range allDone {
		out[k] = v
	}
	for k, v := range changed {
		out[k] = v
	}
	return out
}

const (
	done, attention, skipped = visits.PartDone, visits.PartAttention, visits.PartSkipped
)

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// TestWhateverIsInside sends visits that break rules: each is kept, what is
// right is stored, what is wrong waits, and what hangs on it waits too.
func TestWhateverIsInside(t *testing.T) {
	from := func(name string) parts { // everything waits for a part
		out := parts{"patient": done, "screening": skipped, "wanted": skipped, "consent": skipped, "referral": skipped}
		out[name] = attention
		return out
	}
	tests := []struct {
		name   string
		visit  any
		before func(*house)
		want   parts
		says   string
	}{
		{"all right", visit(nil), nil, allDone, ""},
		{"no JSON", "{", nil, parts{"visit": attention}, "cannot be read"},
		{"no object", "[1]", nil, parts{"visit": attention}, "cannot be read"},
		{"null", "null", nil, parts{"visit": attention}, "cannot be read"},
		{"nothing", "{}", nil, parts{"patient": attention}, "first name"},
		{"two values", `{} {}`, nil, parts{"visit": attention}, "cannot be read"},
		{"an unknown part", visit(func(v map[string]any) { v["weather"] = "rain" }), nil, but(parts{"visit": attention}), "not known here"},
		{"an unknown entry", visit(set("consent", "color", "red")), nil, but(parts{"consent": attention, "referral": skipped}), "not known here"},
		{"a patient without a name", visit(set("patient", "givenName", "")), nil, from("patient"), "first name"},
		{"a patient of the wrong type", visit(func(v map[string]any) { v["patient"] = 7 }), nil, from("patient"), "cannot be read"},
		{"a patient who is nowhere", visit(func(v map[string]any) { v["patient"] = map[string]any{"id": "nobody"} }), nil, from("patient"), "not at your organization"},
		{"a patient of another organization", visit(func(v map[string]any) { v["patient"] = map[string]any{"id": "theirs"} }), func(h *house) { h.patient(h.bea, "theirs") }, from("patient"), "not at your organization"},
		{"somebody alike", visit(nil), func(h *house) { h.patient(h.rosa, "maria") }, from("patient"), "somebody you know"},
		{"an unknown instrument", visit(set("screening", "instrument", "no-such")), nil, but(parts{"screening": attention, "wanted": skipped, "referral": skipped}), "no such questionnaire"},
		{"an unknown version", visit(set("screening", "instrument", "https://havenloop.org/fhir/Questionnaire/essentials|9")), nil, but(parts{"screening": attention, "wanted": skipped, "referral": skipped}), "no such questionnaire"},
		{"an answer that is no choice", visit(set("screening", "answers", map[string]any{"/88122-7": []string{"x"}})), nil, but(parts{"screening": attention, "wanted": skipped, "referral": skipped}), "not one of the choices"},
		{"an answer that cannot be read", visit(set("screening", "answers", map[string]any{"/88122-7": true})), nil, but(parts{"screening": attention, "wanted": skipped, "referral": skipped}), "cannot be read"},
		{"answers from the future", visit(set("screening", "answeredAt", "2099-01-01T00:00:00Z")), nil, but(parts{"screening": attention, "wanted": skipped, "referral": skipped}), "future"},
		{"help wanted with what is no need", visit(func(v map[string]any) { v["wanted"] = map[string]any{"food": true, "drinking": true} }), nil, but(parts{"wanted": attention}), "no need about this"},
		{"help wanted of the wrong type", visit(func(v map[string]any) { v["wanted"] = "yes" }), nil, but(parts{"wanted": attention}), "cannot be read"},
		{"a consent by nobody", visit(set("consent", "signer", map[string]any{})), nil, but(parts{"consent": attention, "referral": skipped}), "who gave consent"},
		{"a consent about violence that is spoken", visit(set("consent", "needs", []string{"intimate-partner-violence"})), nil, but(parts{"consent": attention, "referral": skipped}), "name the organizations"},
		{"no consent", visit(func(v map[string]any) { delete(v, "consent") }), nil, parts{"patient": done, "screening": done, "wanted": done, "referral": attention}, "needs the patient's consent"},
		{"a service that is gone", visit(set("referral", "serviceIds", []string{"gone"})), nil, but(parts{"referral": attention}), "not listed any more"},
		{"a service that is closed", visit(nil), func(h *house) { h.offer(as(identity.SystemActor("t")), directory.Defunct) }, but(parts{"referral": attention}), "not offered"},
		{"a need that is not there", visit(set("referral", "topic", "transportation")), nil, but(parts{"referral": attention}), "no need about this"},
		{"a referral for what is not wanted", visit(func(v map[string]any) { v["wanted"] = map[string]any{"food": false} }), nil, but(parts{"referral": attention}), "wants no help"},
		{"a priority that is none", visit(set("referral", "priority", "soon")), nil, but(parts{"referral": attention}), "routine or urgent"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := open(t)
			if tt.before != nil {
				tt.before(h)
			}
			taken := h.send(h.rosa, tt.visit)
			v, err := h.visits.Get(as(h.rosa), taken.ID)
			must(t, err)
			same(t, "parts", states(taken.Parts), tt.want)
			same(t, "parts on the page", states(v.Told), tt.want)
			want := visits.Attention
			if tt.says == "" {
				want = visits.Done
			}
			if taken.State != want {
				t.Errorf("state = %s, want %s", taken.State, want)
			}
			b, err := json.Marshal(taken.Parts)
			must(t, err)
			if !strings.Contains(string(b), tt.says) {
				t.Errorf("problems = %s, want %q among them", b, tt.says)
			}
			for _, p := range v.Told {
				if (p.State == attention || p.State == skipped) != (len(p.Problems) > 0) {
					t.Errorf("part %s is %s with problems %v", p.Name, p.State, p.Problems)
				}
			}
		})
	}
}

// patient registers Maria, under an id.
func (h *house) patient(by identity.Actor, id string) patients.Patient {
	h.t.Helper()
	p, err := h.patients.Register(withID(as(by), id), patients.Patient{GivenName: "Maria", FamilyName: "Lopez", BirthDate: "1990-05-01", Phone: "415-555-2671"}, true)
	must(h.t, err)
	return p
}

func TestSentAgainIsTheSame(t *testing.T) {
	h := open(t)
	id := uuid.NewString()
	sealedVisit := h.seal(h.rosa, id, visit(nil))
	first, err := h.visits.Take(as(h.rosa), sealedVisit, id)
	must(t, err)
	for _, s := range []*visits.Service{h.visits, h.process()} {
		again, err := s.Take(as(h.rosa), sealedVisit, id)
		must(t, err)
		same(t, "answer to the same again", again, first)
	}
	resealed, err := h.visits.Take(as(h.rosa), h.seal(h.rosa, id, visit(nil)), id)
	must(t, err)
	same(t, "answer to the same, sealed anew", resealed, first)
	s, r, c := h.stored(first.PatientID)
	same(t, "screenings, referrals, consents, patients", []int{s, r, c, h.people()}, []int{1, 1, 1, 1})
}

func TestManyAtOnceAreOne(t *testing.T) {
	h := open(t)
	id := uuid.NewString()
	sealedVisit := h.seal(h.rosa, id, visit(nil))
	processes := []*visits.Service{h.visits, h.process(), h.process()}
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			if _, err := processes[i%len(processes)].Take(as(h.rosa), sealedVisit, id); err != nil {
				t.Errorf("Take at the same time = %v", err)
			}
		})
	}
	wg.Wait()
	taken, err := h.visits.Take(as(h.rosa), sealedVisit, id)
	must(t, err)
	if taken.State != visits.Done {
		t.Fatalf("state in the end = %s %v, want done", taken.State, taken.Parts)
	}
	s, r, c := h.stored(taken.PatientID)
	same(t, "screenings, referrals, consents, patients", []int{s, r, c, h.people()}, []int{1, 1, 1, 1})
}

// TestGoesOnWhereItStopped ends the work after each part, and lets the job or
// another sending go on with it, in another process.
func TestGoesOnWhereItStopped(t *testing.T) {
	for n := range 6 {
		for _, how := range []string{"job", "again"} {
			t.Run(fmt.Sprintf("%s after %d parts", how, n), func(t *testing.T) {
				h := open(t)
				id := uuid.NewString()
				sealedVisit := h.seal(h.rosa, id, visit(nil))
				h.work.parts(n)
				taken, err := h.visits.Take(as(h.rosa), sealedVisit, id)
				must(t, err)
				if n < 5 && taken.State != visits.Waiting {
					t.Fatalf("state after the stop = %s, want waiting", taken.State)
				}
				h.work.parts(always)
				other := h.process()
				h.clock.Add(2 * time.Minute)
				if how == "job" {
					_, err = other.Resume(context.Background())
				} else {
					_, err = other.Take(as(h.rosa), sealedVisit, id)
				}
				must(t, err)
				v, err := other.Get(as(h.rosa), id)
				must(t, err)
				same(t, "parts", states(v.Told), allDone)
				s, r, c := h.stored(v.PatientID)
				same(t, "screenings, referrals, consents, patients", []int{s, r, c, h.people()}, []int{1, 1, 1, 1})
			})
		}
	}
}

func TestFailuresOfTheServerReachAPersonInTheEnd(t *testing.T) {
	h := open(t)
	h.work.parts(0)
	taken := h.send(h.rosa, visit(nil))
	for range 12 {
		h.clock.Add(2 * time.Minute)
		_, _ = h.visits.Resume(context.Background())
	}
	v, err := h.visits.Get(as(h.rosa), taken.ID)
	must(t, err)
	if v.State != visits.Attention || len(v.Problems(visits.PartVisit)) != 1 {
		t.Fatalf("visit that always fails = %s %v, want attention with a word", v.State, v.Told)
	}
	h.work.parts(always)
	v, err = h.visits.Mend(as(h.rosa), taken.ID, map[string]any{}, v.Version)
	must(t, err)
	if v.State != visits.Done {
		t.Errorf("sent on when the server works again = %s %v, want done", v.State, v.Told)
	}
}

func TestNumberTakenByAnotherVisit(t *testing.T) {
	h := open(t)
	id := uuid.NewString()
	_, err := h.visits.Take(as(h.rosa), h.seal(h.rosa, id, visit(nil)), id)
	must(t, err)
	other := visit(set("patient", "givenName", "Ana"))
	for range 2 {
		taken, err := h.visits.Take(as(h.rosa), h.seal(h.rosa, id, other), id)
		must(t, err)
		if taken.ID == id || taken.State != visits.Attention {
			t.Errorf("another visit under the number = %+v, want it kept by itself", taken)
		}
	}
	list, err := h.visits.List(as(h.rosa), visits.ListInput{State: visits.Attention})
	must(t, err)
	if len(list.Items) != 1 || list.Items[0].Hold != visits.HoldNumber {
		t.Errorf("visits that wait = %+v, want the one", list.Items)
	}
}

func TestTakeRefuses(t *testing.T) {
	h := open(t)
	id := uuid.NewString()
	sealedVisit := h.seal(h.rosa, id, visit(nil))
	for name, tt := range map[string]struct {
		ctx     context.Context
		compact string
		key     string
		kind    fault.Kind
	}{
		"nobody":         {context.Background(), sealedVisit, id, fault.Login},
		"an agency":      {as(identity.Actor{ID: "p", Role: identity.AgencyStaff, OrganizationID: "pantry"}), sealedVisit, id, fault.Forbidden},
		"another number": {as(h.rosa), sealedVisit, uuid.NewString(), fault.Invalid},
		"no number":      {as(h.rosa), sealedVisit, "", fault.Invalid},
		"no envelope":    {as(h.rosa), "x", id, fault.BusinessRule},
	} {
		if _, err := h.visits.Take(tt.ctx, tt.compact, tt.key); !fault.Is(err, tt.kind) {
			t.Errorf("Take by %s = %v, want %s", name, err, tt.kind)
		}
	}
	if n, err := h.visits.Count(as(h.lena), ""); n != 0 || err != nil {
		t.Errorf("kept of what was refused = %d, %v, want nothing", n, err)
	}
}

func TestTextIsSealedInTheStore(t *testing.T) {
	h := open(t)
	taken := h.send(h.rosa, visit(set("patient", "givenName", "")))
	r, err := h.engine.Get(t.Context(), "visits", taken.ID)
	must(t, err)
	for _, word := range []string{"Lopez", "1990", "LA28397", "first name"} {
		if bytes.Contains(r.Body, []byte(word)) {
			t.Errorf("the store tells %q: %s", word, r.Body)
		}
	}
}

// TestStale sends what others changed after the visit: it waits, and the
// worker's word holds when the worker has seen both.
func TestStale(t *testing.T) {
	h := open(t)
	first := h.send(h.rosa, visit(nil))
	collected := h.clock.Now()
	h.clock.Add(time.Hour)
	needs, err := h.screening.Needs(as(h.sam), first.PatientID)
	must(t, err)
	noLonger := screening.NeedNoLonger
	_, err = h.screening.PatchNeed(as(h.sam), needs[0].ID, screening.NeedPatch{Status: &noLonger, Version: needs[0].Version})
	must(t, err)
	p, err := h.patients.Get(as(h.sam), first.PatientID)
	must(t, err)
	seen := p.Version
	p.Phone = "415-555-2672"
	_, err = h.patients.Update(as(h.sam), p)
	must(t, err)
	taken := h.send(h.rosa, map[string]any{
		"collectedAt": collected, "wanted": map[string]any{"food": true},
		"patient": map[string]any{"id": p.ID, "version": seen, "phone": "415-555-2673"},
	})
	same(t, "parts", states(taken.Parts), parts{"patient": attention, "wanted": skipped})
	v, err := h.visits.Get(as(h.rosa), taken.ID)
	must(t, err)
	if v.Now == nil || v.Now.Patient.Phone != "+14155552672" || len(v.Now.Needs) != 1 {
		t.Fatalf("what the records say = %+v, want both shown", v.Now)
	}
	in := v.Collected.Patient
	in.Version = v.Now.Patient.Version
	h.clock.Add(time.Minute)
	v, err = h.visits.Change(as(h.rosa), taken.ID, mustJSON(t, map[string]any{"collectedAt": collected, "patient": in, "wanted": map[string]any{"food": true}}), v.Version)
	must(t, err)
	same(t, "parts after the patient is clear", states(v.Told), parts{"patient": done, "wanted": attention})
	if got := v.Problems("wanted"); len(got) != 1 || got[0].Field != "wanted.food" || !strings.Contains(got[0].Detail, "changed this need") {
		t.Errorf("problems = %+v, want that somebody changed the need", got)
	}
	v, err = h.visits.Mend(as(h.rosa), taken.ID, map[string]any{"wanted": map[string]bool{"food": true}}, v.Version)
	must(t, err)
	p, _ = h.patients.Open(t.Context(), p.ID)
	needs, _ = h.screening.Needs(as(h.sam), first.PatientID)
	if v.State != visits.Done || p.Phone != "+14155552673" || needs[0].Status != screening.NeedWanted {
		t.Errorf("in the end %s, phone %s, need %s; want what the worker wrote", v.State, p.Phone, needs[0].Status)
	}
}

func mustJSON(t testing.TB, v any) json.RawMessage {
	t.Helper()
	b, err := json.Marshal(v)
	must(t, err)
	return b
}

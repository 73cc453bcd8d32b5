package visits_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/havenloop/havenloop/referrals/visits"
)

// TestAnyOrderLeavesOne draws sequences of sending again, stops of the server,
// jobs, mending with old and new versions, setting aside and taking up. In the
// end, when the visit is sent on right, there is one patient with one
// screening, one consent and one referral.
func TestAnyOrderLeavesOne(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h := open(t)
		id := uuid.NewString()
		broken := rapid.SampledFrom([]func(map[string]any){
			nil, set("patient", "givenName", ""), set("screening", "instrument", "no-such"),
			set("consent", "method", "shouted"), set("referral", "serviceIds", []string{"gone"}),
		}).Draw(r, "what is wrong")
		right := visit(nil)
		sealedVisit := h.seal(h.rosa, id, visit(broken))
		ctx := context.Background()
		take := func() {
			if _, err := h.visits.Take(as(h.rosa), sealedVisit, id); err != nil {
				r.Fatalf("Take = %v", err)
			}
		}
		take()
		for range rapid.IntRange(0, 8).Draw(r, "steps") {
			v, err := h.visits.Get(as(h.rosa), id)
			if err != nil {
				r.Fatalf("Get = %v", err)
			}
			version := v.Version - int64(rapid.IntRange(0, 1).Draw(r, "how old the page is"))
			// Only a failure of what does not fit the state is expected here; that
			// nothing is stored twice is looked at in the end.
			switch rapid.SampledFrom([]string{"again", "stop", "job", "mend", "wrong", "aside", "up", "restart"}).Draw(r, "step") {
			case "again":
				take()
			case "stop":
				h.work.parts(rapid.IntRange(0, 5).Draw(r, "parts until the stop"))
			case "job":
				h.work.parts(always)
				h.clock.Add(2 * time.Minute)
				_, _ = h.visits.Resume(ctx)
			case "mend":
				_, _ = h.visits.Change(as(h.rosa), id, mustJSON(t, right), version)
			case "wrong":
				_, _ = h.visits.Change(as(h.rosa), id, mustJSON(t, visit(broken)), version)
			case "aside":
				_, _ = h.visits.SetAside(as(h.rosa), id, "Why not.", version)
			case "up":
				_, _ = h.visits.TakeUp(as(h.rosa), id, version)
			case "restart":
				h.visits = h.process()
			}
		}
		h.work.parts(always)
		h.clock.Add(2 * time.Minute)
		if _, err := h.visits.Resume(ctx); err != nil {
			r.Fatalf("Resume = %v", err)
		}
		v, err := h.visits.Get(as(h.rosa), id)
		if err == nil && v.State == visits.Aside {
			v, err = h.visits.TakeUp(as(h.rosa), id, v.Version)
		}
		if err == nil && v.State == visits.Attention {
			v, err = h.visits.Change(as(h.rosa), id, mustJSON(t, right), v.Version)
		}
		if err != nil || v.State != visits.Done {
			r.Fatalf("in the end %s %+v, %v, want done", v.State, v.Told, err)
		}
		take()
		if s, n, c := h.stored(v.PatientID); s != 1 || n != 1 || c != 1 || h.people() != 1 {
			r.Fatalf("%d screenings, %d referrals, %d consents of %d patients, want one each", s, n, c, h.people())
		}
	})
}

// FuzzVisit sends any text in an envelope: it is kept and answered, whatever it says.
func FuzzVisit(f *testing.F) {
	h := open(f)
	for _, v := range []any{visit(nil), map[string]any{"patient": map[string]any{"id": "x"}}} {
		f.Add(string(mustJSON(f, v)))
	}
	for _, text := range []string{"", "{", "null", "[]", "0", `{"patient":null}`, `{"patient":[],"wanted":{"":1},"screening":{"answers":{"a":{}}}}`, `{"referral":{"serviceIds":[""]}}`, "\x00", `{"collectedAt":"x"}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h.t = t
		id := uuid.NewString()
		taken, err := h.visits.Take(as(h.rosa), h.seal(h.rosa, id, text), id)
		if err != nil {
			t.Fatalf("Take of %q = %v, want it kept", text, err)
		}
		v, err := h.visits.Get(as(h.rosa), taken.ID)
		if err != nil || v.State == visits.Waiting {
			t.Fatalf("Get of %q = %s, %v, want it done or waiting for somebody", text, v.State, err)
		}
	})
}

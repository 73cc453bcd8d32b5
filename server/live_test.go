package server

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

var liveStart = time.Date(2026, 3, 9, 16, 0, 0, 0, time.UTC)

func event(typ, referral string, orgs ...string) docstore.Event {
	data, _ := json.Marshal(map[string]any{"referralId": referral, "organizationIds": orgs, "patientId": "maria", "note": "secret"})
	return docstore.Event{Type: typ, Data: data}
}

// newsroom is a hub with a clock that stands.
type newsroom struct {
	*Live
	t     *testing.T
	clock *clock.Fake
}

func newNewsroom(t *testing.T) newsroom {
	c := clock.NewFake(liveStart)
	return newsroom{NewLive(c.Now), t, c}
}

func (n newsroom) follow(events ...docstore.Event) {
	if err := n.Live.follow(n.t.Context(), events); err != nil {
		n.t.Fatal(err)
	}
}

func (n newsroom) open(user, organization, after string) *liveStream {
	n.t.Helper()
	s, err := n.join(identity.Actor{ID: user, Role: identity.CHW, OrganizationID: organization}, after)
	if err != nil {
		n.t.Fatal(err)
	}
	return s
}

// got lists what waits for the stream as "topic id", or "reload".
func (n newsroom) got(s *liveStream) []string {
	var out []string
	for _, block := range strings.Split(n.take(s), "\n\n") {
		_, data, ok := strings.Cut(block, "data: ")
		var line liveLine
		switch {
		case strings.Contains(block, `"topic":"*"`):
			out = append(out, "reload")
		case ok && json.Unmarshal([]byte(data), &line) == nil:
			out = append(out, strings.TrimSpace(line.Topic+" "+line.ID))
		}
	}
	return out
}

func (n newsroom) want(s *liveStream, want ...string) {
	n.t.Helper()
	if got := n.got(s); strings.Join(got, ",") != strings.Join(want, ",") {
		n.t.Errorf("got %q, want %q", got, want)
	}
}

func TestLiveTellsThoseConcerned(t *testing.T) {
	n := newNewsroom(t)
	clinic, pantry, other := n.open("rosa", "clinic", ""), n.open("paula", "pantry", ""), n.open("kim", "kitchen", "")
	n.follow(event("referral.messaged", "r1", "clinic", "pantry"), event("referral.moved", "r1", "clinic", "pantry"))
	n.want(clinic, "referral r1", "inbox")
	n.want(pantry, "referral r1", "inbox")
	n.want(other)
	n.want(clinic) // told once
	n.follow(event("referral.note-added", "r1", "clinic"))
	n.want(clinic, "referral r1")
	n.want(pantry)
	n.follow(event("task.raised", "", "clinic"), event("patient.changed", "", "clinic"), event("need.changed", "", "clinic"))
	n.want(clinic, "tasks")
	draft := event("referral.created", "r2", "clinic", "pantry")
	draft.Data = []byte(`{"referralId":"r2","organizationIds":["clinic","pantry"],"status":"draft"}`)
	n.follow(draft)
	n.want(pantry)
	n.follow(event("referral.moved", "r1", "clinic"))
	if text := n.take(clinic); strings.Contains(text, "maria") || strings.Contains(text, "secret") {
		t.Errorf("a line holds more than topic and id: %s", text)
	}
}

func TestLiveGoesOnWhereItStopped(t *testing.T) {
	n := newNewsroom(t)
	n.follow(event("referral.moved", "r1", "clinic"))
	n.clock.Add(time.Hour)
	n.follow(event("referral.moved", "r2", "clinic"))
	n.want(n.open("rosa", "clinic", ""), "referral r2", "inbox") // of the last seconds
	at := fmt.Sprintf("%s.%d", n.name, 2)                        // behind r1
	n.want(n.open("rosa", "clinic", at), "referral r2", "inbox")
	n.want(n.open("rosa", "clinic", fmt.Sprintf("%s.%d", n.name, n.last)))
	for _, lost := range []string{"other.3", "nonsense", n.name + ".x", fmt.Sprintf("%s.%d", n.name, n.last+1)} {
		s := n.open("sam", "clinic", lost)
		if got := n.got(s); len(got) == 0 || got[0] != "reload" {
			t.Errorf("after %q: %q, want a reload", lost, got)
		}
		n.leave(s)
	}
	for i := range liveKept {
		n.follow(event("referral.note-added", fmt.Sprint(i), "elsewhere"))
	}
	if got := n.got(n.open("sam", "clinic", at)); len(got) != 1 || got[0] != "reload" {
		t.Errorf("after lines that are gone: %q, want a reload", got)
	}
	if len(n.recent) > liveKept {
		t.Errorf("%d lines are kept", len(n.recent))
	}
}

func TestLiveIsBounded(t *testing.T) {
	n := newNewsroom(t)
	slow := n.open("rosa", "clinic", "")
	for i := range liveWaiting + 1 {
		n.follow(event("referral.note-added", fmt.Sprint(i), "clinic"))
	}
	if len(slow.waiting) > liveWaiting {
		t.Errorf("%d lines wait", len(slow.waiting))
	}
	n.want(slow, "reload")
	for range liveStreamsEach - 1 {
		n.open("rosa", "clinic", "")
	}
	if _, err := n.join(identity.Actor{ID: "rosa"}, ""); !fault.Is(err, fault.Throttled) {
		t.Errorf("one stream too many = %v, want throttled", err)
	}
	n.leave(slow)
	n.open("rosa", "clinic", "")
	for i := range liveStreamsAll - liveStreamsEach {
		n.open(fmt.Sprint(i), "clinic", "")
	}
	if _, err := n.join(identity.Actor{ID: "last"}, ""); !fault.Is(err, fault.Transient) {
		t.Errorf("too many streams = %v, want transient", err)
	}
	n.close()
	if len(n.streams) != 0 {
		t.Errorf("%d streams are open after the end", len(n.streams))
	}
}

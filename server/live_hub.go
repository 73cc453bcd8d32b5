package server

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// Limits of live updates; with them the memory they take is bounded.
const (
	// liveStreamsEach is how many streams one person may hold: browsers open at
	// most six connections to a server (HTTP/1.1), and pages need some of them.
	liveStreamsEach = 4
	liveStreamsAll  = 2000
	// liveWaiting is how many lines wait for a slow stream; then it is told to
	// look at everything anew.
	liveWaiting = 64
	// liveKept is how many lines are kept for streams that come back.
	liveKept = 1024
	// liveBefore is how far back a new stream begins, so that nothing is lost
	// between the making of a page and its first connection.
	liveBefore = 15 * time.Second
)

// liveTopics says which parts of pages an event touches; the longest beginning
// that fits counts, and an event that none fits touches nothing.
var liveTopics = []struct {
	event  string
	topics []string
}{
	{"referral.", []string{topicReferral, topicInbox}},
	{"referral.note-added", []string{topicReferral}},
	{"task.", []string{topicTasks}},
}

// The topics. A line of topicReferral names the referral; in place of a topic
// "*" asks to look at everything anew.
const (
	topicReferral = "referral"
	topicInbox    = "inbox"
	topicTasks    = "tasks"
)

// liveLine is one piece of news: that something changed, and nothing of what.
type liveLine struct {
	number int64
	at     time.Time
	orgs   []string // whose people may know
	Topic  string   `json:"topic"`
	ID     string   `json:"id,omitempty"`
}

// Live hands news to the pages that people have open. It follows the events,
// so several servers each serve those who are connected to them.
type Live struct {
	now  clock.Now
	name string // of this process's numbers

	mu      sync.Mutex
	last    int64
	recent  []liveLine // the newest, the oldest first
	streams map[*liveStream]bool
	closed  bool
}

// liveStream is one open page. Its fields are guarded by Live.mu.
type liveStream struct {
	actor   identity.Actor
	waiting []liveLine
	all     bool          // too much has happened: look at everything anew
	wake    chan struct{} // has an item when something waits; closed at the end
}

// NewLive makes the hub of one process.
func NewLive(now clock.Now) *Live {
	return &Live{now: now, name: uuid.NewString()[:8], streams: map[*liveStream]bool{}}
}

// Consumer feeds the hub. It is local: every server has its own streams.
func (l *Live) Consumer() docstore.Consumer {
	return docstore.Consumer{Name: "live", Local: true, Handle: l.follow}
}

func (l *Live) follow(_ context.Context, events []docstore.Event) error {
	for _, e := range events {
		var about struct {
			ReferralID string   `json:"referralId"`
			Orgs       []string `json:"organizationIds"`
			Status     string   `json:"status"`
		}
		if json.Unmarshal(e.Data, &about) != nil || about.Status == "draft" { // not yet the agency's business
			continue
		}
		for _, topic := range topicsOf(e.Type) {
			line := liveLine{orgs: about.Orgs, Topic: topic}
			if topic == topicReferral {
				line.ID = about.ReferralID
			}
			l.tell(line)
		}
	}
	return nil
}

func topicsOf(event string) []string {
	best, out := "", []string(nil)
	for _, t := range liveTopics {
		if strings.HasPrefix(event, t.event) && len(t.event) > len(best) {
			best, out = t.event, t.topics
		}
	}
	return out
}

// tell puts a line before all streams whose people may know.
func (l *Live) tell(line liveLine) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	line.number, line.at = l.last, l.now()
	if len(l.recent) == liveKept {
		l.recent = slices.Delete(l.recent, 0, liveKept/4)
	}
	l.recent = append(l.recent, line)
	for s := range l.streams {
		s.add(line)
	}
}

// add lets a line wait, unless the same waits already.
func (s *liveStream) add(line liveLine) {
	if s.all || !slices.Contains(line.orgs, s.actor.OrganizationID) {
		return
	}
	s.waiting = slices.DeleteFunc(s.waiting, func(w liveLine) bool { return w.Topic == line.Topic && w.ID == line.ID })
	if len(s.waiting) == liveWaiting {
		s.waiting, s.all = nil, true
	} else {
		s.waiting = append(s.waiting, line)
	}
	s.ring()
}

func (s *liveStream) ring() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// join begins a stream behind the line that the page got last; empty for a new page.
func (l *Live) join(actor identity.Actor, after string) (*liveStream, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	own := 0
	for s := range l.streams {
		if s.actor.ID == actor.ID {
			own++
		}
	}
	switch {
	case own >= liveStreamsEach:
		return nil, fault.New(fault.Throttled, "Too many pages are open at once. Close some of them.")
	case l.closed || len(l.streams) >= liveStreamsAll:
		return nil, fault.New(fault.Transient, "Live updates are not there right now. Load the page again to see what is new.")
	}
	s := &liveStream{actor: actor, wake: make(chan struct{}, 1)}
	from, known := l.place(after)
	if s.all = !known; s.all {
		s.ring()
	}
	for _, line := range l.recent {
		if line.number > from {
			s.add(line)
		}
	}
	l.streams[s] = true
	return s, nil
}

// place finds the line behind which a stream goes on; known is false when lines
// in between are gone, or another process gave the number.
func (l *Live) place(after string) (from int64, known bool) {
	if after == "" {
		for _, line := range l.recent {
			if line.at.Before(l.now().Add(-liveBefore)) {
				from = line.number
			}
		}
		return from, true
	}
	name, number, _ := strings.Cut(after, ".")
	from, err := strconv.ParseInt(number, 10, 64)
	oldest := l.last + 1
	if len(l.recent) > 0 {
		oldest = l.recent[0].number
	}
	return from, err == nil && name == l.name && from >= oldest-1 && from <= l.last
}

func (l *Live) leave(s *liveStream) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.streams, s)
}

// close ends all streams; there are no new ones.
func (l *Live) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	for s := range l.streams {
		close(s.wake)
		delete(l.streams, s)
	}
}

// take answers what waits, in the form of an event stream (HTML Living
// Standard, 9.2.5); empty when nothing does.
func (l *Live) take(s *liveStream) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out strings.Builder
	if s.all {
		fmt.Fprintf(&out, "id: %s.%d\ndata: {\"topic\":\"*\"}\n\n", l.name, l.last)
	}
	for _, line := range s.waiting {
		data, _ := json.Marshal(line)
		fmt.Fprintf(&out, "id: %s.%d\ndata: %s\n\n", l.name, line.number, data)
	}
	s.waiting, s.all = nil, false
	return out.String()
}

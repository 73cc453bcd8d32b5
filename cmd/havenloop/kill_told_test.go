package main

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/notify/webhook"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/web"
)

// about is the referral that a notice leads to, by itself or by a task about it.
func (s stored) about(n notify.Notice) string {
	if task, ok := strings.CutPrefix(n.Data["path"], "/tasks/"); ok {
		return s.tasks[task].ReferralID
	}
	referral, _ := strings.CutPrefix(n.Data["path"], "/referrals/")
	return referral
}

// told compares the news of stories and planted referrals with those there
// should be, each on the page, and as mail or as a text.
func (s stored) told(k *killed) {
	s.t.Helper()
	want := map[news]int{}
	for _, st := range k.stories {
		for _, n := range st.news {
			want[n]++
		}
	}
	for _, id := range k.planted {
		for _, n := range []news{
			{"referral.received", "harris", id}, {"referral.received", "moreno", id}, {"referral.reminded", "harris", id}, {"referral.reminded", "moreno", id},
			{"referral.unanswered", "moreno", id}, {"referral.escalated", "lindqvist", id}, {"task.raised", "vega", id},
		} {
			want[n]++
		}
	}
	ours := map[string]bool{}
	for n := range want {
		ours[n.referral] = true
	}
	names, ways := map[string]string{}, map[string]notify.Channel{}
	for i, a := range seed.Accounts() {
		name, _, _ := strings.Cut(a.Email, "@")
		names[a.UserID], ways[name] = name, way(i)
	}
	got := map[notify.Channel]map[news]int{notify.InApp: {}, notify.Email: {}, notify.SMS: {}}
	for id, n := range s.notices {
		later := n.PatientID != "" && n.Status == notify.Queued && n.Attempts == 0                   // when it is safe
		before := n.UserID != "" && n.Status == notify.Dropped && n.Channel != ways[names[n.UserID]] // they chose
		if n.Status != notify.Sent && !later && !before {
			s.t.Errorf("notice %s (%s, %s) is %s: %s", id, n.Template, n.Channel, n.Status, n.Failure)
		}
		if referral := s.about(n); ours[referral] {
			got[n.Channel][news{n.Template, names[n.UserID], referral}]++
		}
	}
	for channel, have := range got {
		theirs := maps.Clone(want)
		maps.DeleteFunc(theirs, func(n news, _ int) bool { return channel != notify.InApp && channel != ways[n.user] })
		sameCounts(s, "news by "+string(channel), theirs, have)
	}
}

func sameCounts[K comparable](s stored, what string, want, got map[K]int) {
	s.t.Helper()
	all := maps.Clone(got)
	maps.Copy(all, want)
	for key := range all {
		if got[key] != want[key] {
			s.t.Errorf("%s: %+v is there %d times, want %d", what, key, got[key], want[key])
		}
	}
}

// sends is how often something has to come, and may come at most: once for each
// notice that is sent, and once for each try.
type sends struct{ least, most int }

// sentOn gathers the notices of a channel by what they are known by outside.
func sentOn[K comparable](s stored, channel notify.Channel, key func(notify.Notice) K) map[K]sends {
	out := map[K]sends{}
	for _, n := range s.notices {
		if n.Channel == channel {
			have := out[key(n)]
			if have.most += n.Attempts; n.Status == notify.Sent {
				have.least++
			}
			out[key(n)] = have
		}
	}
	return out
}

// came compares what came outside with what was sent, and answers how much of
// it came again.
func came[K comparable](s stored, channel notify.Channel, sent map[K]sends, taken map[K]int) (doubled int) {
	s.t.Helper()
	for key, n := range sent {
		if taken[key] < n.least || taken[key] > n.most {
			s.t.Errorf("%s: %+v came %d times, of %d notices tried %d times", channel, key, taken[key], n.least, n.most)
		}
		doubled += taken[key] - n.least
	}
	for key := range taken {
		if _, ours := sent[key]; !ours {
			s.t.Errorf("%s: %+v came of no notice", channel, key)
		}
	}
	return doubled
}

func (s stored) mailed(k *killed) int {
	s.t.Helper()
	return came(s, notify.Email, sentOn(s, notify.Email, func(n notify.Notice) string { return n.ID }), k.outside.mail.all())
}

func (s stored) texted(k *killed) int {
	s.t.Helper()
	words, err := web.LoadWords()
	if err != nil {
		s.t.Fatal(err)
	}
	phones, tongues := map[string]string{}, map[string]string{}
	for i, a := range seed.Accounts() {
		phones[a.UserID] = phone(i)
	}
	for id, p := range read[patients.Patient](s.t, s.h, "patients") {
		phones[id], tongues[id] = p.Phone, cmp.Or(p.Languages.Written, p.Languages.Spoken)
	}
	sent := sentOn(s, notify.SMS, func(n notify.Notice) text {
		who := cmp.Or(n.UserID, n.PatientID)
		in := words.For(time.Time{}, time.UTC, tongues[who])
		return text{phones[who], in.T("told."+n.Template+".text", "count", 1), n.Data["path"]}
	})
	return came(s, notify.SMS, sent, k.outside.texts.all())
}

// listeners have a system that is told of what happens to referrals.
var listeners = []string{foodBank.organization, action.organization, seed.ID("network")}

// posted holds each webhook that came against its signature and its notice, and
// the notices against what happened in the stories.
func (s stored) posted(k *killed) int {
	s.t.Helper()
	owners, keys := map[string]string{}, map[string][]byte{}
	for _, a := range seed.Accounts() {
		ctx := identity.With(s.t.Context(), a.Actor())
		if !slices.Contains(listeners, a.OrganizationID) || a.Role == identity.AgencyStaff {
			continue
		}
		all, err := s.h.Webhooks.Endpoints(ctx)
		if err != nil || len(all) != 1 {
			s.t.Fatalf("%s has %d endpoints, %v; want one", a.OrganizationID, len(all), err)
		}
		_, shown, err := s.h.Webhooks.Endpoint(ctx, all[0].ID)
		if err != nil {
			s.t.Fatal(err)
		}
		owners[all[0].ID] = a.OrganizationID
		if keys[all[0].ID], err = base64.StdEncoding.DecodeString(strings.TrimPrefix(string(shown), "whsec_")); err != nil {
			s.t.Fatal(err)
		}
	}
	taken := map[string]int{}
	for h, n := range k.outside.hooks.all() {
		taken[h.id] += n
		notice := s.notices[h.id]
		if h.body != notice.Body || h.signature != webhook.Sign(keys[notice.EndpointID], h.id, h.at, h.body) {
			s.t.Errorf("webhook %s came as %s, signed %s", h.id, h.body, h.signature)
		}
	}
	s.happened(k, owners)
	return came(s, notify.Webhook, sentOn(s, notify.Webhook, func(n notify.Notice) string { return n.ID }), taken)
}

// happening is what a system is told: a step of a referral, to a status where it is one.
type happening struct {
	organization, event, referral string
	to                            referrals.Status
}

// happened compares the events for other systems with the stories.
func (s stored) happened(k *killed, owners map[string]string) {
	s.t.Helper()
	want, got := map[happening]int{}, map[happening]int{}
	for _, st := range k.stories {
		for _, p := range st.parts {
			for _, o := range []string{p.agency.organization, listeners[2]} {
				for to, times := range s.moves(p.id) {
					want[happening{o, "referral.moved", p.id, to}] = times
				}
				want[happening{o, "referral.created", p.id, referrals.Requested}] = 1
				if s.referrals[p.id].Confirmation != nil {
					want[happening{o, "referral.confirmed", p.id, referrals.Completed}] = 1
				}
				want[happening{o, "referral.messaged", p.id, ""}] = len(p.texts)
			}
		}
	}
	for _, id := range k.planted {
		for _, o := range []string{foodBank.organization, listeners[2]} {
			want[happening{o, "referral.created", id, referrals.Requested}] = 1
		}
	}
	for _, n := range s.notices {
		if n.Channel != notify.Webhook {
			continue
		}
		var body struct {
			Type string
			Data struct{ ReferralID, Status string }
		}
		if err := json.Unmarshal([]byte(n.Body), &body); err != nil {
			s.t.Fatal(err)
		}
		got[happening{owners[n.EndpointID], body.Type, body.Data.ReferralID, referrals.Status(body.Data.Status)}]++
	}
	sameCounts(s, "events for other systems", want, got)
}

// moves are the steps of a referral that others are told of: who accepts has
// acknowledged in the same step, and to be succeeded by another is one more.
func (s stored) moves(id string) map[referrals.Status]int {
	r, out := s.referrals[id], map[referrals.Status]int{}
	last := len(r.History) - 1
	for i, step := range r.History {
		if i > 0 && (i == last || !r.History[i+1].At.Equal(step.At)) {
			out[step.To]++
		}
	}
	if r.Settlement != nil && r.Confirmation == nil && !r.Settlement.At.Equal(r.History[last].At) {
		out[r.Status]++
	}
	return out
}

package referrals

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// More people of the world, who are there for the conversation.
var (
	rita  = identity.Actor{ID: "rita", Name: "Rita Ray", Role: identity.CareManager, OrganizationID: "clinic"}
	pedro = identity.Actor{ID: "pedro", Name: "Pedro Paz", Role: identity.AgencyAdmin, OrganizationID: "pantry"}
)

// newTalk is a world with colleagues on both sides and a referral between them.
func newTalk(t *testing.T) (*world, string) {
	t.Helper()
	w := newWorld(t)
	for _, a := range []identity.Actor{rita, pedro} {
		w.users[a.OrganizationID] = append(w.users[a.OrganizationID], accounts.User{
			Meta: docstore.Meta{ID: a.ID}, Name: a.Name,
			Memberships: []accounts.Membership{{OrganizationID: a.OrganizationID, Role: a.Role}},
		})
	}
	return w, w.refer()
}

func (w *world) write(a identity.Actor, id string, in NewMessage) Message {
	w.t.Helper()
	m, err := w.s.Write(as(a), id, in)
	if err != nil {
		w.t.Fatalf("Write: %v", err)
	}
	w.clock.Add(time.Minute)
	return m
}

func (w *world) attach(a identity.Actor, id string) FileRef {
	w.t.Helper()
	f, err := w.s.AddFile(as(a), id, "letter.pdf", strings.NewReader("%PDF-1.7 a letter"))
	if err != nil {
		w.t.Fatalf("AddFile: %v", err)
	}
	return f
}

func (w *world) messages(a identity.Actor, id string) []Message {
	w.t.Helper()
	ms, err := w.s.Messages(as(a), id)
	if err != nil {
		w.t.Fatalf("Messages: %v", err)
	}
	return ms
}

// unread tells how many messages wait for a on the referral and on how many
// referrals messages wait; the two must agree.
func (w *world) unread(a identity.Actor, id string) int {
	w.t.Helper()
	per, err := w.s.Unread(as(a), []string{id, "no such referral"})
	if err != nil {
		w.t.Fatalf("Unread: %v", err)
	}
	return per[id]
}

func (w *world) unreadReferrals(a identity.Actor) int {
	w.t.Helper()
	n, err := w.s.UnreadReferrals(as(a))
	if err != nil {
		w.t.Fatalf("UnreadReferrals: %v", err)
	}
	return n
}

func names(rs []Reader) (out []string) {
	for _, r := range rs {
		out = append(out, r.ID+" "+r.At.Sub(monday).String())
	}
	return out
}

func TestUnreadFallsWithReading(t *testing.T) {
	w, id := newTalk(t)
	check := func(what string, agency, worker, supervisor int) {
		t.Helper()
		w.drain()
		same(t, what+": unread at the agency, the worker's, the supervisor's", []int{w.unread(paula, id), w.unread(rosa, id), w.unreadReferrals(sam)}, []int{agency, worker, supervisor})
		for a, n := range map[identity.Actor]int{paula: agency, pedro: agency, rosa: worker} {
			if got := w.unreadReferrals(a); got != min(n, 1) {
				t.Errorf("%s: %d referrals with unread messages for %s, want %d", what, got, a.ID, min(n, 1))
			}
		}
	}
	check("nothing written", 0, 0, 0)
	w.write(rosa, id, NewMessage{Text: "one"})
	w.write(rosa, id, NewMessage{Text: "two"})
	check("two of the worker", 2, 0, 0)
	w.write(paula, id, NewMessage{Text: "three"})
	check("one of the agency", 2, 1, 0)
	if ms := w.messages(pedro, id); !ms[0].New || !ms[1].New || ms[2].New {
		t.Errorf("new to the agency: %v", ms)
	}
	check("anybody at the agency has read", 0, 1, 0)
	w.messages(sam, id)
	check("the supervisor has read, not the worker", 0, 1, 0)
	w.messages(rosa, id)
	check("the worker has read", 0, 0, 0)
	if n := w.unreadReferrals(kim) + w.unreadReferrals(otto); n != 0 {
		t.Errorf("others have %d unread", n)
	}
	if per, err := w.s.Unread(as(kim), []string{id}); err != nil || len(per) != 0 {
		t.Errorf("Unread of another agency = %v, %v", per, err)
	}
	_, err := w.s.UnreadReferrals(as(netAdmin))
	refused(t, "counts for a network admin", err, fault.Forbidden)
	_, err = w.s.Unread(as(netAdmin), []string{id})
	refused(t, "counts for a network admin", err, fault.Forbidden)
}

func TestUnreadFollowsTheWorker(t *testing.T) {
	w, id := newTalk(t)
	w.write(paula, id, NewMessage{Text: "hello"})
	w.drain()
	if _, err := w.s.Reassign(as(sam), id, rita.ID); err != nil {
		t.Fatal(err)
	}
	w.drain()
	same(t, "unread for Rosa and Rita", []int{w.unreadReferrals(rosa), w.unreadReferrals(rita)}, []int{0, 1})
}

func TestUnreadEndsWithTheConsent(t *testing.T) {
	w, id := newTalk(t)
	w.write(rosa, id, NewMessage{Text: "hello"})
	w.write(paula, id, NewMessage{Text: "hello"})
	w.drain()
	if _, err := w.s.RevokeConsent(as(rosa), w.stored(id).ConsentID, 0); err != nil {
		t.Fatal(err)
	}
	w.drain()
	same(t, "unread at the agency and the worker's", []int{w.unread(paula, id), w.unread(rosa, id)}, []int{0, 1})
}

func TestWhoSawWhat(t *testing.T) {
	w, id := newTalk(t)
	f := w.attach(rosa, id)
	m := w.write(rosa, id, NewMessage{Text: "see the letter", Files: []string{f.ID}})
	if ms := w.messages(rosa, id); ms[0].SeenBy != nil || ms[0].New {
		t.Errorf("the writer's own look counts: %+v", ms[0])
	}
	w.messages(paula, id) // at one minute
	w.clock.Add(time.Minute)
	w.messages(paula, id) // a second look changes nothing
	w.messages(pedro, id)
	w.messages(sam, id) // of the writer's side
	if _, _, err := w.s.OpenFile(as(pedro), id, f.ID); err != nil {
		t.Fatal(err)
	}
	for _, a := range []identity.Actor{rosa, paula} {
		got := w.messages(a, id)[0]
		same(t, a.ID+" sees who read", names(got.SeenBy), []string{"paula 1m0s", "pedro 2m0s"})
		same(t, a.ID+" sees who opened the file", names(got.Files[0].SeenBy), []string{"pedro 2m0s"})
	}
	if stored, err := w.s.messages.Get(t.Context(), m.ID); err != nil || stored.SeenBy != nil || stored.Files[0].SeenBy != nil {
		t.Errorf("stored with its readers: %+v, %v", stored, err)
	}
}

func TestMessagesAreRefused(t *testing.T) {
	w, id := newTalk(t)
	file := w.attach(rosa, id)
	other := w.send("s-kitchen").Referral.ID
	tests := []struct {
		name string
		as   identity.Actor
		in   NewMessage
		kind fault.Kind
	}{
		{"nothing", rosa, NewMessage{Text: "  "}, fault.Invalid},
		{"too long", rosa, NewMessage{Text: strings.Repeat("x", maxText+1)}, fault.Invalid},
		{"too many files", rosa, NewMessage{Files: []string{file.ID, file.ID, file.ID, file.ID}}, fault.Invalid},
		{"an unknown file", rosa, NewMessage{Files: []string{"nothing"}}, fault.Invalid},
		{"a file of somebody else", sam, NewMessage{Files: []string{file.ID}}, fault.Invalid},
		{"a file of the other side", paula, NewMessage{Files: []string{file.ID}}, fault.Invalid},
		{"a mention of the other side", rosa, NewMessage{Text: "x", Mentions: []string{"paula"}}, fault.Invalid},
		{"a mention of oneself", rosa, NewMessage{Text: "x", Mentions: []string{"rosa"}}, fault.Invalid},
		{"another agency", kim, NewMessage{Text: "x"}, fault.NotFound},
		{"another clinic", otto, NewMessage{Text: "x"}, fault.NotFound},
		{"a network admin", netAdmin, NewMessage{Text: "x"}, fault.Forbidden},
	}
	for _, tt := range tests {
		_, err := w.s.Write(as(tt.as), id, tt.in)
		refused(t, tt.name, err, tt.kind)
	}
	_, err := w.s.Write(as(rosa), other, NewMessage{Files: []string{file.ID}})
	refused(t, "a file put for another referral", err, fault.Invalid)
	w.clock.Add(55 * time.Minute)
	_, err = w.s.Write(as(rosa), id, NewMessage{Files: []string{file.ID}})
	refused(t, "a file that is removed soon", err, fault.Invalid)
	if ms := w.messages(rosa, id); len(ms) != 0 {
		t.Errorf("stored %v", ms)
	}
}

func TestFiles(t *testing.T) {
	w, id := newTalk(t)
	for name, a := range map[string]identity.Actor{"another agency": kim, "another clinic": otto} {
		_, err := w.s.AddFile(as(a), id, "a.pdf", strings.NewReader("%PDF-1.7"))
		refused(t, "a file of "+name, err, fault.NotFound)
	}
	_, err := w.s.AddFile(as(netAdmin), id, "a.pdf", strings.NewReader("%PDF-1.7"))
	refused(t, "a file of a network admin", err, fault.Forbidden)
	_, err = w.s.AddFile(as(rosa), id, "a.pdf", strings.NewReader("#!/bin/sh"))
	refused(t, "a script", err, fault.Invalid)

	f := w.attach(paula, id)
	_, _, err = w.s.OpenFile(as(rosa), id, f.ID)
	refused(t, "a file that was not sent yet", err, fault.NotFound)
	w.write(paula, id, NewMessage{Files: []string{f.ID}})
	open := func(a identity.Actor) (string, error) {
		_, body, err := w.s.OpenFile(as(a), id, f.ID)
		if err != nil {
			return "", err
		}
		b, err := io.ReadAll(body)
		return string(b), err
	}
	for _, a := range []identity.Actor{rosa, sam, paula} {
		if got, err := open(a); got != "%PDF-1.7 a letter" || err != nil {
			t.Errorf("OpenFile as %s = %q, %v", a.ID, got, err)
		}
	}
	for _, a := range []identity.Actor{kim, otto} {
		_, err := open(a)
		refused(t, "the file for "+a.ID, err, fault.NotFound)
	}
	_, err = open(netAdmin)
	refused(t, "the file for a network admin", err, fault.Forbidden)
	other := w.send("s-kitchen").Referral.ID
	_, _, err = w.s.OpenFile(as(rosa), other, f.ID)
	refused(t, "the file by another referral", err, fault.NotFound)
	if !slices.Contains(w.saw, "paula referral.file.read maria referrals/"+id) {
		t.Errorf("recorded %v, want the agency's look at the file", w.saw)
	}

	orphan := w.attach(paula, id)
	w.clock.Add(2 * time.Hour)
	if n, err := w.files.Purge(t.Context()); n != 2 || err != nil {
		t.Errorf("Purge = %d, %v", n, err)
	}
	if got, err := open(rosa); got == "" || err != nil {
		t.Errorf("the file of a message = %q, %v after Purge", got, err)
	}
	_, _, err = w.files.Open(t.Context(), orphan.ID)
	refused(t, "a file that was never sent, after Purge", err, fault.NotFound)
	if _, err := w.s.RevokeConsent(as(rosa), w.stored(id).ConsentID, 0); err != nil {
		t.Fatal(err)
	}
	_, err = open(paula)
	refused(t, "the agency's file after the consent", err, fault.NotFound)
	if _, err := open(rosa); err != nil {
		t.Errorf("the sender's look after the consent = %v", err)
	}
}

func TestNotesStayInside(t *testing.T) {
	w, id := newTalk(t)
	const secret = "the aunt must not know"
	n, err := w.s.AddNote(keyed(rosa, "k", "a"), id, " "+secret+" ", []string{"rita"})
	if err != nil || n.Text != secret || n.OrganizationID != "clinic" {
		t.Fatalf("AddNote = %+v, %v", n, err)
	}
	if again, err := w.s.AddNote(keyed(rosa, "k", "a"), id, secret, []string{"rita"}); err != nil || again.ID != n.ID {
		t.Errorf("the same request again = %s, %v", again.ID, err)
	}
	w.clock.Add(time.Minute)
	if _, err := w.s.AddNote(as(paula), id, "no room before May", nil); err != nil {
		t.Fatal(err)
	}
	texts := func(a identity.Actor) (out []string) {
		t.Helper()
		notes, err := w.s.Notes(as(a), id)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range notes {
			out = append(out, n.Text)
		}
		return out
	}
	for _, a := range []identity.Actor{rosa, rita, sam} {
		same(t, "notes for "+a.ID, texts(a), []string{secret})
	}
	for _, a := range []identity.Actor{paula, pedro} {
		same(t, "notes for "+a.ID, texts(a), []string{"no room before May"})
	}
	for _, a := range []identity.Actor{kim, otto} {
		_, err := w.s.Notes(as(a), id)
		refused(t, "notes for "+a.ID, err, fault.NotFound)
		_, err = w.s.AddNote(as(a), id, "x", nil)
		refused(t, "a note of "+a.ID, err, fault.NotFound)
	}
	_, err = w.s.Notes(as(netAdmin), id)
	refused(t, "notes for a network admin", err, fault.Forbidden)
	for name, text := range map[string]string{"nothing": " ", "too long": strings.Repeat("x", maxText+1)} {
		_, err := w.s.AddNote(as(rosa), id, text, nil)
		refused(t, name, err, fault.Invalid)
	}
	_, err = w.s.AddNote(as(rosa), id, "x", []string{"paula"})
	refused(t, "a mention of the other side", err, fault.Invalid)

	seen, err := w.s.Notes(as(rosa), id)
	if err != nil || !slices.Equal(names(seen[0].SeenBy), []string{"rita 1m0s", "sam 1m0s"}) {
		t.Errorf("the note was seen by %v, %v", seen[0].SeenBy, err)
	}
	w.drain()
	w.notSaid(secret, "clinic")
	if _, err := w.s.RevokeConsent(as(rosa), w.stored(id).ConsentID, 0); err != nil {
		t.Fatal(err)
	}
	if got := texts(paula); len(got) != 0 {
		t.Errorf("the agency reads %q after the consent", got)
	}
	_, err = w.s.AddNote(as(paula), id, "x", nil)
	refused(t, "a note of the agency after the consent", err, fault.Conflict)
	if _, err := w.s.AddNote(as(rosa), id, "call her", nil); err != nil {
		t.Errorf("a note of the sender after the consent = %v", err)
	}
}

func TestFilesOfNotesStayInside(t *testing.T) {
	w, id := newTalk(t)
	ours, theirs := w.attach(rosa, id), w.attach(paula, id)
	for a, f := range map[identity.Actor]FileRef{rosa: ours, paula: theirs} {
		n, err := w.s.WriteNote(as(a), id, NewMessage{Files: []string{f.ID}})
		if err != nil || len(n.Files) != 1 || n.Files[0].Name != "letter.pdf" {
			t.Fatalf("WriteNote of %s = %+v, %v", a.ID, n, err)
		}
	}
	w.clock.Add(2 * time.Hour)
	if _, err := w.files.Purge(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		who  identity.Actor
		file FileRef
		ok   bool
	}{{rosa, ours, true}, {sam, ours, true}, {paula, ours, false}, {paula, theirs, true}, {pedro, theirs, true}, {rosa, theirs, false}, {kim, theirs, false}} {
		_, _, err := w.s.OpenFile(as(tt.who), id, tt.file.ID)
		if (err == nil) != tt.ok || err != nil && !fault.Is(err, fault.NotFound) {
			t.Errorf("OpenFile as %s = %v, want it open %v", tt.who.ID, err, tt.ok)
		}
	}
	_, err := w.s.WriteNote(as(rosa), id, NewMessage{Files: []string{theirs.ID}})
	refused(t, "a file of the other side on a note", err, fault.Invalid)
	_, err = w.s.WriteNote(as(rosa), id, NewMessage{Text: "x", Files: []string{"a", "b", "c", "d"}})
	refused(t, "too many files", err, fault.Invalid)
	if _, err := w.s.RevokeConsent(as(rosa), w.stored(id).ConsentID, 0); err != nil {
		t.Fatal(err)
	}
	_, _, err = w.s.OpenFile(as(paula), id, theirs.ID)
	refused(t, "the agency's file after the consent", err, fault.NotFound)
	if _, _, err := w.s.OpenFile(as(rosa), id, ours.ID); err != nil {
		t.Errorf("the sender's file after the consent = %v", err)
	}
}

// notSaid looks for the secret of an organization in all that others get:
// views, messages, lists, events and notices.
func (w *world) notSaid(secret, organization string) {
	w.t.Helper()
	ctx := as(paula)
	var all []any
	p, err := w.s.List(ctx, ListInput{})
	if err != nil {
		w.t.Fatalf("List: %v", err)
	}
	all = append(all, p, w.notices)
	for _, v := range p.Items {
		one, err := w.s.Get(ctx, v.ID)
		if err != nil {
			w.t.Fatalf("Get: %v", err)
		}
		all = append(all, one, w.messages(paula, v.ID))
	}
	follower := docstore.Consumer{Name: "spy", Local: true, Handle: func(_ context.Context, events []docstore.Event) error {
		for _, e := range events {
			all = append(all, e)
			if strings.HasPrefix(e.Type, "referral.note") && !slices.Equal(dataOf(e).Orgs, []string{organization}) && e.ActorID == "rosa" {
				w.t.Errorf("%s tells %v of a note of %s", e.Type, dataOf(e).Orgs, organization)
			}
		}
		return nil
	}}
	relay, err := docstore.NewRelay(ctx, w.engine, docstore.RelayOptions{Now: w.clock.Now, Consumers: []docstore.Consumer{follower}})
	if err == nil {
		err = relay.Drain(ctx)
	}
	if err != nil {
		w.t.Fatalf("follow the events: %v", err)
	}
	b, err := json.Marshal(all)
	if err != nil || bytes.Contains(b, []byte(secret)) {
		w.t.Errorf("the note can be read outside: %s, %v", b, err)
	}
}

func TestMentions(t *testing.T) {
	w, id := newTalk(t)
	for a, want := range map[identity.Actor][]string{rosa: {"sam", "rita"}, paula: {"pedro"}} {
		refs, err := w.s.Colleagues(as(a), id)
		var got []string
		for _, r := range refs {
			got = append(got, r.ID)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("Colleagues of %s = %v, %v; want %v", a.ID, got, err, want)
		}
	}
	_, err := w.s.Colleagues(as(kim), id)
	refused(t, "colleagues for another agency", err, fault.NotFound)
	w.drain()
	w.notices = nil
	if _, err := w.s.AddNote(as(rosa), id, "please look", []string{"sam", "rita"}); err != nil {
		t.Fatal(err)
	}
	w.write(paula, id, NewMessage{Text: "done", Mentions: []string{"pedro"}})
	w.drain()
	w.drain()
	got := w.told()
	slices.Sort(got)
	same(t, "told", got, []string{"referral.mentioned pedro", "referral.mentioned rita", "referral.mentioned sam", "referral.messaged rosa"})
	if m := w.messages(rosa, id)[0]; m.Mentions != nil {
		t.Errorf("the other side is told of %v", m.Mentions)
	}
	if m := w.messages(paula, id)[0]; len(m.Mentions) != 1 || m.Mentions[0].Name != "Pedro Paz" {
		t.Errorf("mentions = %v", m.Mentions)
	}
}

func TestTalkBeforeOneHasAccepted(t *testing.T) {
	w, _ := newTalk(t)
	sent := w.send("s-kitchen", "s-shelter")
	id := sent.Request.Referrals[0].ID
	f := w.attach(rosa, id)
	_, err := w.s.Write(as(rosa), id, NewMessage{Files: []string{f.ID}})
	refused(t, "a file before one has accepted", err, fault.Conflict)
	if _, err := w.s.WriteNote(as(rosa), id, NewMessage{Text: "asked two", Files: []string{f.ID}}); err != nil {
		t.Errorf("a note before one has accepted = %v", err)
	}
}

func TestManyReadAtOnce(t *testing.T) {
	w, id := newTalk(t)
	for i := range 5 {
		w.write(rosa, id, NewMessage{Text: fmt.Sprint(i)})
	}
	done := make(chan error)
	for i := range 8 {
		a := []identity.Actor{paula, pedro}[i%2]
		go func() { _, err := w.s.Messages(as(a), id); done <- err }()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	w.drain()
	if n := w.unread(paula, id); n != 0 {
		t.Errorf("%d unread", n)
	}
	if m := w.messages(rosa, id)[4]; len(m.SeenBy) != 2 {
		t.Errorf("seen by %v", m.SeenBy)
	}
}

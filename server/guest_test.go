package server_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/links"
	"github.com/havenloop/havenloop/internal/secret"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

var (
	guestLink = regexp.MustCompile(`/a#([0-9A-Z-]{14})`)
	sentCode  = regexp.MustCompile(`\b([0-9]{6})\b`)
)

// bankPhone is the registered phone of the food bank in these tests.
const bankPhone = "+12095550142"

// deserted sends a referral to the food bank after everybody there has left,
// and answers it with what the food bank's phone got.
func deserted(t *testing.T) (v visit, referral, code string) {
	t.Helper()
	v = visit{t, servertest.Open(t)}
	ctx := identity.With(t.Context(), identity.SystemActor("test"))
	bank := seed.ID("valley-food-bank")
	users, err := v.Accounts.Users(ctx, bank)
	for _, u := range users {
		if err == nil {
			_, err = v.Accounts.SetMemberships(ctx, u.ID, []accounts.Membership{{OrganizationID: seed.ID("community-action"), Role: identity.AgencyStaff}}, u.Version)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	o, err := v.Accounts.Organization(ctx, bank)
	if err == nil {
		o.Phone = bankPhone
		_, err = v.Accounts.PutOrganization(ctx, o)
	}
	if err != nil {
		t.Fatal(err)
	}
	_, referral = v.sent()
	v.delivered()
	m := v.Texts.LastTo(bankPhone)
	found := guestLink.FindStringSubmatch(m.Body + m.Link)
	if found == nil {
		t.Fatalf("the food bank got %+v, want a link", m)
	}
	for _, secret := range []string{"Pilar", "Quiroga", "Mornings", "ood", "Alder"} {
		if strings.Contains(m.Subject+m.Body, secret) {
			t.Errorf("the notice says %q: %s", secret, m.Body)
		}
	}
	return v, referral, found[1]
}

// delivered carries out events and sends what they bring.
func (v visit) delivered() {
	v.t.Helper()
	if err := v.Relay.Drain(v.t.Context()); err != nil {
		v.t.Fatal(err)
	}
	if _, err := v.Notify.Send(v.t.Context()); err != nil {
		v.t.Fatal(err)
	}
}

// unlocked opens the link on a phone with the code that is sent.
func (v visit) unlocked(p *phone, code string) *phone {
	v.t.Helper()
	p.open("/a").statusIs(http.StatusOK, "A referral for your agency")
	p.post("/a", "code", code).at("/a/code", "…0142")
	p.post("/a/send").at("/a/code", "It works for 10 minutes")
	sent := sentCode.FindString(v.Texts.LastTo(bankPhone).Body)
	p.post("/a/code", "code", sent)
	return p
}

func TestAgencyWithoutAnAccount(t *testing.T) {
	v, id, code := deserted(t)
	site := onTheWeb(t, v.House)
	before := v.do("vega", http.MethodGet, "/api/v1/referrals/"+id, nil, http.StatusOK)
	if turn := before["turn"].(object); turn["party"] != "agency" {
		t.Errorf("turn = %v, want the agency's, account or not", turn)
	}
	scanner := newPhone(t, site)
	for range 5 { // what a mail scanner does uses nothing up
		scanner.open("/a").statusIs(http.StatusOK)
	}
	scanner.open("/a/referral")
	scanner.at("/a?over", "Your time is over")
	scanner.open("/a").post("/a", "code", "0000-0000-0000").statusIs(http.StatusNotFound, "This link does not work any more")
	scanner.open("/s").post("/s", "code", code).statusIs(http.StatusNotFound)

	p := v.unlocked(newPhone(t, site), code)
	p.at("/a/referral", "Pilar Quiroga", "Mornings are best.", "Accept", "Decline", "Make an account for your agency")
	for _, path := range []string{"/referrals", "/referrals/" + id, "/patients", "/"} { // the link opens nothing else
		p.open(path)
		if strings.Contains(p.body, "Quiroga") {
			t.Errorf("%s shows the person to who has a link alone", path)
		}
	}
	p.open("/a/referral").post("/a/moves", "to", "rejected").statusIs(http.StatusBadRequest, "Give a reason.")
	p.open("/a/referral").post("/a/moves", "to", "accepted").at("/a/referral", "Accepted")
	p.post("/a/moves", "to", "completed").statusIs(http.StatusBadRequest, "Say how it ended.")
	p.open("/a/referral").post("/a/moves", "to", "completed", "completed.outcome", "received-service").at("/a/referral", "Completed")
	got := v.do("vega", http.MethodGet, "/api/v1/referrals/"+id, nil, http.StatusOK)
	if got["status"] != "completed" || got["outcome"] != "received-service" {
		t.Errorf("the sender sees %v, %v", got["status"], got["outcome"])
	}
	if steps := got["history"].([]any); steps[len(steps)-1].(object)["by"] != "Staff, by link" {
		t.Errorf("history = %v, want it to say that a link was used", steps)
	}

	p.open("/a/join").post("/a/join", "name", "Dana Fox", "email", "dana@valley-food-bank.example.org", "password", "short").statusIs(http.StatusBadRequest)
	p.open("/a/join").post("/a/join", "name", "Dana Fox", "email", "dana@valley-food-bank.example.org", "password", "harbor lantern seven meadows")
	p.at("/referrals/"+id, "Pilar Quiroga", "Agency admin")
	p.open("/listing").statusIs(http.StatusOK, "Food pantry")
	v.Clock.Add(time.Minute)
	again := v.unlocked(newPhone(t, site), code)
	if again.shows("Make an account for your agency") {
		t.Error("a second first account is offered")
	}
}

func TestSenderAndAgencyLink(t *testing.T) {
	v, id, code := deserted(t)
	site := onTheWeb(t, v.House)
	rosa := identity.With(t.Context(), v.actor("vega"))
	standing, found, err := v.Guests.Standing(rosa, id)
	if err != nil || !found || standing.State != links.NotOpened || standing.To != "…0142" {
		t.Fatalf("Standing = %+v, %v, %v, want it told and not opened", standing, found, err)
	}
	if _, _, err := v.Guests.Standing(identity.With(t.Context(), v.actor("chan")), id); !fault.Is(err, fault.NotFound) {
		t.Errorf("Standing for another clinic = %v, want not found", err)
	}
	p := v.unlocked(newPhone(t, site), code)
	p.at("/a/referral", "Pilar Quiroga")
	if standing, _, _ = v.Guests.Standing(rosa, id); standing.State != links.Answering {
		t.Errorf("state = %s, want answering", standing.State)
	}
	if err := v.Guests.Withdraw(rosa, id); err != nil {
		t.Fatal(err)
	}
	p.open("/a/referral")
	p.at("/a?over", "Your time is over")
	v.Clock.Add(time.Minute)
	if err := v.Guests.SendAgain(rosa, id); err != nil {
		t.Fatal(err)
	}
	v.delivered()
	m := v.Texts.LastTo(bankPhone)
	fresh := guestLink.FindStringSubmatch(m.Body + m.Link)
	if fresh == nil || fresh[1] == code {
		t.Fatalf("sent again: %+v, want a new link", m)
	}
	v.Clock.Add(time.Minute)
	v.unlocked(newPhone(t, site), fresh[1]).at("/a/referral", "Pilar Quiroga")
	v.move("vega", id, object{"to": "cancelled", "reason": "withdrawn"}, http.StatusOK)
	v.delivered()
	newPhone(t, site).open("/a").post("/a", "code", fresh[1]).statusIs(http.StatusNotFound)
	if err := v.Guests.SendAgain(rosa, id); !fault.Is(err, fault.Conflict) {
		t.Errorf("SendAgain of a cancelled referral = %v, want a conflict", err)
	}
}

// TestCodesOfAnAgencyLinkRace: of many that use one code at once, one opens the
// link; five wrong codes lock it for all.
func TestCodesOfAnAgencyLinkRace(t *testing.T) {
	v, _, code := deserted(t)
	ctx := t.Context()
	const tries = 20
	var tokens []string
	for range tries {
		token, err := v.Guests.Enter(ctx, code, "192.0.2.1")
		if err != nil {
			t.Fatal(err)
		}
		tokens = append(tokens, token)
	}
	words := func(code string) (string, string) { return "", code }
	if err := v.Guests.SendCode(ctx, tokens[0], words); err != nil {
		t.Fatal(err)
	}
	if err := v.Guests.SendCode(ctx, tokens[1], words); !fault.Is(err, fault.Throttled) {
		t.Errorf("a second code at once = %v, want it throttled", err)
	}
	sent := secret.Text(v.Texts.LastTo(bankPhone).Body)
	opened := atOnce(tries, func(i int) bool { _, err := v.Guests.Unlock(ctx, tokens[i], sent); return err == nil })
	if opened != 1 {
		t.Errorf("%d opened the link with one code, want 1", opened)
	}
}

func atOnce(n int, try func(int) bool) int {
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for i := range n {
		wg.Go(func() {
			if try(i) {
				mu.Lock()
				won++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return won
}

// TestFirstAccountRace: of many who join at once, one makes the first account.
func TestFirstAccountRace(t *testing.T) {
	v, id, code := deserted(t)
	p := v.unlocked(newPhone(t, onTheWeb(t, v.House)), code)
	p.at("/a/referral")
	guest := identity.With(context.Background(), identity.Actor{ID: "links/x", Role: identity.AgencyGuest, OrganizationID: seed.ID("valley-food-bank"), ReferralID: id})
	joined := atOnce(8, func(i int) bool {
		_, err := v.Guests.Join(guest, accounts.NewUser{Name: "Dana Fox", Email: "dana" + string(rune('a'+i)) + "@example.org", Password: "harbor lantern seven meadows"})
		return err == nil
	})
	if joined != 1 {
		t.Errorf("%d first accounts, want 1", joined)
	}
	if _, err := v.Guests.Join(identity.With(context.Background(), v.actor("vega")), accounts.NewUser{}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("Join by a worker = %v, want it forbidden", err)
	}
}

// TestGuestsSeeOneReferral: what a guest may do ends at their referral.
func TestGuestsSeeOneReferral(t *testing.T) {
	v, id, _ := deserted(t)
	guest := identity.With(t.Context(), identity.Actor{ID: "links/x", Role: identity.AgencyGuest, OrganizationID: seed.ID("valley-food-bank"), ReferralID: "another"})
	if _, err := v.Referrals.Get(guest, id); !fault.Is(err, fault.NotFound) {
		t.Errorf("Get of another referral = %v, want not found", err)
	}
	if _, err := v.Referrals.Counts(guest, "inbox"); !fault.Is(err, fault.Forbidden) {
		t.Errorf("Counts by a guest = %v, want it forbidden", err)
	}
}

// actor is the person of the county, as the rooms know them.
func (v visit) actor(name string) identity.Actor {
	v.t.Helper()
	for _, a := range seed.Accounts() {
		if strings.HasPrefix(a.Email, name+"@") {
			return a.Actor()
		}
	}
	v.t.Fatalf("the county has no account %s", name)
	return identity.Actor{}
}

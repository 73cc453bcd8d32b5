package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/seed"
)

func TestDirectorySearch(t *testing.T) {
	s := newCounty(t)
	s.as("vega")
	s.get("/directory").shows(t, 200, "Or choose a need", "Transportation")
	v := s.get("/directory?q=fod+pantri&zip=95354&miles=25&open=now").
		shows(t, 200, "Showing 1 to", "Food pantry", "Alder Valley Food Bank", "miles", "Open until", "Has room", "Verified", "“fod pantri”", "Near 95354", "Within 25 miles")
	for _, kind := range []string{"tel:", "geo:"} {
		if !strings.Contains(v.body, `href="`+kind) {
			t.Errorf("results have no %s link", kind)
		}
	}
	s.get(v.link(t, "Within 25 miles")).shows(t, 200, "“fod pantri”", "Near 95354")
	if again := s.get(v.link(t, "Within 25 miles")); strings.Contains(textOf(t, again.body), "Remove filter: Within 25 miles") {
		t.Error("a filter that was removed is still there")
	}
	first := s.get("/directory?q=").shows(t, 200, "Showing 1 to 10 of", "Page 1 of")
	s.get(first.link(t, "Next")).shows(t, 200, "Showing 11 to 20 of", "Previous")
	s.get("/directory?q=zzxqj&need=food-insecurity&language=so").shows(t, 200, "Nothing was found", "call 211", "Leave out: Food")
	s.get("/directory?zip=12").shows(t, 400, "There is a problem", "ZIP code with five digits")
	s.get("/directory?q=pantry&zip=00000").shows(t, 400, "We do not know this ZIP code. Check it, or leave it empty.", "Showing 1 to", "“pantry”")
	s.get("/directory?q=food&page=x").shows(t, 400, "Pages count from 1")
	s.get("/directory/services/"+seed.ID("valley-food-bank/pantry")).
		shows(t, 200, "Food pantry", "Hours this week", "What it costs", "How sure this is", "Refer somebody")
	s.get("/directory/services/gone").shows(t, 404)
}

// matchesOf finds a patient with a need for which services can be looked for.
func (s *site) matchesOf(t *testing.T) (patient string, v visit) {
	t.Helper()
	for path := "/patients"; path != ""; {
		list := s.get(path)
		path = ""
		for _, a := range elements(t, list.body)["a"] {
			href, _ := attr(a, "href")
			if strings.HasPrefix(href, "/patients?cursor=") {
				path = href
			}
			if !strings.HasPrefix(href, "/patients/") || href == "/patients/new" {
				continue
			}
			if page := s.get(href); strings.Contains(page.body, "/matches") && !strings.Contains(page.body, "Private topic") {
				return href, s.get(page.link(t, "Find services"))
			}
		}
	}
	t.Fatal("nobody in the county wants help")
	return "", visit{}
}

// referred sends a referral from the matches and answers its page.
func (s *site) referred(t *testing.T, from visit, service string) visit {
	t.Helper()
	refer := s.get(strings.Split(from.path, "/matches")[0]+"/refer?service="+seed.ID(service)).shows(t, 200, "New consent", "the text to read to the person")
	review := s.send(refer, refer.address(), "step", stepReview, "note", "Mornings are best.").
		shows(t, 200, "Check before you send", "Mornings are best.", "may see: Who it is, How to reach the person, Which need it is, Your note")
	return s.send(review, refer.address(), "step", stepSend).shows(t, 200, "The referral is sent.", "Turn of", "Acknowledge it")
}

// address is the path without the query.
func (v visit) address() string { return strings.Split(v.path, "?")[0] }

func TestReferralFromNeedToSettled(t *testing.T) {
	s := newCounty(t)
	s.as("vega")
	patient, matches := s.matchesOf(t)
	matches.shows(t, 200, "services that fit", "Refer here", "Serves the area", "Ask several at once")

	refer := s.get(matches.link(t, "Refer here")).shows(t, 200, "Refer to", "New consent")
	wrong := s.send(refer, refer.address(), "step", stepReview, "signer.name", "", "note", "Keep me.").
		shows(t, 400, "Write the name of the person who gave consent.", "Keep me.")
	if !strings.HasPrefix(textOf(t, wrong.body), "Error:") {
		t.Error("the title does not begin with Error:")
	}
	review := s.send(wrong, refer.address(), "step", stepReview, "signer.name", "Ana Lopez").shows(t, 200, "Check before you send", "Ana Lopez", "Keep me.")
	s.send(review, refer.address(), "step", stepChange).shows(t, 200, "New consent", "Keep me.")
	sent := s.send(review, refer.address(), "step", stepSend).shows(t, 200, "The referral is sent.")
	if twice := s.send(review, refer.address(), "step", stepSend).shows(t, 200); twice.path != sent.path {
		t.Errorf("the same form sent twice made %s and %s", sent.path, twice.path)
	}
	s.get(patient).shows(t, 200, "Help is under way", "In force")
	again := s.get(matches.link(t, "Refer here")).shows(t, 409, "already has an open referral", "Under which consent?")
	s.sendForm(again, refer.address(), serviceField, url.Values(mustQuery(t, again.path)).Get("service"), "step", stepSend).
		shows(t, 409, "already has an open referral")
}

func mustQuery(t *testing.T, path string) url.Values {
	t.Helper()
	u, err := url.Parse(path)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

func TestAgencyAnswers(t *testing.T) {
	s := newCounty(t)
	s.as("vega")
	patient, matches := s.matchesOf(t)
	page := s.referred(t, matches, "valley-food-bank/pantry")
	id := page.address()

	s.as("harris")
	s.get("/").shows(t, 200, "New, not seen yet")
	s.get("/referrals?tab=requested").shows(t, 200, "Accept", "Decline", "Our turn")
	v := s.sendForm(s.get(id), id+"/moves", "to", "acknowledged").shows(t, 200, "Saved.", "Seen by the agency", "It is your turn", "Mornings are best.", "Phone")
	stale := v
	v = s.sendForm(v, id+"/moves", "to", "accepted").shows(t, 200, "Accepted")
	s.sendForm(stale, id+"/moves", "to", "accepted").shows(t, 200, "Accepted") // the same form again
	s.sendForm(stale, id+"/moves", "to", "rejected", "rejected.reason", "other").shows(t, 409, "There is a problem", "Accepted")
	v = s.sendForm(v, id+"/moves", "to", "in-progress").shows(t, 200, "In progress")
	v = s.sendForm(v, id+"/moves", "to", "completed", "completed.note", "Keep this.").shows(t, 400, "Say how it ended.", "Keep this.")
	v = s.sendForm(v, id+"/messages", "_token", "token", "text", "").shows(t, 400, "Write a message.")
	v = s.sendForm(v, id+"/messages", "_token", "token", "text", "See you on Monday.").shows(t, 200, "The message is sent.", "See you on Monday.")
	v = s.sendForm(v, id+"/moves", "to", "completed", "completed.outcome", "received-service").shows(t, 200, "Completed: The person got the service", "Turn of Alder Community Health")
	if strings.Contains(v.body, id+"/confirmations") {
		t.Error("the agency is offered to confirm in the patient's place")
	}
	s.get(id+"/moves").shows(t, 200, "Completed")

	s.as("vega")
	v = s.get(id).shows(t, 200, "Ask the person", "See you on Monday.", "Confirm the outcome")
	v = s.sendForm(v, id+"/confirmations", "_token", "token").shows(t, 400, "There are 2 problems")
	v = s.sendForm(v, id+"/confirmations", "_token", "token", "notReached", "yes").shows(t, 200, "1 try failed")
	s.sendForm(v, id+"/confirmations", "_token", "token", "received", "yes", "needResolved", "yes", "by", "patient").
		shows(t, 200, "Settled", "confirmed with the person", "Did the person get the service? Yes")
	s.get(patient).shows(t, 200, "Met")
}

func TestNextBestAfterRejection(t *testing.T) {
	s := newCounty(t)
	s.as("vega")
	_, matches := s.matchesOf(t)
	id := s.referred(t, matches, "valley-food-bank/pantry").address()
	s.as("harris")
	v := s.get(id)
	s.sendForm(v, id+"/moves", "to", "rejected").shows(t, 400, "Give a reason.")
	s.sendForm(v, id+"/moves", "to", "rejected", "rejected.reason", "outside-area").shows(t, 200, "Declined: Outside our service area")
	s.as("vega")
	s.get("/referrals").shows(t, 200, "Declined", "Choose next")
	s.withoutSearch(t, func() {
		s.get(id).shows(t, 200, "The search is away for a moment", "Choose what is next", "Ask the person")
	})
	v = s.get(id).shows(t, 200, "Next best services", "Choose what is next", "Outside our service area")
	refer := s.get(v.link(t, "Refer here")).shows(t, 200, "Refer to")
	review := s.send(refer, refer.address(), "step", stepReview).shows(t, 200, "Check before you send")
	s.send(review, refer.address(), "step", stepSend).shows(t, 200, "The referral is sent.")
	s.get(id).shows(t, 200, "Another referral took its place.", "Open the referral that took its place")
}

func TestSeveralAgenciesAtOnce(t *testing.T) {
	s := newCounty(t)
	s.as("vega")
	_, matches := s.matchesOf(t)
	address := strings.Split(matches.path, "/matches")[0] + "/refer"
	refer := s.get(address+"?service="+seed.ID("valley-food-bank/pantry")+"&service="+seed.ID("bridgeway/eviction")).shows(t, 200)
	s.send(refer, address, "step", stepReview, "service", "").shows(t, 404)
	form := carried(mainForm(t, refer))
	form.Set("step", stepReview)
	v := s.request(http.MethodPost, address, form).shows(t, 200, "Check before you send")
	form = carried(mainForm(t, v))
	form.Set("step", stepSend)
	s.request(http.MethodPost, address, form).shows(t, 200, "The referrals are sent.")
	s.as("harris")
	inbox := s.get("/referrals?tab=requested").shows(t, 200, "A person")
	open := s.get(inbox.link(t, "A person")).shows(t, 200, "Something is left out", "as soon as you accept")
	s.sendForm(open, open.address()+"/moves", "to", "accepted").shows(t, 200, "Accepted", "Phone")
}

func TestWithdrawConsent(t *testing.T) {
	s := newCounty(t)
	s.as("vega")
	patient, matches := s.matchesOf(t)
	id := s.referred(t, matches, "valley-food-bank/pantry").address()
	consent := s.get(s.get(patient).linkTo(t, patient+"/consents/")).shows(t, 200, "What the person agreed to", "In force", "This referral is cancelled")
	s.sendForm(consent, consent.path+"/revoke", "_token", "token").shows(t, 200, "The consent has ended", "Withdrawn")
	s.drained()
	s.get(id).shows(t, 200, "Cancelled: The consent has ended")
	s.as("harris")
	s.get(id).shows(t, 200, "Something is left out", "Only the number and the dates stay", "A person")
	s.as("chan")
	s.get(consent.path).shows(t, 404)
	s.get(id).shows(t, 404)
}

func TestSupervisor(t *testing.T) {
	s := newCounty(t)
	s.as("vega")
	_, matches := s.matchesOf(t)
	id := s.referred(t, matches, "valley-food-bank/pantry").address()
	s.clock.Add(8 * 24 * time.Hour)
	if _, err := s.h.Referrals.ClimbLadder(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.get("/escalations").shows(t, 403)
	s.as("lindqvist")
	s.get("/").shows(t, 200, "Escalations", "Overdue in your team")
	s.get("/escalations").shows(t, 200, "Overdue by", "referrals shown")
	v := s.get(id).shows(t, 200, "Supervise", "Supervisors were told", "Who follows this up?")
	v = s.sendForm(v, id+"/worker", "_token", "token", "worker", seed.ID("user/ortiz")).shows(t, 200, "Daniel Ortiz")
	v = s.sendForm(v, id+"/escalation", "_token", "token", "resolve.note", " ").shows(t, 400, "Write in a few words what was done about it.", "Supervisors were told")
	v = s.sendForm(v, id+"/escalation", "_token", "token", "resolve.note", "Called them.").shows(t, 200, "The escalation is closed.")
	if strings.Contains(textOf(t, v.body), "Supervisors were told") {
		t.Error("a closed escalation is still told")
	}
	s.sendForm(v, id+"/worker", "_token", "token", "worker", "nobody").shows(t, 400, "Choose somebody who works at your organization.")
}

func TestListing(t *testing.T) {
	s := newCounty(t)
	s.as("moreno")
	v := s.get("/listing").shows(t, 200, "Our listing", "Food pantry", "Is there room?")
	action := "/listing/" + seed.ID("valley-food-bank/pantry") + "/capacity"
	s.sendForm(v, action, "_token", "token", "capacity", "full").shows(t, 200, "Saved. Everybody sees it now.")
	s.get("/directory/services/"+seed.ID("valley-food-bank/pantry")).shows(t, 200, "Full")
	s.sendForm(v, action, "_token", "token", "capacity", "open").shows(t, 409, "There is a problem")
	s.sendForm(s.get("/listing"), action, "_token", "token", "capacity", "huge").shows(t, 400, "Choose if the service is open")
	s.as("abadi")
	s.request(http.MethodPost, action, url.Values{"capacity": {"open"}}).shows(t, 404)
	s.as("harris")
	s.request(http.MethodPost, action, url.Values{"capacity": {"open"}}).shows(t, 403)
}

func TestNetworkAdmin(t *testing.T) {
	s := newCounty(t)
	s.as("park")
	s.get("/").shows(t, 200, "Agencies", "People with an account", "services can be found")
	v := s.get("/admin/organizations").shows(t, 200, "Agencies (", "Alder Valley Food Bank")
	s.send(v, "/admin/organizations", "name", "").shows(t, 400, "Give the organization's name.")
	s.send(v, "/admin/organizations", "name", "Riverside Kitchen", "kind", "agency", "timeZone", "America/Los_Angeles").
		shows(t, 200, "The organization is saved.", "Riverside Kitchen")
	v = s.get("/admin/users?organization="+seed.ID("valley-food-bank")).shows(t, 200, "Tom Harris", "Agency staff")
	s.send(v, "/admin/users", "name", "Kit Doe", "email", "kit@example.org", "password", "short").shows(t, 400, "15")
	v = s.send(v, "/admin/users", "name", "Kit Doe", "email", "kit@example.org", "role", "agency-staff", "password", password).shows(t, 200, "Kit Doe")
	reset := "/admin/users/" + seed.ID("user/moreno") + "/password"
	s.send(v, reset, passwordName(seed.ID("user/moreno")), "short").shows(t, 400, "Error: People", "15")
	v = s.send(v, reset, passwordName(seed.ID("user/moreno")), password).shows(t, 200, "Saved.")
	v = s.send(v, "/admin/users/"+seed.ID("user/harris")+"/disable").shows(t, 200, "Account closed")
	s.send(v, "/admin/users/"+seed.ID("user/harris")+"/disable").shows(t, 200, "Saved.")
	s.send(s.get("/admin/services").shows(t, 200, "Search", "Works"), "/admin/services/reindex").shows(t, 200, "built anew")
	s.as("lindqvist")
	s.get("/admin/users").shows(t, 200, "Inés Vega")
	s.get("/admin/users?organization="+seed.ID("valley-food-bank")).shows(t, 404)
	s.get("/admin/services").shows(t, 403)
}

func TestSetup(t *testing.T) {
	s := newSite(t)
	s.networkRoutes()
	token, err := s.h.Accounts.SetupToken(identity.With(t.Context(), identity.SystemActor("test")))
	if err != nil {
		t.Fatal(err)
	}
	v := s.get("/setup").shows(t, 200, "Set up Havenloop")
	fill := func(token, network string) []string {
		return []string{"token", token, "network", network, "name", "Ada Byron", "email", "ada@example.org", "password", password}
	}
	s.send(v, "/setup", fill("wrong", "Tri-County")...).shows(t, 401, "Error: Set up", "used already or is too old")
	bad := s.send(v, "/setup", fill(token, "")...).shows(t, 400, "Give the organization's name.")
	if !strings.Contains(bad.body, `href="#network"`) {
		t.Error("the problem with the network's name does not lead to its field")
	}
	s.send(v, "/setup", fill(token, "Tri-County")...).shows(t, 200, "Ada")
	if s.actor.Role != identity.NetworkAdmin {
		t.Errorf("after the set-up %q is signed in, want the network admin", s.actor.Role)
	}
	s.actor = identity.Actor{}
	s.send(v, "/setup", fill(token, "Tri-County")...).shows(t, 401, "used already")
}

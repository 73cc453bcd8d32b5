package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/seed"
)

// story is what becomes of one patient. Each request is sent, under one
// Idempotency-Key, until it is answered; what was answered is noted here.
type story struct {
	n     int
	steps []step
	at    int // the step that comes next

	patient, need, consent string
	needVersion            float64
	confirmed, revoked     bool
	parts                  []*part
	now                    *part // the referral that the story is about now
	news                   []news
}

// part is a referral of a story.
type part struct {
	id       string
	agency   agency
	version  float64
	statuses []referrals.Status // all that it had, as far as the server answered
	texts    []string           // messages
	accepted int                // the answer to the acceptance of a broadcast
}

// agency is one that is asked, with its users: the first acts, all are told.
type agency struct {
	service, organization string
	users                 []string
}

var (
	foodBank = agency{seed.ID("valley-food-bank/pantry"), seed.ID("valley-food-bank"), []string{"harris", "moreno"}}
	action   = agency{seed.ID("community-action/shutoff"), seed.ID("community-action"), []string{"flores", "reed"}}
)

// news is what somebody is to be told about a referral.
type news struct{ template, user, referral string }

// step sends what comes next in a story, and notes what was answered. It
// answers false when nothing was.
type step func(s *story, c *client) bool

// plots are the stories there are.
var plots = [][]step{
	{refer(foodBank), move(referrals.Acknowledged), say("theirs"), move(referrals.Accepted), say("ours"), move(referrals.InProgress), move(referrals.Completed), confirm},
	{refer(foodBank, action), race, say("theirs"), move(referrals.InProgress), move(referrals.Completed), confirm},
	{refer(foodBank), move(referrals.Rejected), refer(action), move(referrals.Accepted), say("ours"), move(referrals.Completed), confirm},
	{refer(action), move(referrals.Accepted), revoke},
}

func newStory(n int) *story {
	return &story{n: n, steps: append([]step{register, screen, want, permit}, plots[n%len(plots)]...)}
}

func (s *story) atEnd() bool { return s.at == len(s.steps) }

// goOn does the next step; false when the server is gone.
func (s *story) goOn(c *client) bool {
	if !s.steps[s.at](s, c) {
		return false
	}
	s.at++
	return true
}

// send sends the request of the present step, which the server is to answer in
// that way.
func (s *story) send(c *client, as, method, path string, body object, want int) (object, bool) {
	answer, status, ok := c.send(as, method, path, s.key(), body)
	if ok && status != want {
		c.t.Errorf("story %d, step %d: %s %s = %d %v, want %d", s.n, s.at, method, path, status, answer, want)
		return nil, false
	}
	return answer, ok
}

func (s *story) key() string { return fmt.Sprintf("story %d step %d", s.n, s.at) }

type object = map[string]any

func register(s *story, c *client) bool {
	answer, ok := s.send(c, "vega", http.MethodPost, "/patients?confirmNew=true", object{
		"givenName": fmt.Sprint("Person ", s.n), "familyName": "Story", "birthDate": "1980-01-01", "address": object{"postalCode": "95351"},
	}, http.StatusCreated)
	if ok {
		s.patient = answer["id"].(string)
	}
	return ok
}

func screen(s *story, c *client) bool {
	answer, ok := s.send(c, "vega", http.MethodPost, "/screenings", object{
		"patientId": s.patient, "instrument": "hunger-vital-sign",
		"answers": object{"/88122-7": []string{"LA28397-0"}, "/88123-5": []string{"LA28397-0"}},
	}, http.StatusCreated)
	if ok {
		need := answer["needs"].([]any)[0].(object)
		s.need, s.needVersion = need["id"].(string), need["version"].(float64)
	}
	return ok
}

func want(s *story, c *client) bool {
	_, ok := s.send(c, "vega", http.MethodPatch, "/needs/"+s.need, object{"wanted": true, "version": s.needVersion}, http.StatusOK)
	return ok
}

func permit(s *story, c *client) bool {
	answer, ok := s.send(c, "vega", http.MethodPost, "/consents", object{
		"patientId": s.patient, "recipients": object{"organizationIds": []string{foodBank.organization, action.organization}},
		"needs": []string{"food-insecurity"}, "fields": []string{"identity", "need", "notes"}, "method": "verbal",
		"signer": object{"name": "Story", "relationship": "self"}, "language": "en",
	}, http.StatusCreated)
	if ok {
		s.consent = answer["id"].(string)
	}
	return ok
}

// refer asks the agencies, in place of the referral that the story was about.
func refer(to ...agency) step {
	return func(s *story, c *client) bool {
		body := object{"patientId": s.patient, "needId": s.need, "consentId": s.consent, "serviceIds": []string{}}
		for _, a := range to {
			body["serviceIds"] = append(body["serviceIds"].([]string), a.service)
		}
		if s.now != nil {
			body["succeeds"] = s.now.id
		}
		answer, ok := s.send(c, "vega", http.MethodPost, "/referrals", body, http.StatusCreated)
		if !ok {
			return false
		}
		sent := []any{answer}
		if len(to) > 1 {
			sent = answer["referrals"].([]any)
		}
		for i, a := range to {
			r := sent[i].(object)
			p := &part{id: r["id"].(string), agency: a, version: r["version"].(float64), statuses: []referrals.Status{referrals.Requested}}
			s.parts, s.now = append(s.parts, p), p
			s.tell(p, "referral.received", a.users...)
		}
		return true
	}
}

func (s *story) tell(p *part, template string, users ...string) {
	for _, u := range users {
		s.news = append(s.news, news{template, u, p.id})
	}
}

// move is the agency's next move.
func move(to referrals.Status) step {
	return func(s *story, c *client) bool {
		body := object{"to": to, "version": s.now.version}
		switch to {
		case referrals.Rejected:
			body["reason"] = "not-eligible"
		case referrals.Completed:
			body["outcome"] = "received-service"
		}
		answer, ok := s.send(c, s.now.agency.users[0], http.MethodPost, "/referrals/"+s.now.id+"/moves", body, http.StatusOK)
		if ok {
			s.moved(s.now, to, answer)
		}
		return ok
	}
}

func (s *story) moved(p *part, to referrals.Status, answer object) {
	p.version = answer["version"].(float64)
	if to == referrals.Accepted && !slices.Contains(p.statuses, referrals.Acknowledged) {
		p.statuses = append(p.statuses, referrals.Acknowledged)
	}
	p.statuses = append(p.statuses, to)
	if to == referrals.Completed {
		s.tell(p, "referral.confirm", "vega")
		return
	}
	s.tell(p, "referral.moved", "vega")
}

// race lets both agencies accept at the same time, until both are answered:
// one has it, whatever happens in between, and the other is told that it has not.
func race(s *story, c *client) bool {
	var both sync.WaitGroup
	for _, p := range s.parts {
		both.Go(func() {
			as := p.agency.users[0]
			answer, status, ok := c.send(as, http.MethodPost, "/referrals/"+p.id+"/moves", s.key()+as, object{"to": referrals.Accepted, "version": 1})
			if !ok {
				return
			}
			if p.accepted != 0 && p.accepted != status {
				c.t.Errorf("story %d: the acceptance of %s was answered with %d and then with %d", s.n, p.id, p.accepted, status)
			}
			if p.accepted = status; status == http.StatusOK {
				p.version = answer["version"].(float64)
			}
		})
	}
	both.Wait()
	a, b := s.parts[0], s.parts[1]
	if a.accepted == 0 || b.accepted == 0 {
		return false
	}
	if a.accepted != http.StatusOK {
		a, b = b, a
	}
	if a.accepted != http.StatusOK || b.accepted != http.StatusConflict {
		c.t.Errorf("story %d: the acceptances were answered with %d and %d, want one of them", s.n, a.accepted, b.accepted)
		return false
	}
	s.now = a
	s.moved(a, referrals.Accepted, object{"version": a.version})
	s.tell(b, "referral.cancelled", b.agency.users...)
	return true
}

// say writes a message of the agency ("theirs") or the sender ("ours").
func say(whose string) step {
	return func(s *story, c *client) bool {
		as, told := s.now.agency.users[0], []string{"vega"}
		if whose == "ours" {
			as, told = "vega", s.now.agency.users
		}
		text := s.key()
		_, ok := s.send(c, as, http.MethodPost, "/referrals/"+s.now.id+"/messages", object{"text": text}, http.StatusCreated)
		if ok {
			s.now.texts = append(s.now.texts, text)
			s.tell(s.now, "referral.messaged", told...)
		}
		return ok
	}
}

func confirm(s *story, c *client) bool {
	_, ok := s.send(c, "vega", http.MethodPost, "/referrals/"+s.now.id+"/confirmations",
		object{"received": "yes", "needResolved": true, "by": "patient"}, http.StatusOK)
	s.confirmed = ok
	return ok
}

func revoke(s *story, c *client) bool {
	_, ok := s.send(c, "vega", http.MethodPost, "/consents/"+s.consent+"/revoke", nil, http.StatusOK)
	if ok {
		s.revoked = true
		s.tell(s.now, "referral.cancelled", s.now.agency.users...)
	}
	return ok
}

// client speaks to the server that lives now.
type client struct {
	t      *testing.T
	base   string
	tokens map[string]string // by the name before the @
}

// signIn signs somebody in; false when the server is gone.
func (c *client) signIn(name string) bool {
	email := ""
	for _, a := range seed.Accounts() {
		if strings.HasPrefix(a.Email, name+"@") {
			email = a.Email
		}
	}
	answer, status, ok := c.send("", http.MethodPost, "/auth/login", "", object{"email": email, "password": killPassword})
	if !ok {
		return false
	}
	c.tokens[name], ok = answer["accessToken"].(string)
	if !ok {
		c.t.Errorf("sign-in of %s = %d %v", name, status, answer)
	}
	return ok
}

// send sends a request; false when it was not answered to the end.
func (c *client) send(as, method, path, key string, body object) (answer object, status int, ok bool) {
	var content []byte
	if body != nil {
		var err error
		if content, err = json.Marshal(body); err != nil {
			c.t.Error(err)
			return nil, 0, false
		}
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+"/api/v1"+path, bytes.NewReader(content))
	if err != nil {
		c.t.Error(err)
		return nil, 0, false
	}
	req.Header.Set("Content-Type", "application/json")
	if as != "" {
		req.Header.Set("Authorization", "Bearer "+c.tokens[as])
		req.Header.Set("Idempotency-Key", key)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, 0, false
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		return nil, 0, false
	}
	return answer, res.StatusCode, true
}

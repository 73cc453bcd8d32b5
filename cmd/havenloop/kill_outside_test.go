package main

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/havenloop/havenloop/internal/notify"
)

// outside is the world outside of a server: all that notices leave to.
type outside struct {
	mail  *mailbox
	texts *gateway
	hooks *receiver
}

func startOutside(t *testing.T) outside {
	t.Helper()
	return outside{startMail(t), startTexts(t), startHooks(t)}
}

// settings lead a server to it.
func (o outside) settings() serverSettings {
	return serverSettings{
		SMTP: o.mail.url(), MailFrom: "notices@havenloop.example.org",
		SMS: o.texts.url, SMSToken: "token", SMSFrom: "+12095550100",
	}
}

// toTestServers is a client that trusts the servers of httptest, which have one
// certificate in every process.
func toTestServers() *http.Client {
	s := httptest.NewTLSServer(nil)
	defer s.Close()
	return s.Client()
}

// tally counts what a server acknowledged.
type tally[K comparable] struct {
	mu    sync.Mutex
	taken map[K]int
}

func (c *tally[K]) take(k K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.taken == nil {
		c.taken = map[K]int{}
	}
	c.taken[k]++
}

// all answers how many times each was taken.
func (c *tally[K]) all() map[K]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.taken)
}

// text is a text message but for the address of the server in it. It has no id
// of its own, so two that read the same are told apart by nobody.
type text struct{ to, words, page string }

// gateway takes text messages as Twilio does.
type gateway struct {
	url string
	tally[text]
}

func startTexts(t *testing.T) *gateway {
	t.Helper()
	g := &gateway{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		words, link, _ := strings.Cut(r.FormValue("Body"), "\n")
		if u, err := url.Parse(link); err == nil {
			g.take(text{r.FormValue("To"), words, strings.TrimPrefix(link, u.Scheme+"://"+u.Host)})
		}
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"status":"queued"}`)
	}))
	t.Cleanup(server.Close)
	g.url = server.URL + "/2010-04-01/Accounts/AC01/Messages.json"
	return g
}

// phone is the number of the account that stands there in the list.
func phone(account int) string { return fmt.Sprintf("+1209555%04d", 101+account) }

// way is how the person with that account is told, beside the page.
func way(account int) notify.Channel {
	return []notify.Channel{notify.Email, notify.SMS}[account%2]
}

// hook is an event as it came by a webhook.
type hook struct{ id, at, signature, body string }

// receiver takes webhooks. What comes again has another time and signature.
type receiver struct {
	url string
	tally[hook]
}

func startHooks(t *testing.T) *receiver {
	t.Helper()
	c := &receiver{}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the server was killed while it spoke
		}
		h := r.Header
		c.take(hook{h.Get("Webhook-Id"), h.Get("Webhook-Timestamp"), h.Get("Webhook-Signature"), string(body)})
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(server.Close)
	c.url = server.URL
	return c
}

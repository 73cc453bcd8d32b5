package server_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/server/servertest"
)

// phone is a browser without JavaScript: it keeps cookies, follows redirects
// and sends forms as they stand on the page.
type phone struct {
	t      *testing.T
	url    string
	client *http.Client
	// The page shown.
	path, body string
	status     int
	header     http.Header
}

// onTheWeb serves the house over TLS, as cookies with __Host- ask for.
func onTheWeb(t *testing.T, h *servertest.House) *httptest.Server {
	t.Helper()
	s := httptest.NewTLSServer(h.Handler)
	t.Cleanup(s.Close)
	return s
}

func newPhone(t *testing.T, s *httptest.Server) *phone {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := *s.Client()
	client.Jar = jar
	p := &phone{t: t, url: s.URL, client: &client}
	client.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if !strings.HasPrefix(r.URL.String(), s.URL) {
			return http.ErrUseLastResponse // another website
		}
		return nil
	}
	return p
}

func (p *phone) send(r *http.Request) {
	p.t.Helper()
	r.Header.Set("Accept", "text/html")
	res, err := p.client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	p.path, p.body, p.status, p.header = res.Request.URL.RequestURI(), string(b), res.StatusCode, res.Header
}

func (p *phone) statusIs(status int, words ...string) *phone {
	p.t.Helper()
	if p.status != status {
		p.t.Errorf("%s = %d, want %d:\n%.1500s", p.path, p.status, status, p.body)
	}
	for _, w := range words {
		if !strings.Contains(p.body, w) {
			p.t.Errorf("%s does not say %q:\n%.1500s", p.path, w, p.body)
		}
	}
	return p
}

func (p *phone) open(path string) *phone {
	p.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, p.url+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	p.send(r)
	return p
}

// post sends a form with the fields, the page's token and hidden values with it.
func (p *phone) post(path string, fields ...string) *phone {
	p.t.Helper()
	form := url.Values{}
	for _, m := range hiddenField.FindAllStringSubmatch(p.body, -1) {
		if m[1] != "back" {
			form.Set(m[1], strings.NewReplacer("&#34;", `"`, "&amp;", "&", "&#43;", "+").Replace(m[2]))
		}
	}
	if m := tokenField.FindStringSubmatch(p.body); m != nil {
		form.Set("_token", m[1])
	}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Del(fields[i])
	}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, p.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	p.send(r)
	return p
}

// at holds the page to its address and words.
func (p *phone) at(path string, words ...string) {
	p.t.Helper()
	if p.path != path || p.status >= 400 {
		p.t.Fatalf("the page is %s (%d), want %s:\n%.1500s", p.path, p.status, path, p.body)
	}
	for _, w := range words {
		if !strings.Contains(p.body, w) {
			p.t.Errorf("%s does not say %q:\n%.2500s", path, w, p.body)
		}
	}
}

// shows tells whether the page has any of the words.
func (p *phone) shows(words ...string) bool {
	for _, w := range words {
		if strings.Contains(p.body, w) {
			return true
		}
	}
	return false
}

// signIn signs the person of the county in.
func (p *phone) signIn(name string) {
	p.t.Helper()
	p.open("/signin").post("/signin", "email", servertest.Account(p.t, name).Email, "password", servertest.Password)
	p.statusIs(http.StatusOK)
}

// begin goes from the code to the first question.
func (p *phone) begin(code string) {
	p.t.Helper()
	p.open("/s").post("/s", "code", code).at("/s/pin", "Your PIN")
	p.post("/s/pin", "pin", pin).at("/s/start", "Questions about your day")
	p.post("/s/start", "language", "en").at("/s/who", "For whom do you answer?")
	p.post("/s/who", "respondent", "self")
}

// answer goes from the first question to the review.
func (p *phone) answer() {
	p.t.Helper()
	for n, a := range answersAlone {
		p.at(fmt.Sprint("/s/questions/", n+1), fmt.Sprintf("Question %d of 10", n+1))
		p.post(p.path, "answer", a)
	}
	p.at("/s/review", "Check your answers")
}

var (
	tokenField  = regexp.MustCompile(`name="_token" value="([^"]*)"`)
	hiddenField = regexp.MustCompile(`<input type="hidden" name="([a-z_]+)" value="([^"]*)"`)
)

// answersAlone are what the patient says to the core questions: no place to
// live, no food, no rides, bills; the last ones are about safety.
var answersAlone = []string{
	"LA31995-6", "LA9-3", "LA28397-0", "LA28397-0", "LA33-6", "LA33-6", "LA6270-8", "LA6482-9", "LA6482-9", "absent:asked-declined",
}

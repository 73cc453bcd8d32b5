package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/server/servertest"
)

// TestPagesOfNoticesRefuse sends the forms about being told of news in each way
// that they refuse; the page that comes back says what to do.
func TestPagesOfNoticesRefuse(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	site := onTheWeb(t, v.House)
	people := map[string]*phone{}
	for _, name := range []string{"vega", "harris", "moreno", "abadi", "park"} {
		people[name] = v.staff(site, name)
	}
	const hooks = "/admin/webhooks"
	moreno := people["moreno"]
	moreno.open(hooks).post(hooks, "url", "https://case.example.org/hooks").statusIs(http.StatusOK, "https://case.example.org/hooks")
	hook := moreno.path
	v.Elsewhere.Answer(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	moreno.post(hook, "do", "test")
	if _, err := v.Notify.Send(t.Context()); err != nil {
		t.Fatal(err)
	}
	sent, err := v.Notify.OfEndpoint(t.Context(), strings.TrimPrefix(hook, hooks+"/"), "sent", 1)
	if err != nil || len(sent) != 1 {
		t.Fatalf("the test event = %v, %v, want it sent", sent, err)
	}

	for _, tt := range []struct {
		name, as, page, path string
		fields               []string
		status               int
		want                 string
	}{
		{"quiet from, but not until", "vega", "/preferences", "/preferences", []string{"quietFrom", "21:00"}, 400, "Choose from when until when"},
		{"quiet hours that are none", "vega", "/preferences", "/preferences", []string{"quietFrom", "25:00", "quietTo", "07:00"}, 400, "Choose from when until when"},
		{"a way that does not exist", "vega", "/preferences", "/preferences", []string{"kind-referrals", "pigeon"}, 400, "no such way"},
		{"texts without a phone", "vega", "/preferences", "/preferences", []string{"kind-referrals", "sms", "phone", ""}, 400, "Give the number of your mobile phone"},
		{"a phone that is none", "vega", "/preferences", "/preferences", []string{"phone", "12"}, 400, "Check the phone number"},
		{"a language that does not exist", "vega", "/preferences", "/preferences", []string{"language", "!"}, 400, "language"},
		{"a time zone that does not exist", "vega", "/preferences", "/preferences", []string{"timeZone", "Mars/Base"}, 400, "Choose a time zone"},
		{"a digest that does not exist", "vega", "/preferences", "/preferences", []string{"digest", "yearly"}, 400, "There is a problem"},
		{"without the token of the form", "vega", "/preferences", "/preferences", []string{"_token", "x"}, 403, ""},
		{"a push service without https", "vega", "/preferences", "/preferences/push", []string{"endpoint", "http://push.example.org/1"}, 400, "cannot be told"},
		{"a browser without keys", "vega", "/preferences", "/preferences/push", []string{"endpoint", "https://push.example.org/1"}, 400, "cannot be told"},

		{"an address without https", "moreno", hooks, hooks, []string{"url", "http://case.example.org/"}, 400, "begins with https://"},
		{"an address with a password", "moreno", hooks, hooks, []string{"url", "https://a:b@case.example.org/"}, 400, "begins with https://"},
		{"no address", "moreno", hooks, hooks, []string{"url", ""}, 400, "begins with https://"},
		{"by a worker", "vega", "/preferences", hooks, []string{"url", "https://case.example.org/"}, 403, ""},
		{"by the staff of an agency", "harris", "/preferences", hooks, []string{"url", "https://case.example.org/"}, 403, ""},
		{"one that does not exist", "moreno", hooks, hooks + "/" + nobody, []string{"do", "test"}, 404, ""},
		{"one of another agency, tried", "abadi", hooks, hook, []string{"do", "test"}, 404, ""},
		{"one of another agency, turned off", "abadi", hooks, hook, []string{"do", "off"}, 404, ""},
		{"one of another agency, taken away", "abadi", hooks, hook, []string{"do", "remove"}, 404, ""},
		{"one of an agency, by the network", "park", hooks, hook, []string{"do", "remove"}, 404, ""},
		{"something else to do", "moreno", hook, hook, []string{"do", "dance"}, 400, "could not be read"},
		{"an event that does not exist", "moreno", hook, hook, []string{"do", "again", "event", nobody}, 404, ""},
		{"an event that arrived", "moreno", hook, hook, []string{"do", "again", "event", sent[0].ID}, 409, "sent already"},
		{"an event of another agency", "abadi", hooks, hook, []string{"do", "again", "event", sent[0].ID}, 404, ""},

		{"messages given up, by an agency", "moreno", hooks, "/admin/notices", []string{"id", sent[0].ID}, 403, ""},
		{"a message that does not exist", "park", "/admin/notices", "/admin/notices", []string{"id", nobody}, 404, ""},
		{"a message that arrived", "park", "/admin/notices", "/admin/notices", []string{"id", sent[0].ID}, 409, "sent already"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := *people[tt.as]
			p.t = t
			p.open(tt.page).post(tt.path, tt.fields...).statusIs(tt.status, tt.want)
		})
	}

	for range 4 {
		moreno.open(hooks).post(hooks, "url", "https://case.example.org/more").statusIs(http.StatusOK)
	}
	moreno.open(hooks).post(hooks, "url", "https://case.example.org/sixth").statusIs(http.StatusBadRequest, "at most 5 addresses", "https://case.example.org/sixth")
	moreno.open(hook).statusIs(http.StatusOK, "https://case.example.org/hooks", "Nothing failed.")
}

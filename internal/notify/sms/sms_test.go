package sms

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/notify"
)

const canary = "canary-token"

var message = notify.Message{ID: "n1", To: "+14155552671", Subject: "unused", Body: "A referral has news."}

func TestSend(t *testing.T) {
	tests := []struct {
		name    string
		status  int
		answer  string
		ok      bool
		refused bool
	}{
		{"taken", 201, `{"sid":"SM1","status":"queued"}`, true, false},
		{"not a number", 400, `{"code":21211,"message":"The 'To' number +14155552671 is not valid"}`, false, true},
		{"opted out", 400, `{"code":21610,"message":"+14155552671"}`, false, true},
		{"a landline", 400, `{"code":21614}`, false, true},
		{"another mistake", 400, `{"code":20001}`, false, false},
		{"a wrong token", 401, `{"code":20003}`, false, false},
		{"too many", 429, `{"code":20429}`, false, false},
		{"service away", 503, `<html>`, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got *http.Request
			var form string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				b, _ := io.ReadAll(r.Body)
				got, form = r, string(b)
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.answer)
			}))
			defer server.Close()
			s, err := New(Config{URL: server.URL + "/2010-04-01/Accounts/AC01/Messages.json", Token: canary, From: "+14155550100", Client: server.Client(), Now: time.Now})
			if err != nil {
				t.Fatal(err)
			}
			err = s.Send(t.Context(), message)
			if (err == nil) != tt.ok || errors.Is(err, notify.ErrRefused) != tt.refused {
				t.Errorf("Send = %v, want done %v, refused %v", err, tt.ok, tt.refused)
			}
			if err != nil && (strings.Contains(err.Error(), canary) || strings.Contains(err.Error(), "4155552671")) {
				t.Errorf("Send = %v shows the token or the number", err)
			}
			user, token, _ := got.BasicAuth()
			if got.Method != http.MethodPost || got.URL.Path != "/2010-04-01/Accounts/AC01/Messages.json" || user != "AC01" || token != canary ||
				form != "Body=A+referral+has+news.&From=%2B14155550100&To=%2B14155552671" {
				t.Errorf("request = %s %s by %s with %s", got.Method, got.URL.Path, user, form)
			}
		})
	}
}

func TestSendWaitsAsLongAsTheServiceAsks(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "600")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(w, `{"code":20429}`)
	}))
	defer server.Close()
	s, err := New(Config{URL: server.URL + "/Accounts/AC01/Messages.json", Token: canary, From: "+14155550100", Client: server.Client(), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Send(t.Context(), message)
	if want := notify.Later(errors.Unwrap(err), 10*time.Minute); err == nil || !reflect.DeepEqual(err, want) {
		t.Errorf("Send = %#v, want it put off by 10 minutes", err)
	}
}

func TestSendObeysItsContext(t *testing.T) {
	s, err := New(Config{URL: "http://192.0.2.1/Accounts/AC01/Messages.json", Token: canary, From: "+14155550100", Client: http.DefaultClient, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Send(ctx, message); !errors.Is(err, context.Canceled) || strings.Contains(err.Error(), canary) {
		t.Errorf("Send = %v, want the context's error", err)
	}
}

func TestNewRefusesAnAddressWithoutAccount(t *testing.T) {
	for _, u := range []string{"", "https://api.twilio.com/Messages.json", "Accounts/AC01/", "https://api.twilio.com/Accounts//Messages.json"} {
		if _, err := New(Config{URL: u, Token: canary, From: "+14155550100"}); err == nil || strings.Contains(err.Error(), canary) {
			t.Errorf("New(%q) = %v, want an error without the token", u, err)
		}
	}
}

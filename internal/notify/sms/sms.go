// Package sms sends notices as text messages through Twilio's HTTP API.
package sms

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/outward"
	"github.com/havenloop/havenloop/internal/secret"
)

// Config says under which account messages are sent.
type Config struct {
	// URL takes new messages and names the account, for example
	// "https://api.twilio.com/2010-04-01/Accounts/AC0123/Messages.json".
	URL   string
	Token secret.Text
	// From is the sending number in E.164.
	From string
	// Client sends the requests.
	Client *http.Client
	// Now is the clock.
	Now clock.Now
}

// Sender sends text messages. It is safe for concurrent use.
type Sender struct {
	config  Config
	account string
}

// account finds the account in the path of the address.
var account = regexp.MustCompile(`/Accounts/([A-Za-z0-9]+)/`)

// New makes a sender.
func New(c Config) (*Sender, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" {
		return nil, errors.New("sms: the address is none of a web service")
	}
	found := account.FindStringSubmatch(u.Path)
	if found == nil {
		return nil, errors.New("sms: the address names no account; it reads …/Accounts/ACCOUNT/Messages.json")
	}
	return &Sender{c, found[1]}, nil
}

// final lists the answers after which another try is of no use. Source: Twilio
// error dictionary: 21211 no valid number, 21408 no permission for the region,
// 21610 the person has opted out, 21614 not a mobile number.
var final = []int{21211, 21408, 21610, 21614}

// maxAnswer is how much of an answer is read, in bytes.
const maxAnswer = 64 << 10

// Send hands m over. It has no subject: a text message is its body.
func (s *Sender) Send(ctx context.Context, m notify.Message) error {
	form := url.Values{"To": {m.To}, "From": {s.config.From}, "Body": {m.Body}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.config.URL, strings.NewReader(form.Encode()))
	if err != nil {
		return fmt.Errorf("sms: %w", err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(s.account, string(s.config.Token))
	resp, err := s.config.Client.Do(req)
	if err != nil {
		return fmt.Errorf("sms: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusCreated {
		return nil
	}
	var answer struct{ Code int } // its message repeats the number, so it is not read
	_ = json.NewDecoder(io.LimitReader(resp.Body, maxAnswer)).Decode(&answer)
	if slices.Contains(final, answer.Code) {
		return fmt.Errorf("%w: the service answered %d, code %d", notify.ErrRefused, resp.StatusCode, answer.Code)
	}
	failure := fmt.Errorf("sms: the service answered %d, code %d", resp.StatusCode, answer.Code)
	return notify.Later(failure, outward.RetryAfter(resp.Header, s.config.Now()))
}

// Package sms sends notices as text messages through Twilio's HTTP API.
package sms

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/secret"
)

// Config says under which account messages are sent.
type Config struct {
	AccountSID string
	AuthToken  secret.Text
	// From is the sending number in E.164.
	From string
	// BaseURL is the API's address; empty takes Twilio's.
	BaseURL string
	// Client sends the requests; nil takes http.DefaultClient. Tries are
	// bounded by their context.
	Client *http.Client
}

const twilio = "https://api.twilio.com"

// Sender sends text messages. It is safe for concurrent use.
type Sender struct{ config Config }

// New makes a sender.
func New(c Config) (*Sender, error) {
	if c.AccountSID == "" || c.AuthToken == "" || c.From == "" {
		return nil, fmt.Errorf("sms: account, token and sending number are all needed")
	}
	c.BaseURL = strings.TrimSuffix(cmp.Or(c.BaseURL, twilio), "/")
	c.Client = cmp.Or(c.Client, http.DefaultClient)
	return &Sender{c}, nil
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
	address := s.config.BaseURL + "/2010-04-01/Accounts/" + url.PathEscape(s.config.AccountSID) + "/Messages.json"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return fmt.Errorf("sms: %w", err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(s.config.AccountSID, string(s.config.AuthToken))
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
	return fmt.Errorf("sms: the service answered %d, code %d", resp.StatusCode, answer.Code)
}

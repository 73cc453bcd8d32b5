package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/outward"
)

// maxAnswer is how much of an answer is read, in bytes, so that the connection
// can be used again; what it says does not matter.
const maxAnswer = 64 << 10

// Send hands an event to its endpoint; m.To is the endpoint's id.
func (s *Service) Send(ctx context.Context, m notify.Message) error {
	e, err := s.target(ctx, m.To)
	if err != nil {
		return err
	}
	key, err := s.secret(e.ID)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.URL, strings.NewReader(m.Body))
	if err != nil {
		return fmt.Errorf("%w: no web address", notify.ErrRefused)
	}
	at := strconv.FormatInt(s.opt.Now().Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Havenloop-Webhooks")
	req.Header.Set("Webhook-Id", m.ID)
	req.Header.Set("Webhook-Timestamp", at)
	req.Header.Set("Webhook-Signature", Sign(key, m.ID, at, m.Body))
	res, err := s.opt.Client.Do(req)
	if failed, ok := errors.AsType[*url.Error](err); ok {
		err = failed.Err // without the address
	}
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	defer res.Body.Close() //nolint:errcheck // it was only read
	_, _ = io.CopyN(io.Discard, res.Body, maxAnswer)
	switch {
	case res.StatusCode >= 200 && res.StatusCode < 300:
		return nil
	case res.StatusCode == http.StatusGone: // "stop sending": Standard Webhooks, "Deliverability and reliability"
		_, err := s.docs.Update(ctx, e.ID, func(e *Endpoint) error { e.Off, e.Gone = true, true; return nil })
		return errors.Join(fmt.Errorf("%w: the answer was 410", notify.ErrRefused), err)
	}
	return notify.Later(fmt.Errorf("webhook: the answer was %d", res.StatusCode), outward.RetryAfter(res.Header, s.opt.Now()))
}

// Sign answers the header Webhook-Signature. Source: Standard Webhooks 1.0.0,
// "Signature scheme", symmetric: HMAC-SHA256 over id, timestamp and body.
func Sign(key []byte, id, timestamp, body string) string {
	mac := hmac.New(sha256.New, key)
	_, _ = io.WriteString(mac, id+"."+timestamp+"."+body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

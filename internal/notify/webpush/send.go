package webpush

import (
	"bytes"
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/outward"
)

const (
	// keptFor is how long a push service keeps a message for a browser that is
	// not there, in seconds (RFC 8030, section 5.2): a day.
	keptFor = "86400"
	// tokenLife is how long a token shows who sends; at most 24 hours (RFC 8292,
	// section 2).
	tokenLife = 12 * time.Hour
)

// Send hands m to all browsers of the user m.To. It is done when one of them
// took it; browsers that are gone are forgotten.
func (s *Service) Send(ctx context.Context, m notify.Message) error {
	all, err := s.of(ctx, m.To)
	if err != nil {
		return err
	}
	text, err := json.Marshal(map[string]string{"id": m.ID, "title": m.Subject, "url": m.Link})
	if err != nil {
		return err
	}
	sent := false
	var errs []error
	for _, sub := range all {
		gone, err := s.sendTo(ctx, sub, text)
		if gone {
			if err := s.docs.Delete(ctx, &sub); err != nil && !errors.Is(err, docstore.ErrNotFound) {
				errs = append(errs, err)
			}
			continue
		}
		sent = sent || err == nil
		errs = append(errs, err)
	}
	if failure := errors.Join(errs...); !sent && failure != nil {
		return failure
	}
	if !sent {
		return notify.ErrUnwanted
	}
	return nil
}

// sendTo hands text to one browser's push service.
func (s *Service) sendTo(ctx context.Context, sub Subscription, text []byte) (gone bool, err error) {
	body, err := seal(sub, text)
	if err != nil {
		return false, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, sub.Endpoint, bytes.NewReader(body))
	if err != nil {
		return true, nil
	}
	token, err := s.token(req.URL)
	if err != nil {
		return false, err
	}
	req.Header.Set("Authorization", "vapid t="+token+", k="+s.PublicKey())
	req.Header.Set("Content-Encoding", "aes128gcm")
	req.Header.Set("Content-Type", "application/octet-stream")
	req.Header.Set("TTL", keptFor)
	res, err := s.opt.Client.Do(req)
	if failed, ok := errors.AsType[*url.Error](err); ok {
		err = failed.Err // without the address
	}
	if err != nil {
		return false, fmt.Errorf("web push: %w", err)
	}
	defer res.Body.Close() //nolint:errcheck // it was not read
	switch {
	case res.StatusCode >= 200 && res.StatusCode < 300:
		return false, nil
	case res.StatusCode == http.StatusNotFound || res.StatusCode == http.StatusGone: // RFC 8030, section 7.3
		return true, nil
	}
	return false, notify.Later(fmt.Errorf("web push: the service answered %d", res.StatusCode), outward.RetryAfter(res.Header, s.opt.Now()))
}

// seal encrypts text for a browser with a key pair and a salt of its own.
func seal(sub Subscription, text []byte) ([]byte, error) {
	peer, err := peerKey(sub.P256dh)
	if err != nil {
		return nil, err
	}
	auth, err := base64.RawURLEncoding.DecodeString(sub.Auth)
	if err != nil {
		return nil, err
	}
	own, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails
	return encrypt(text, peer, auth, own, salt)
}

// token shows a push service who sends (RFC 8292, section 2).
func (s *Service) token(to *url.URL) (string, error) {
	return jwt.NewWithClaims(jwt.SigningMethodES256, jwt.MapClaims{
		"aud": to.Scheme + "://" + to.Host, "exp": s.opt.Now().Add(tokenLife).Unix(), "sub": s.opt.Contact,
	}).SignedString(s.key)
}

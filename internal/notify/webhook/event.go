package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/notify"
)

// Happened is something that other systems may be told.
type Happened struct {
	// Type is a name such as "referral.moved", Key names which time.
	Type, Key string
	At        time.Time
	// OrganizationIDs are those whose endpoints are told, beside the network's.
	OrganizationIDs []string
	// Data are ids and codes; nothing else is taken.
	Data map[string]string
}

// plain is what ids, codes and numbers look like; so nobody can put a name into
// an event.
var plain = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// Announce stores an event for each endpoint that is to be told, once for its
// key. It is for other rooms and checks nothing but the event itself.
func (s *Service) Announce(ctx context.Context, h Happened) error {
	for name, value := range h.Data {
		if !plain.MatchString(value) {
			return fmt.Errorf("announce %s: %s is no id and no code", h.Type, name)
		}
	}
	told := map[string]bool{}
	var errs []error
	tell := func(cond docstore.Cond) {
		p, err := s.docs.Find(ctx, docstore.Query{Where: []docstore.Cond{cond}})
		errs = append(errs, err)
		for _, e := range p.Items {
			if !e.Off && !told[e.ID] {
				told[e.ID] = true
				errs = append(errs, s.post(ctx, e.ID, h.Key, h.Type, h.At, h.Data))
			}
		}
	}
	for _, id := range h.OrganizationIDs {
		tell(docstore.Eq("organization", docstore.String(id)))
	}
	tell(docstore.Eq("network", docstore.Bool(true)))
	return errors.Join(errs...)
}

// post stores an event for one endpoint. Its body has the form that Standard
// Webhooks recommends ("Payload structure").
func (s *Service) post(ctx context.Context, endpointID, key, typ string, at time.Time, data map[string]string) error {
	body, err := json.Marshal(struct {
		Type      string            `json:"type"`
		Timestamp time.Time         `json:"timestamp"`
		Data      map[string]string `json:"data"`
	}{typ, at, data})
	if err != nil {
		return err
	}
	return s.outbox.Post(ctx, notify.Event{EndpointID: endpointID, Type: typ, Key: key, Body: string(body)})
}

package notify

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
)

// backoff is how long to wait after each failed try; after the last the notice
// is given up. The steps are those of Standard Webhooks, "Retry schedule",
// rounded, which fit mail and texts as well.
var backoff = []time.Duration{
	time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour, 12 * time.Hour, 24 * time.Hour,
}

// wait is the pause after a failed try, with up to a fifth more, so that what
// failed together does not come back together. The notice decides how much.
func wait(id string, attempts int) time.Duration {
	h := fnv.New32a()
	fmt.Fprintf(h, "%s/%d", id, attempts)
	step := backoff[attempts-1]
	return step + step/5*time.Duration(h.Sum32()%1000)/1000
}

// try sends one notice, with what waits in the same mailbox where its reader
// wants digests; unless another instance is at it, or it is not the time. It
// answers how many notices were handed over.
func (s *Service) try(ctx context.Context, n Notice) (sent int, err error) {
	contact, wishes, err := s.contact(ctx, n.Recipient)
	if err != nil {
		return 0, s.failed(ctx, n, err)
	}
	at, ever := n.release(contact, wishes, s.now())
	switch {
	case n.Channel != Webhook && contact.on(n.Channel) == "", !ever:
		n.Status, n.NextAt = Dropped, time.Time{}
		return 0, s.note(ctx, &n)
	case at.After(s.now()):
		n.NextAt = at.UTC()
		return 0, s.note(ctx, &n)
	}
	all := []Notice{n}
	if wishes.gathered() && !n.Urgent {
		if all, err = s.gather(ctx, n, contact, wishes); err != nil {
			return 0, err
		}
	}
	if all = s.claim(ctx, all, &err); len(all) == 0 || err != nil {
		return 0, err
	}
	failure := s.deliver(ctx, all, contact)
	for i := range all {
		all[i].settle(failure, s.now())
	}
	// What was handed over is noted even when ctx has ended meanwhile.
	err = s.noteAll(context.WithoutCancel(ctx), all)
	if errors.Is(failure, ErrUnwanted) {
		return 0, err
	}
	if err != nil || failure != nil {
		return 0, errors.Join(failure, err)
	}
	return len(all), nil
}

// failed notes a try that did not get as far as the gateway.
func (s *Service) failed(ctx context.Context, n Notice, why error) error {
	n.Attempts++
	n.settle(why, s.now())
	return errors.Join(why, s.note(ctx, &n))
}

// settle says in a notice how its try ended.
func (n *Notice) settle(failure error, now time.Time) {
	n.Failure = ""
	switch {
	case failure == nil:
		n.Status, n.NextAt = Sent, time.Time{}
		return
	case errors.Is(failure, ErrUnwanted):
		n.Status, n.NextAt = Dropped, time.Time{}
	case errors.Is(failure, ErrRefused) || n.Attempts > len(backoff):
		n.Status, n.NextAt = Dead, time.Time{}
	default:
		n.NextAt = now.Add(pause(wait(n.ID, n.Attempts), failure))
	}
	n.Failure = brief(failure)
}

// maxFailure is how much is kept of why a try failed, in bytes.
const maxFailure = 200

// brief is an error in few words. Senders keep addresses out of theirs.
func brief(err error) string {
	text, _, _ := strings.Cut(err.Error(), "\n")
	return strings.ToValidUTF8(text[:min(len(text), maxFailure)], "")
}

// gather lists what goes to the reader with n.
func (s *Service) gather(ctx context.Context, n Notice, c Contact, p Preferences) ([]Notice, error) {
	waiting, err := s.waiting(ctx, n.mailbox())
	if err != nil {
		return nil, err
	}
	out := []Notice{n}
	for _, other := range waiting {
		at, ever := other.release(c, p, s.now())
		if other.ID != n.ID && ever && !at.After(s.now()) && !other.NextAt.After(s.now()) {
			out = append(out, other)
		}
	}
	return out, nil
}

// claim marks notices as being sent, and answers those that nobody else took.
func (s *Service) claim(ctx context.Context, all []Notice, failure *error) []Notice {
	var mine []Notice
	for i, n := range all {
		n.Attempts++
		n.NextAt = s.now().Add(claimed)
		err := s.docs.Replace(ctx, &n)
		lost := errors.Is(err, docstore.ErrConflict) || errors.Is(err, docstore.ErrNotFound)
		switch {
		case err == nil:
			mine = append(mine, n)
		case !lost:
			*failure = errors.Join(*failure, err)
		case i == 0:
			return nil // whoever took it takes the rest along
		}
	}
	return mine
}

// note stores a notice, unless somebody else changed it meanwhile.
func (s *Service) note(ctx context.Context, n *Notice) error {
	err := s.docs.Replace(ctx, n)
	if errors.Is(err, docstore.ErrConflict) || errors.Is(err, docstore.ErrNotFound) {
		return nil
	}
	return err
}

func (s *Service) noteAll(ctx context.Context, all []Notice) error {
	var errs []error
	for i := range all {
		errs = append(errs, s.docs.Replace(ctx, &all[i]))
	}
	return errors.Join(errs...)
}

func (s *Service) deliver(ctx context.Context, all []Notice, c Contact) error {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	first := all[0]
	sender := s.opt.Senders[first.Channel]
	if sender == nil {
		return fmt.Errorf("no sender for channel %s", first.Channel)
	}
	m := s.message(all, c.Language)
	m.To = c.on(first.Channel)
	return sender.Send(ctx, m)
}

// message puts notices into words; several are counted, with one link to the
// start page.
func (s *Service) message(all []Notice, language string) Message {
	n := all[0]
	m := Message{ID: n.ID, Channel: n.Channel, Subject: n.Template, Body: n.Body}
	if n.Channel == Webhook {
		return m
	}
	key, page := "told."+n.Template, n.Data["path"]
	if len(all) > 1 {
		key, page = "told.digest", "/"
	}
	m.Subject = s.opt.Words(language, key+".subject", "count", len(all))
	m.Link = s.opt.BaseURL + page
	m.Body = s.opt.Words(language, key+".text", "count", len(all)) + "\n" + m.Link
	return m
}

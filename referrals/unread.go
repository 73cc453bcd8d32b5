package referrals

import (
	"context"
	"errors"
	"fmt"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// unread counts the messages on a referral that one side has still to read: at
// the agency until anybody there has, at the sender until the worker has who
// follows the referral. Its id is made of referral and party.
type unread struct {
	docstore.Meta
	ReferralID     string `json:"referralId"`
	OrganizationID string `json:"organizationId"`
	// UserID is the worker; empty for an agency.
	UserID   string `json:"userId,omitempty"`
	Messages int    `json:"messages"`
}

var unreadSpec = docstore.Spec[unread]{
	Name: "referral_unread", Schema: 1,
	Meta: func(u *unread) *docstore.Meta { return &u.Meta },
	Keys: docstore.Keys[unread]{
		"organization": func(u unread) docstore.Value { return unless(u.Messages == 0, u.OrganizationID) },
		"user":         func(u unread) docstore.Value { return docstore.String(u.UserID) },
	},
	Indexes: []docstore.Index{{"organization", "user"}},
}

// openTalk opens the collections of the conversation beside its messages.
func (s *Service) openTalk(ctx context.Context, e docstore.Engine) error {
	var err error
	if s.notes, err = docstore.Open(ctx, e, noteSpec); err != nil {
		return err
	}
	if s.letters, err = docstore.Open(ctx, e, letterSpec); err != nil {
		return err
	}
	if s.readings, err = docstore.Open(ctx, e, readingSpec); err != nil {
		return err
	}
	s.unread, err = docstore.Open(ctx, e, unreadSpec)
	return err
}

func unreadID(referralID string, p Party) string { return referralID + "/" + string(p) }

// UnreadReferrals counts the referrals on which messages wait for the asker.
func (s *Service) UnreadReferrals(ctx context.Context) (int, error) {
	actor, err := identity.Require(ctx, identity.ReferralsRead)
	if err != nil {
		return 0, err
	}
	reader := actor.ID
	if actor.Agency() {
		reader = ""
	}
	n, err := s.unread.Count(ctx, docstore.Query{Where: []docstore.Cond{
		docstore.Eq("organization", docstore.String(actor.OrganizationID)), docstore.Eq("user", docstore.String(reader)),
	}})
	return int(n), err
}

// Unread tells how many messages wait on each of the referrals, at the asker's
// organization; those without any, and others' referrals, are missing.
func (s *Service) Unread(ctx context.Context, referralIDs []string) (map[string]int, error) {
	actor, err := identity.Require(ctx, identity.ReferralsRead)
	if err != nil {
		return nil, err
	}
	party := Sender
	if actor.Agency() {
		party = Agency
	}
	ids := make([]string, len(referralIDs))
	for i, id := range referralIDs {
		ids[i] = unreadID(id, party)
	}
	found, err := s.unread.GetMany(ctx, ids)
	out := make(map[string]int, len(found))
	for _, u := range found {
		if u.Messages > 0 && u.OrganizationID == actor.OrganizationID {
			out[u.ReferralID] = u.Messages
		}
	}
	return out, err
}

// followUnread counts anew after what people wrote, read and decided.
func (s *Service) followUnread(ctx context.Context, events []docstore.Event) error {
	return errors.Join(
		follow(unreadOf, s.countUnread)(ctx, events),
		follow(endedConsentOf, s.countUnreadUnder)(ctx, events),
	)
}

func endedConsentOf(e docstore.Event) string {
	if e.Type == "consent.ended" {
		return e.DocumentID
	}
	return ""
}

// countUnreadUnder counts anew on all referrals under a consent.
func (s *Service) countUnreadUnder(ctx context.Context, consentID string) error {
	p, err := s.referrals.Find(ctx, docstore.Query{Where: []docstore.Cond{docstore.Eq("consent", docstore.String(consentID))}})
	errs := []error{err}
	for _, r := range p.Items {
		errs = append(errs, s.countUnread(ctx, r.ID))
	}
	return errors.Join(errs...)
}

// unreadOf says which referral to count anew after an event.
func unreadOf(e docstore.Event) string {
	switch e.Type {
	case "referral.messaged", "referral.seen", "referral.reassigned":
		return dataOf(e).ReferralID
	case "referral.moved":
		if d := dataOf(e); d.Status == Accepted || d.Status == EnteredInError { // an agency may read from now on, or no more
			return d.ReferralID
		}
	}
	return ""
}

// countUnread counts anew what waits on a referral, for both sides. It looks at
// what is stored, so it may be repeated and comes to the same.
func (s *Service) countUnread(ctx context.Context, referralID string) error {
	r, err := s.referrals.Get(ctx, referralID)
	if err != nil {
		return err
	}
	for _, u := range []unread{
		{Meta: docstore.Meta{ID: unreadID(r.ID, Sender)}, ReferralID: r.ID, OrganizationID: r.Sender.ID, UserID: r.Worker.ID},
		{Meta: docstore.Meta{ID: unreadID(r.ID, Agency)}, ReferralID: r.ID, OrganizationID: r.Agency.ID},
	} {
		if err := s.setUnread(ctx, r, u); err != nil {
			return fmt.Errorf("count unread messages of referral %s: %w", r.ID, err)
		}
	}
	return nil
}

// setUnread stores u with the count as it is now. The count is made after the
// stored one was read, so that an older one never replaces a newer.
func (s *Service) setUnread(ctx context.Context, r Referral, u unread) error {
	for {
		_, err := s.unread.Update(ctx, u.ID, func(stored *unread) error {
			n, err := s.waiting(ctx, r, u)
			if err != nil {
				return err
			}
			if stored.Messages == n && stored.UserID == u.UserID {
				return errNothingToDo
			}
			stored.Messages, stored.UserID = n, u.UserID
			return nil
		})
		if errors.Is(err, docstore.ErrNotFound) {
			if u.Messages, err = s.waiting(ctx, r, u); err != nil || u.Messages == 0 {
				return err
			}
			err = s.unread.Insert(ctx, &u)
		}
		if _, faster := errors.AsType[*docstore.DuplicateError](err); faster {
			continue
		}
		if errors.Is(err, errNothingToDo) {
			return nil
		}
		return err
	}
}

// waiting counts the messages for one side that its reader has not seen.
func (s *Service) waiting(ctx context.Context, r Referral, u unread) (int, error) {
	party := Sender
	v := viewer{party: Sender, fields: func(Field) bool { return true }}
	if u.UserID == "" {
		party = Agency
		var err error
		if v, err = s.viewer(ctx, identity.Actor{Role: identity.AgencyStaff, OrganizationID: r.Agency.ID}, r); errors.Is(err, docstore.ErrNotFound) {
			return 0, nil // a draft
		} else if err != nil {
			return 0, err
		}
	}
	messages, err := s.visible(ctx, r, v)
	if err != nil || len(messages) == 0 {
		return 0, err
	}
	seen, err := s.readingsOf(ctx, r.ID)
	n := 0
	for _, m := range messages {
		read := len(seen.of(m.ID, party)) > 0
		if party == Sender {
			read = seen.has(m.ID, u.UserID)
		}
		if m.Party != party && !read {
			n++
		}
	}
	return n, err
}

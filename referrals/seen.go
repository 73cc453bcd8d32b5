package referrals

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// Reader is somebody who has seen something, and when for the first time.
type Reader struct {
	ID   string    `json:"id"`
	Name string    `json:"name"`
	At   time.Time `json:"at"`
}

// reading is what one person has seen of the conversation on a referral. Its id
// is made of both.
type reading struct {
	docstore.Meta
	ReferralID string `json:"referralId"`
	UserID     string `json:"userId"`
	Name       string `json:"name"`
	Party      Party  `json:"party"`
	// Seen says of each message, note and file, by id, when it was seen first.
	Seen map[string]time.Time `json:"seen"`
}

var readingSpec = docstore.Spec[reading]{
	Name: "referral_readings", Schema: 1,
	Meta:    func(r *reading) *docstore.Meta { return &r.Meta },
	Keys:    docstore.Keys[reading]{"referral": func(r reading) docstore.Value { return docstore.String(r.ReferralID) }},
	Indexes: []docstore.Index{{"referral"}},
}

// readings are those of all people on one referral.
type readings []reading

func (s *Service) readingsOf(ctx context.Context, referralID string) (readings, error) {
	p, err := s.readings.Find(ctx, docstore.Query{Where: []docstore.Cond{docstore.Eq("referral", docstore.String(referralID))}})
	return p.Items, err
}

// of lists who of the party has seen the thing with the id, the first first.
func (rs readings) of(id string, p Party) []Reader {
	var out []Reader
	for _, r := range rs {
		if at, ok := r.Seen[id]; ok && r.Party == p {
			out = append(out, Reader{ID: r.UserID, Name: r.Name, At: at})
		}
	}
	slices.SortFunc(out, func(a, b Reader) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return out
}

// has tells whether the user has seen the thing with the id.
func (rs readings) has(id, userID string) bool {
	return slices.ContainsFunc(rs, func(r reading) bool { return r.UserID == userID && !r.Seen[id].IsZero() })
}

// markSeen notes that the viewer has now seen things of the conversation that
// both sides share, and counts anew what is unread.
func (s *Service) markSeen(ctx context.Context, r Referral, v viewer, ids ...string) error {
	if len(ids) == 0 {
		return nil
	}
	if err := s.noteSeen(ctx, r, v, []string{r.Sender.ID, r.Agency.ID}, ids); err != nil {
		return err
	}
	return s.countUnread(ctx, r.ID)
}

// noteSeen writes down that the viewer has seen the things with the ids, unless
// it is known; orgs are told.
func (s *Service) noteSeen(ctx context.Context, r Referral, v viewer, orgs, ids []string) error {
	if v.actor.Role == identity.System {
		return nil
	}
	now := s.Now()
	see := func(d *reading) error {
		before := len(d.Seen)
		for _, id := range ids {
			if d.Seen[id].IsZero() {
				d.Seen[id] = now
			}
		}
		if len(d.Seen) == before {
			return errNothingToDo
		}
		// No patient is named: what an agency saw of one is recorded by the reader's look.
		d.Emit(now, "referral.seen", eventData{ReferralID: r.ID, Orgs: orgs, Party: v.party})
		return nil
	}
	id := r.ID + "/" + v.actor.ID
	for {
		_, err := s.readings.Update(ctx, id, see)
		if errors.Is(err, docstore.ErrNotFound) {
			d := reading{
				Meta: docstore.Meta{ID: id}, ReferralID: r.ID, UserID: v.actor.ID, Name: v.actor.Name, Party: v.party,
				Seen: map[string]time.Time{},
			}
			_ = see(&d)
			err = s.readings.Insert(ctx, &d)
		}
		if _, faster := errors.AsType[*docstore.DuplicateError](err); faster {
			continue // another page of the same person has begun the document
		}
		if errors.Is(err, errNothingToDo) {
			return nil
		}
		return err
	}
}

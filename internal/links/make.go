package links

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/secret"
)

// How long links work.
const (
	DefaultLife = 14 * 24 * time.Hour
	MaxLife     = 30 * 24 * time.Hour
	// OwnLife is how long a patient's own pages open: a referral takes weeks,
	// and the patient is asked at its end.
	OwnLife   = 90 * 24 * time.Hour
	KioskLife = 30 * time.Minute
)

// NewLink is a link to be made.
type NewLink struct {
	Kind                      Kind
	PatientID, OrganizationID string
	Instrument, Language      string
	Proof                     Proof
	// Subject is what the link opens; empty for a new id.
	Subject string
	// PIN is checked by CheckPIN before; empty unless Proof is ByPIN.
	PIN secret.Text
	// ExpiresAt is when it ends; zero for the usual time, which a link at a
	// kiosk and one to a patient's own pages always have.
	ExpiresAt time.Time
}

// most is the longest that a link of the kind works.
func (k Kind) most() time.Duration {
	if k == OwnPages {
		return OwnLife
	}
	return MaxLife
}

// codeTries bounds how often a code that exists already is made anew.
const codeTries = 5

// Make stores a new link and tells its code with [Service.Code]. The request
// under way makes it once.
func (s *Service) Make(ctx context.Context, n NewLink) (Link, error) {
	now := s.now()
	l := Link{
		Meta: docstore.Meta{ID: docstore.NewID(ctx, identity.From(ctx).ID)},
		Kind: n.Kind, PatientID: n.PatientID, OrganizationID: n.OrganizationID, Subject: cmp.Or(n.Subject, uuid.NewString()),
		Instrument: n.Instrument, Language: n.Language, Proof: n.Proof,
		CreatedBy: identity.From(ctx).ID, CreatedAt: now, ExpiresAt: n.ExpiresAt,
	}
	switch {
	case n.Kind == AtKiosk:
		l.ExpiresAt = now.Add(KioskLife)
	case n.Kind == OwnPages:
		l.ExpiresAt = now.Add(OwnLife)
	case l.ExpiresAt.IsZero():
		l.ExpiresAt = now.Add(DefaultLife)
	}
	var wrong fault.Fields
	wrong.Check(l.ExpiresAt.After(now) && !l.ExpiresAt.After(now.Add(n.Kind.most())), "expiresAt", "Choose a day in the next 30 days.")
	if err := wrong.Err(); err != nil {
		return Link{}, err
	}
	if n.Proof == ByPIN {
		var err error
		if l.PINHash, err = s.hash(ctx, n.PIN); err != nil {
			return Link{}, err
		}
	}
	l.emit(now, "link.made")
	for try := 1; ; try++ {
		l.Seed = rand.Text()
		l.Code = s.lookup(s.Code(l))
		_, err := s.links.InsertOnce(ctx, &l, now)
		if dup, ok := errors.AsType[*docstore.DuplicateError](err); !ok || dup.Key != "code" || try == codeTries {
			return l, err
		}
	}
}

// Get reads a link.
func (s *Service) Get(ctx context.Context, id string) (Link, error) { return s.links.Get(ctx, id) }

// ForPatient lists the links of a patient, newest first.
func (s *Service) ForPatient(ctx context.Context, patientID string) ([]Link, error) {
	p, err := s.links.Find(ctx, docstore.Query{
		Where:   []docstore.Cond{docstore.Eq("patient", docstore.String(patientID))},
		OrderBy: []string{"created"}, Desc: true,
	})
	return p.Items, err
}

// BySubject finds the link that opens the subject; found is false when none does.
func (s *Service) BySubject(ctx context.Context, subject string) (l Link, found bool, err error) {
	p, err := s.links.Find(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Eq("subject", docstore.String(subject))}, Limit: 1,
	})
	if err != nil || len(p.Items) == 0 {
		return Link{}, false, err
	}
	return p.Items[0], true, nil
}

// ForSubject lists the links that open the subject, the newest first.
func (s *Service) ForSubject(ctx context.Context, subject string) ([]Link, error) {
	p, err := s.links.Find(ctx, docstore.Query{Where: []docstore.Cond{docstore.Eq("subject", docstore.String(subject))}})
	slices.SortFunc(p.Items, func(a, b Link) int { return b.CreatedAt.Compare(a.CreatedAt) })
	return p.Items, err
}

// errUnchanged ends an Update that has nothing to store.
var errUnchanged = errors.New("unchanged")

// Withdraw ends a link at once, also for who has opened it. One that is over
// stays as it is.
func (s *Service) Withdraw(ctx context.Context, id string) (Link, error) {
	return s.change(ctx, id, func(l *Link) error {
		if !l.UsedAt.IsZero() || !l.WithdrawnAt.IsZero() {
			return errUnchanged
		}
		l.WithdrawnAt = s.now()
		l.emit(s.now(), "link.withdrawn")
		return nil
	})
}

// MarkUsed notes that what the link opens is done; it may be repeated.
func (s *Service) MarkUsed(ctx context.Context, id string) (Link, error) {
	return s.change(ctx, id, func(l *Link) error {
		if !l.UsedAt.IsZero() {
			return errUnchanged
		}
		l.UsedAt = s.now()
		l.emit(s.now(), "link.used")
		return nil
	})
}

// change is Update, where errUnchanged answers the link as it stands.
func (s *Service) change(ctx context.Context, id string, fn func(*Link) error) (Link, error) {
	var seen Link
	l, err := s.links.Update(ctx, id, func(l *Link) error {
		seen = *l
		return fn(l)
	})
	if errors.Is(err, errUnchanged) {
		return seen, nil
	}
	return l, err
}

// kept is how long a link is shown after its end.
const kept = 90 * 24 * time.Hour

// Purge deletes links 90 days after their end, sessions and kiosks that are
// over, and tells how many.
func (s *Service) Purge(ctx context.Context) (int, error) {
	until := func(t time.Time) docstore.Query {
		return docstore.Query{Where: []docstore.Cond{docstore.Range("expires", docstore.None, docstore.Time(t))}}
	}
	n, err := s.links.Purge(ctx, until(s.now().Add(-kept)))
	if err != nil {
		return n, err
	}
	m, err := s.sessions.Purge(ctx, until(s.now()))
	if err != nil {
		return n + m, err
	}
	k, err := s.kiosks.Purge(ctx, until(s.now()))
	return n + m + k, err
}

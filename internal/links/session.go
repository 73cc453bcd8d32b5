package links

import (
	"context"
	"errors"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// Time-outs of a patient's session. Sources: 45 CFR 164.312(a)(2)(iii), and
// our own care for shared phones: shorter than those of staff.
const (
	idleTimeout = 20 * time.Minute
	absolute    = 2 * time.Hour
	// A session whose PIN is not given yet, and one on a kiosk, whose page
	// forgets by itself before.
	lockedTimeout = 15 * time.Minute
	kioskTimeout  = 5 * time.Minute
	// seenEvery is how often a session in use is written; the idle time-out
	// may come that much too early.
	seenEvery = 30 * time.Second
)

// session is one opened link on one device. Its id is the fingerprint of the token.
type session struct {
	docstore.Meta
	LinkID    string    `json:"linkId"`
	CreatedAt time.Time `json:"createdAt"`
	SeenAt    time.Time `json:"seenAt"`
	Open      bool      `json:"open"` // the proof was given
	Kiosk     bool      `json:"kiosk,omitempty"`
}

var sessionSpec = docstore.Spec[session]{
	Name: "link_sessions", Schema: 1,
	Meta:    func(d *session) *docstore.Meta { return &d.Meta },
	Keys:    docstore.Keys[session]{"expires": func(d session) docstore.Value { return docstore.Time(d.expires()) }},
	Kinds:   map[string]docstore.Kind{"expires": docstore.IntKind},
	Indexes: []docstore.Index{{"expires"}},
}

// expires is when the session ends if nothing more happens.
func (d session) expires() time.Time {
	idle, end := d.SeenAt.Add(idleTimeout), d.CreatedAt.Add(absolute)
	switch {
	case !d.Open:
		end = d.CreatedAt.Add(lockedTimeout)
	case d.Kiosk:
		idle = d.SeenAt.Add(kioskTimeout)
	}
	if idle.Before(end) {
		return idle
	}
	return end
}

// Session is an opened link on one device.
type Session struct {
	Link Link
	// Open tells that the proof was given; else nothing may be shown.
	Open bool
	// Kiosk tells that the device is shared: what is private is not shown.
	Kiosk bool
	id    string
}

// Actor is who acts in the session: the patient or the agency, once the proof
// was given, else nobody.
func (s Session) Actor() identity.Actor {
	switch {
	case !s.Open:
		return identity.Actor{}
	case s.Link.Kind == AgencyReferral:
		return identity.Actor{
			ID: "links/" + s.Link.ID, Name: "Staff, by link", Role: identity.AgencyGuest,
			OrganizationID: s.Link.OrganizationID, SessionID: s.id, ReferralID: s.Link.Subject,
		}
	}
	draft, language := s.Link.Subject, ""
	if s.Link.Kind == OwnPages {
		draft, language = "", s.Link.Language
	}
	return identity.Actor{
		// Trails and histories keep this name; a patient's own stands in no trail.
		ID: s.Link.PatientID, Name: "Patient", Role: identity.PatientRole,
		OrganizationID: s.Link.OrganizationID, SessionID: s.id,
		PatientID: s.Link.PatientID, DraftID: draft, Language: language,
	}
}

func (s *Service) begin(ctx context.Context, l Link, open, kiosk bool) (token string, err error) {
	token = newToken()
	d := session{LinkID: l.ID, CreatedAt: s.now(), SeenAt: s.now(), Open: open, Kiosk: kiosk}
	d.ID = fingerprint(token)
	return token, s.sessions.Insert(ctx, &d)
}

// held reads the link and the session of a token whose link still works, or
// fails with a fault.Login.
func (s *Service) held(ctx context.Context, token string) (Link, session, error) {
	x, d, err := s.session(ctx, token)
	if err == nil && !x.Link.Works(s.now()) {
		err = ErrDead
	}
	return x.Link, d, err
}

// Session reads the session of a token and notes that it is in use. It fails
// with a fault.Login when the session is over, or its link withdrawn or
// locked; one whose work is done stays readable for its last page.
func (s *Service) Session(ctx context.Context, token string) (Session, error) {
	x, d, err := s.session(ctx, token)
	if err != nil {
		return Session{}, err
	}
	now := s.now()
	if state := x.Link.State(now); state == Withdrawn || state == Locked || state == Expired && !d.Open {
		return Session{}, errOver
	}
	if now.Sub(d.SeenAt) >= seenEvery {
		_, err = s.sessions.Update(ctx, d.ID, func(d *session) error { d.SeenAt = now; return nil })
	}
	return x, over(err)
}

func (s *Service) session(ctx context.Context, token string) (Session, session, error) {
	d, err := s.sessions.Get(ctx, fingerprint(token))
	if err != nil {
		return Session{}, d, over(err)
	}
	if !s.now().Before(d.expires()) {
		return Session{}, d, errOver
	}
	l, err := s.links.Get(ctx, d.LinkID)
	return Session{Link: l, Open: d.Open, Kiosk: d.Kiosk, id: d.ID}, d, over(err)
}

// End ends a session. One that is over already is no error.
func (s *Service) End(ctx context.Context, token string) error {
	return remove(ctx, s.sessions, fingerprint(token))
}

// over answers errOver for what is not found, and other errors as they are.
func over(err error) error {
	if fault.Is(err, fault.NotFound) {
		return errOver
	}
	return err
}

// remove deletes the document, whatever its version; one that is gone is no error.
func remove[T any](ctx context.Context, c *docstore.Collection[T], id string) error {
	for {
		t, err := c.Get(ctx, id)
		if errors.Is(err, docstore.ErrNotFound) {
			return nil
		}
		if err == nil {
			err = c.Delete(ctx, &t)
		}
		if err == nil || !errors.Is(err, docstore.ErrConflict) && !errors.Is(err, docstore.ErrNotFound) {
			return err
		}
	}
}

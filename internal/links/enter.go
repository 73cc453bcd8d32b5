package links

import (
	"cmp"
	"context"
	"crypto/hmac"
	"encoding/hex"
	"slices"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/secret"
	"github.com/havenloop/havenloop/internal/throttle"
)

// Limits of guessing.
const (
	// Wrong codes of one network address, and of all together: how many at
	// once, and after which time one more. When all together are too many,
	// addresses that entered no wrong code lately may still try.
	addressBurst  = 10
	addressRefill = 30 * time.Second
	allBurst      = 200
	allRefill     = time.Second
	// maxAttempts is how many wrong PINs or texted codes lock a link.
	maxAttempts = 5
	// A texted code works this long; the next one is sent no earlier than
	// textPause, and no link sends more than maxTexts.
	textedLife = 10 * time.Minute
	textPause  = time.Minute
	maxTexts   = 5
	// An agency opens its link again and again, until the referral is closed,
	// and a patient their own pages.
	maxTextsAgain = 40
)

// ErrDead is the one answer to a code that is unknown, and to a link that is
// expired, withdrawn, locked or used.
var ErrDead = fault.New(fault.NotFound, "This link does not work any more. Ask your worker for a new one.")

// errOver is the answer to a session that is over.
var errOver = fault.New(fault.Login, "Your time is over. Enter your code again to go on.")

// Enter takes a code as it was typed and begins a session, whose token it
// answers; what the link opens stays locked until the proof is given, unless
// the device is a kiosk and the code one of its organization's desk. address
// is the network address that asks; kiosk the device's, nil for another device.
// kinds are those whose codes the page takes; none for those of patients.
func (s *Service) Enter(ctx context.Context, code, address string, kiosk *Kiosk, kinds ...Kind) (token string, _ Link, err error) {
	if len(kinds) == 0 {
		kinds = patientKinds
	}
	now, from := s.now(), throttle.Origin(address)
	if wait := s.tooMany(from, now); wait > 0 {
		f := fault.New(fault.Throttled, "Too many tries. Wait one minute and try again.")
		f.RetryAfter = max(wait.Round(time.Second), time.Second)
		return "", Link{}, f
	}
	l, err := s.byCode(ctx, code)
	if fault.Is(err, fault.NotFound) || err == nil && (!l.Works(now) || !takes(kiosk, l) || !slices.Contains(kinds, l.Kind)) {
		s.addresses.Take(from, now)
		s.all.Take("", now)
		return "", Link{}, ErrDead
	}
	if err != nil {
		return "", Link{}, err
	}
	l, err = s.change(asHolder(ctx, l), l.ID, func(l *Link) error {
		open := l.Proof == ByDesk
		if !l.OpenedAt.IsZero() && (!open || !l.UnlockedAt.IsZero()) {
			return errUnchanged
		}
		if l.OpenedAt.IsZero() {
			l.OpenedAt = now
		}
		if open {
			l.UnlockedAt, l.Instrument = now, kiosk.Instrument
			l.Language, l.Languages = kiosk.Languages[0], kiosk.Languages
		}
		l.emit(now, "link.opened")
		return nil
	})
	if err != nil {
		return "", Link{}, err
	}
	token, err = s.begin(ctx, l, l.Proof == ByDesk, kiosk != nil)
	return token, l, err
}

// tooMany tells how long the address must wait before it may try a code; zero
// when it may now.
func (s *Service) tooMany(from string, now time.Time) time.Duration {
	left := s.addresses.Left(from, now)
	switch {
	case left == 0:
		return addressRefill
	case left < addressBurst && s.all.Left("", now) == 0:
		return addressRefill
	}
	return 0
}

// takes tells whether the device takes the link's code: the desk's codes work
// on a kiosk of the organization alone, others everywhere.
func takes(kiosk *Kiosk, l Link) bool {
	return l.Proof != ByDesk || kiosk != nil && kiosk.OrganizationID == l.OrganizationID
}

// byCode finds the link of a code, or fails with docstore.ErrNotFound.
func (s *Service) byCode(ctx context.Context, code string) (Link, error) {
	if n := len(fold(code)); n != codeLength && n != kioskLength {
		return Link{}, docstore.ErrNotFound
	}
	p, err := s.links.Find(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Eq("code", docstore.String(s.lookup(code)))}, Limit: 1,
	})
	if err == nil && len(p.Items) == 0 {
		err = docstore.ErrNotFound
	}
	if err != nil {
		return Link{}, err
	}
	return p.Items[0], nil
}

// asHolder is a context in which whoever holds the link acts: nobody knows yet
// who that is.
func asHolder(ctx context.Context, l Link) context.Context {
	role := identity.PatientRole
	if l.Kind == AgencyReferral {
		role = identity.AgencyGuest
	}
	return identity.With(ctx, identity.Actor{ID: "links/" + l.ID, Role: role, OrganizationID: l.OrganizationID})
}

// NewText makes a code to be sent to the patient's phone and answers it with
// the session's link. It replaces the one before. It is refused for links that
// ask for a PIN, and when codes are asked for too often.
func (s *Service) NewText(ctx context.Context, token string) (code string, _ Link, err error) {
	now := s.now()
	l, _, err := s.held(ctx, token)
	if err != nil {
		return "", Link{}, err
	}
	code = digits(textedLength)
	l, err = s.change(asHolder(ctx, l), l.ID, func(l *Link) error {
		switch {
		case !l.Works(now) || l.Proof != ByText:
			return ErrDead
		case l.Texts >= l.maxTexts():
			return fault.New(fault.Throttled, "No more codes are sent for this link. Ask your worker for a new one.")
		case now.Before(l.TextedAt.Add(textPause)):
			return fault.New(fault.Throttled, "A code was just sent. Wait one minute before you ask for another one.")
		}
		l.Text, l.TextUntil, l.TextedAt, l.Texts = s.textHash(*l, code), now.Add(textedLife), now, l.Texts+1
		l.emit(now, "link.code-sent")
		return nil
	})
	return code, l, err
}

func (l Link) maxTexts() int {
	if l.Kind == AgencyReferral || l.Kind == OwnPages {
		return maxTextsAgain
	}
	return maxTexts
}

func (s *Service) textHash(l Link, code string) string {
	return hex.EncodeToString(s.mac("texted", l.ID+"\x00"+code))
}

// Unlock gives the proof that the link asks for, and answers a new token for
// the session. A wrong one is refused; after five the link is locked.
func (s *Service) Unlock(ctx context.Context, token string, given secret.Text) (fresh string, _ Link, err error) {
	now := s.now()
	l, d, err := s.held(ctx, token)
	if err != nil {
		return "", Link{}, err
	}
	// The attempt counts before it is looked at, so that tries at once do not
	// make more than five.
	before := l
	l, err = s.change(asHolder(ctx, l), l.ID, func(l *Link) error {
		if !l.Works(now) || l.Proof == ByDesk {
			return ErrDead
		}
		before = *l
		l.Attempts++
		return nil
	})
	if err != nil {
		return "", Link{}, err
	}
	ok, err := s.proves(ctx, before, given, now)
	if err != nil {
		return "", Link{}, err
	}
	if !ok {
		l, err = s.change(asHolder(ctx, l), l.ID, func(l *Link) error { l.emit(now, "link.refused"); return nil })
		return "", Link{}, cmp.Or(err, refusal(l))
	}
	l, err = s.change(asHolder(ctx, l), l.ID, func(l *Link) error {
		if l.Proof == ByText && !hmac.Equal([]byte(l.Text), []byte(before.Text)) {
			return refusal(*l) // used by somebody else at the same moment
		}
		l.Attempts, l.Text, l.TextUntil = 0, "", time.Time{}
		if l.UnlockedAt.IsZero() {
			l.UnlockedAt = now
		}
		l.emit(now, "link.unlocked")
		return nil
	})
	if err != nil {
		return "", Link{}, err
	}
	if err := s.End(ctx, token); err != nil { // what was known before the proof opens nothing
		return "", Link{}, err
	}
	fresh, err = s.begin(ctx, l, true, d.Kiosk)
	return fresh, l, err
}

// proves tells whether what was given is the PIN or the texted code of the link.
func (s *Service) proves(ctx context.Context, l Link, given secret.Text, now time.Time) (bool, error) {
	if l.Proof == ByPIN {
		return s.matches(ctx, given, l.PINHash)
	}
	sum := s.textHash(l, onlyDigits(string(given)))
	return l.Text != "" && now.Before(l.TextUntil) && hmac.Equal([]byte(sum), []byte(l.Text)), nil
}

// refusal is the answer to a wrong PIN or texted code; the last one is that of
// a link that is over.
func refusal(l Link) error {
	if l.Attempts >= maxAttempts {
		return ErrDead
	}
	var wrong fault.Fields
	if l.Proof == ByPIN {
		wrong.Add("pin", "This PIN is not right. Check it and try again.")
	} else {
		wrong.Add("pin", "This code is not right or too old. Check it, or ask for a new one.")
	}
	return wrong.Err()
}

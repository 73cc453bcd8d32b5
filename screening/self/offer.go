package self

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/links"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/internal/secret"
)

// Offer is what a worker agrees on with a patient.
type Offer struct {
	PatientID string
	// Kind is links.SelfScreening, links.OwnPages or links.AtKiosk, for which
	// what follows is left out: the device says it.
	Kind links.Kind
	// Instrument is an id, url or "url|version"; Language a BCP 47 tag, empty
	// for the instrument's own. Own pages have no instrument.
	Instrument, Language string
	// Proof is links.ByPIN with a PIN, or links.ByText.
	Proof links.Proof
	PIN   secret.Text
	// Days is how long the link of a screening works; 0 for 14.
	Days int
}

// maxDays is the longest that a link may work.
const maxDays = int(links.MaxLife / (24 * time.Hour))

// Offer makes a link for a patient of the actor's organization.
func (s *Service) Offer(ctx context.Context, o Offer) (links.Link, error) {
	actor, p, err := s.patient(ctx, identity.ScreeningsWrite, o.PatientID)
	if err != nil {
		return links.Link{}, err
	}
	n := links.NewLink{Kind: o.Kind, PatientID: p.ID, OrganizationID: actor.OrganizationID, Proof: links.ByDesk}
	if o.Kind == links.AtKiosk {
		return s.opt.Links.Make(ctx, n)
	}
	var wrong fault.Fields
	wrong.Check(o.Kind == links.SelfScreening || o.Kind == links.OwnPages, "kind", "Use self-screening, own-pages or kiosk.")
	wrong.Check(o.Days >= 0 && o.Days <= maxDays, "days", "Choose 1 to %d days.", maxDays)
	if o.Days > 0 {
		n.ExpiresAt = s.opt.Now().Add(time.Duration(o.Days) * 24 * time.Hour)
	}
	if n.Proof = o.Proof; o.Proof == links.ByPIN {
		n.PIN = o.PIN
		links.CheckPIN(string(o.PIN), p.BirthDate, known(p), &wrong)
	} else {
		wrong.Check(o.Proof == links.ByText, "proof", "Choose a PIN or a code by text message.")
		wrong.Check(o.Proof != links.ByText || s.MayText(p), "proof", "No text messages can be sent to this person. Choose a PIN.")
	}
	if o.Kind == links.OwnPages {
		n.Language, n.Subject, n.ExpiresAt = o.Language, p.ID, time.Time{}
	} else if err := s.choose(ctx, o, &n, &wrong); err != nil {
		return links.Link{}, err
	}
	if err := wrong.Err(); err != nil {
		return links.Link{}, err
	}
	return s.opt.Links.Make(ctx, n)
}

// choose fills in the instrument and the language.
func (s *Service) choose(ctx context.Context, o Offer, n *links.NewLink, wrong *fault.Fields) error {
	i, err := s.opt.Screening.Instrument(ctx, o.Instrument)
	if fault.Is(err, fault.NotFound) {
		wrong.Add("instrument", "There is no such questionnaire.")
		return nil
	}
	if err != nil {
		return err
	}
	offered, err := s.Languages(ctx, i)
	if err != nil {
		return err
	}
	n.Instrument, n.Language = i.Ref(), o.Language
	if n.Language == "" {
		n.Language = offered[0]
	}
	wrong.Check(slices.Contains(offered, n.Language), "language", "No person has checked this translation yet. Choose another language.")
	return nil
}

// known are digits that people around the patient know.
func known(p patients.Patient) []string {
	out := []string{p.Phone, p.Address.PostalCode, p.Address.Line}
	for _, r := range p.Representatives {
		out = append(out, r.Phone)
	}
	return out
}

// MayText tells whether the patient may get text messages, and the server can send any.
func (s *Service) MayText(p patients.Patient) bool {
	return s.opt.Texts != nil && p.Phone != "" && p.Contact.MayText()
}

// Offered is a link as its worker sees it.
type Offered struct {
	Link links.Link
	// Code and Address are empty when the link does not work any more.
	Code, Address string
}

// Offered reads a link of a patient of the actor's organization, with its code.
func (s *Service) Offered(ctx context.Context, id string) (Offered, error) {
	l, err := s.owned(ctx, identity.ScreeningsWrite, id)
	if err != nil {
		return Offered{}, err
	}
	o := Offered{Link: l}
	if l.Works(s.opt.Now()) {
		o.Code, o.Address = s.opt.Links.Code(l), s.Address(l)
	}
	return o, nil
}

// State is how far a link is now.
func (s *Service) State(l links.Link) links.State { return l.State(s.opt.Now()) }

// Links lists the links of a patient of the actor's organization, newest first.
func (s *Service) Links(ctx context.Context, patientID string) ([]links.Link, error) {
	if _, _, err := s.patient(ctx, identity.ScreeningsRead, patientID); err != nil {
		return nil, err
	}
	return s.opt.Links.ForPatient(ctx, patientID)
}

// Withdraw ends a link of a patient of the actor's organization at once.
func (s *Service) Withdraw(ctx context.Context, id string) (links.Link, error) {
	l, err := s.owned(ctx, identity.ScreeningsWrite, id)
	if err != nil {
		return l, err
	}
	return s.opt.Links.Withdraw(ctx, l.ID)
}

// TextLink sends the link to the patient's phone; words makes the message of
// its address. It is refused unless the patient said that texts are safe.
func (s *Service) TextLink(ctx context.Context, id string, words func(address string) string) error {
	o, err := s.Offered(ctx, id)
	if err != nil {
		return err
	}
	p, err := s.opt.Patients.Open(ctx, o.Link.PatientID)
	if err != nil {
		return err
	}
	if !s.MayText(p) || o.Address == "" || o.Link.Kind == links.AtKiosk {
		return fault.New(fault.BusinessRule, "No text messages can be sent to this person.")
	}
	return s.text(ctx, p, "link/"+o.Link.ID, words(o.Address))
}

// text sends a message now: what is in it is not stored. Not at an hour that is
// not safe for the patient, even when it is they who seem to ask.
func (s *Service) text(ctx context.Context, p patients.Patient, id, body string) error {
	safe, err := s.safeNow(ctx, p)
	if err != nil {
		return err
	}
	if !safe {
		return fault.New(fault.BusinessRule, "No text messages are sent to this person at this hour. Use a PIN, or try later.")
	}
	err = s.opt.Texts.Send(ctx, notify.Message{ID: id, Channel: notify.SMS, To: p.Phone, Body: body})
	if err != nil {
		return fmt.Errorf("%w: %w", fault.New(fault.Transient, "The text message could not be sent. Try again, or use a PIN."), err)
	}
	return nil
}

// safeNow tells whether this is an hour at which the patient may be written to.
func (s *Service) safeNow(ctx context.Context, p patients.Patient) (bool, error) {
	zone := time.UTC
	if s.opt.Zone != nil {
		var err error
		if zone, err = s.opt.Zone(ctx, p.OrganizationID); err != nil {
			return false, err
		}
	}
	return p.Contact.SafeNow(s.opt.Now().In(zone)), nil
}

// StartKiosk makes the device of the actor a kiosk of their organization, in
// the languages that people may use alone, and answers the token it keeps.
func (s *Service) StartKiosk(ctx context.Context, instrument string, languages []string, pin secret.Text) (token string, err error) {
	if _, err := identity.Require(ctx, identity.ScreeningsWrite); err != nil {
		return "", err
	}
	var wrong fault.Fields
	i, err := s.opt.Screening.Instrument(ctx, instrument)
	if fault.Is(err, fault.NotFound) {
		wrong.Add("instrument", "There is no such questionnaire.")
		return "", wrong.Err()
	}
	if err != nil {
		return "", err
	}
	offered, err := s.Languages(ctx, i)
	if err != nil {
		return "", err
	}
	wrong.Check(len(languages) > 0, "languages", "Choose one language or more.")
	for _, tag := range languages {
		wrong.Check(slices.Contains(offered, tag), "languages", "No person has checked this translation yet. Choose another language.")
	}
	if err := wrong.Err(); err != nil {
		return "", err
	}
	token, _, err = s.opt.Links.StartKiosk(ctx, i.Ref(), languages, pin)
	return token, err
}

// patient reads a patient of the actor's organization; any other does not exist.
func (s *Service) patient(ctx context.Context, p identity.Permission, id string) (identity.Actor, patients.Patient, error) {
	actor, err := identity.Require(ctx, p)
	if err != nil {
		return actor, patients.Patient{}, err
	}
	r, err := s.opt.Patients.Open(ctx, id)
	if err == nil && actor.OrganizationID != r.OrganizationID {
		err = docstore.ErrNotFound
	}
	return actor, r, err
}

// owned reads a link of a patient of the actor's organization.
func (s *Service) owned(ctx context.Context, p identity.Permission, id string) (links.Link, error) {
	actor, err := identity.Require(ctx, p)
	if err != nil {
		return links.Link{}, err
	}
	l, err := s.opt.Links.Get(ctx, id)
	if err == nil && actor.OrganizationID != l.OrganizationID {
		err = docstore.ErrNotFound
	}
	if err != nil {
		return links.Link{}, err
	}
	return l, nil
}

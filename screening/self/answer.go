package self

import (
	"context"
	"fmt"
	"slices"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/links"
	"github.com/havenloop/havenloop/internal/network"
	"github.com/havenloop/havenloop/internal/secret"
	"github.com/havenloop/havenloop/screening"
)

// Enter takes a code and begins a session; see [links.Service.Enter]. kiosk is
// the token of the device, empty when it is none. It is for everybody.
func (s *Service) Enter(ctx context.Context, code, address, kiosk string) (token string, _ links.Link, err error) {
	var device *links.Kiosk
	if k, found, err := s.opt.Links.Kiosk(ctx, kiosk); err != nil {
		return "", links.Link{}, err
	} else if found {
		device = &k
	}
	return s.opt.Links.Enter(ctx, code, address, device)
}

// EnterOwn takes the code of a link to a patient's own record, and begins a
// session; any other code is refused. It is for everybody.
func (s *Service) EnterOwn(ctx context.Context, code, address string) (token string, _ links.Link, err error) {
	return s.opt.Links.Enter(ctx, code, address, nil, links.OwnPages)
}

// Leave ends the session of a token. It is for who holds the session.
func (s *Service) Leave(ctx context.Context, token string) error { return s.opt.Links.End(ctx, token) }

// SendCode texts a new code to the phone of the session's patient; words makes
// the message of the code. It is for who holds the session.
func (s *Service) SendCode(ctx context.Context, token string, words func(code string) string) error {
	x, err := s.opt.Links.Session(ctx, token)
	if err != nil {
		return err
	}
	p, err := s.opt.Patients.Open(ctx, x.Link.PatientID)
	if err != nil {
		return err
	}
	if !s.MayText(p) {
		return fault.New(fault.BusinessRule, "No text messages can be sent to you now. Ask your worker for a PIN.")
	}
	code, l, err := s.opt.Links.NewText(ctx, token)
	if err != nil {
		return err
	}
	return s.text(ctx, p, fmt.Sprint("code/", l.ID, "/", l.Texts), words(code))
}

// Unlock gives the PIN or the texted code; see [links.Service.Unlock]. It is
// for who holds the session.
func (s *Service) Unlock(ctx context.Context, token string, given secret.Text) (fresh string, err error) {
	fresh, _, err = s.opt.Links.Unlock(ctx, token, given)
	return fresh, err
}

// Choice is what the patient may answer, and how.
type Choice struct {
	Instrument *screening.Instrument
	// Languages are those offered (BCP 47), Language the likely one.
	Languages []string
	Language  string
}

// Choice tells the patient in ctx what there is to answer.
func (s *Service) Choice(ctx context.Context) (Choice, error) {
	l, err := s.link(ctx)
	if err != nil {
		return Choice{}, err
	}
	i, err := s.opt.Screening.OwnInstrument(ctx, l.Instrument)
	if err != nil {
		return Choice{}, err
	}
	c := Choice{Instrument: i, Language: l.Language, Languages: l.Languages}
	if len(c.Languages) == 0 {
		c.Languages, err = s.Languages(ctx, i)
	}
	return c, err
}

// Begin opens the screening of the patient in ctx in a language that is
// offered; the first time it begins the draft.
func (s *Service) Begin(ctx context.Context, language string) (screening.Draft, error) {
	c, err := s.Choice(ctx)
	if err != nil {
		return screening.Draft{}, err
	}
	var wrong fault.Fields
	wrong.Check(slices.Contains(c.Languages, language), "language", "Choose one of the languages.")
	if err := wrong.Err(); err != nil {
		return screening.Draft{}, err
	}
	d, err := s.opt.Screening.BeginOwn(ctx, c.Instrument.Ref(), language)
	if err != nil || d.Language == language {
		return d, err
	}
	return s.opt.Screening.SaveHead(ctx, d.ID, screening.DraftHead{Language: language, Mode: screening.ModeSelf, Respondent: d.Respondent}, 0)
}

// Complete sends the answers of the patient in ctx. Sent again, from another
// tab or device too, it answers the same screening.
func (s *Service) Complete(ctx context.Context) (screening.Result, error) {
	r, err := s.opt.Screening.Complete(ctx, identity.From(ctx).DraftID)
	if err != nil {
		return r, err
	}
	return r, s.arrived(ctx, r.Screening.ID)
}

// Urgent lists the help lines for what the patient in ctx answered, those that
// are for everybody last. A shared device shows the same to everybody: what is
// shown there must not tell what was answered.
func (s *Service) Urgent(ctx context.Context, r screening.Result, shared bool) ([]network.HelpLine, error) {
	settings, err := s.opt.Network.Settings(ctx)
	if err != nil || shared {
		return settings.HelpLines, err
	}
	urgent, topics := false, []string{}
	for _, n := range r.Needs {
		urgent = urgent || n.Urgent
		topics = append(topics, n.Topic)
	}
	var lines []network.HelpLine
	for _, l := range settings.HelpLines {
		if l.Shown(urgent, topics...) {
			lines = append(lines, l)
		}
	}
	return lines, nil
}

// HelpLines lists all help lines, for everybody.
func (s *Service) HelpLines(ctx context.Context) ([]network.HelpLine, error) {
	settings, err := s.opt.Network.Settings(ctx)
	return settings.HelpLines, err
}

// link is the one that opened the screening of the patient in ctx.
func (s *Service) link(ctx context.Context) (links.Link, error) {
	actor, err := identity.Require(ctx, identity.SelfScreen)
	if err != nil {
		return links.Link{}, err
	}
	l, found, err := s.opt.Links.BySubject(ctx, actor.DraftID)
	if err == nil && (!found || l.PatientID != actor.PatientID) {
		err = docstore.ErrNotFound
	}
	return l, err
}

package visits

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
)

// never is the absence of an instant.
var never time.Time

// errSame ends a change that has nothing to store.
var errSame = errors.New("nothing to change")

// change applies fn to an envelope and stores it with an event; with errSame
// it is answered as it stands.
func (s *Service) change(ctx context.Context, id string, fn func(*Envelope) error, event string) (Envelope, error) {
	var seen Envelope
	e, err := s.docs.Update(ctx, id, func(e *Envelope) error {
		seen = *e
		if err := fn(e); err != nil {
			return err
		}
		if event != "" {
			e.ChangedAt = s.Now()
			e.emit(e.ChangedAt, event)
		}
		return nil
	})
	if errors.Is(err, errSame) {
		return seen, nil
	}
	return e, err
}

// carry carries out a stored visit in the name of its actor, and answers it as
// it then stands. Callers at the same time get the same answer. It goes on
// when the one who asked goes away.
func (s *Service) carry(ctx context.Context, id string) (Envelope, error) {
	v, err, _ := s.flight.Do(id, func() (any, error) {
		return s.carryOne(context.WithoutCancel(ctx), id)
	})
	e, _ := v.(Envelope)
	return e, err
}

func (s *Service) carryOne(ctx context.Context, id string) (Envelope, error) {
	e, err := s.change(ctx, id, func(e *Envelope) error {
		now := s.Now()
		if e.State != Waiting || e.Claim != s.holder && now.Before(e.ClaimUntil) {
			return errSame
		}
		e.Claim, e.ClaimUntil = s.holder, now.Add(claimFor)
		return nil
	}, "")
	if err != nil || e.State != Waiting || e.Claim != s.holder {
		return e, err
	}
	c, err := s.open(e)
	if err == nil {
		err = s.carryParts(ctx, &e, &c)
	}
	if err != nil {
		return s.later(ctx, e, c, err)
	}
	return s.note(ctx, e, c)
}

// carryParts carries out the parts of a visit that are not done yet, each when
// those that it needs are done. An error means that a part of the server
// failed; what breaks a rule is noted in e and c.
func (s *Service) carryParts(ctx context.Context, e *Envelope, c *content) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("carry out visit %s: panic: %v", e.ID, r)
		}
	}()
	actor, works, err := s.worker(ctx, e.ActorID, e.OrganizationID)
	if err != nil {
		return err
	}
	if !works {
		e.Hold, e.OwnerID = HoldGone, ""
		return nil
	}
	ctx = docstore.WithRequest(identity.With(ctx, actor), "visit/"+e.ID+"/"+strconv.Itoa(e.Revision), e.ID)
	visit, wrong := assemble(c.Visit, s.Now())
	problems := map[string][]Problem{}
	if p := c.Problems[PartVisit]; len(p) > 0 {
		problems[PartVisit] = p
	}
	c.Problems, c.Candidates = problems, nil
	out := referrals.VisitResult{PatientID: e.PatientID, ScreeningID: e.ScreeningID, ConsentID: e.ConsentID}
	e.Parts = slices.Clone(e.Parts)
	for i := range e.Parts {
		p := &e.Parts[i]
		if p.State == PartDone || p.Name == PartVisit {
			continue
		}
		if waits := waitsFor(p.Name, visit, *e, problems); len(waits) > 0 {
			p.State, problems[p.Name] = PartSkipped, waits
			continue
		}
		problems[p.Name] = wrong[p.Name]
		if len(wrong[p.Name]) == 0 {
			if problems[p.Name], err = s.carryPart(ctx, p.Name, visit, &out, c); err != nil {
				return fmt.Errorf("%s of visit %s: %w", p.Name, e.ID, err)
			}
		}
		p.State = PartDone
		if len(problems[p.Name]) > 0 {
			p.State = PartAttention
		}
		if e.part(referrals.VisitPartPatient) == PartDone {
			e.PatientID = out.PatientID
		}
		e.ScreeningID, e.ConsentID = out.ScreeningID, out.ConsentID
		if out.Referral != nil {
			e.ReferralID = out.Referral.ID
		}
	}
	maps.DeleteFunc(problems, func(_ string, p []Problem) bool { return len(p) == 0 })
	return nil
}

// carryPart carries out one part and tells what is wrong with it.
func (s *Service) carryPart(ctx context.Context, part string, v referrals.Visit, out *referrals.VisitResult, c *content) ([]Problem, error) {
	switch part {
	case referrals.VisitPartPatient:
		if wrong, err := s.known(ctx, v); len(wrong) > 0 || err != nil {
			return wrong, err
		}
	case referrals.VisitPartWanted:
		return s.carryWanted(ctx, v, out)
	}
	err := s.Work.CarryPart(ctx, part, v, out)
	if f, ok := errors.AsType[*fault.Error](err); ok {
		if found, ok := f.Extra["candidates"].([]patients.Candidate); ok {
			for _, one := range found {
				c.Candidates = append(c.Candidates, one.ID)
			}
		}
	}
	return problemsOf(part, err)
}

// known refuses a visit with a patient who is not of the worker's organization.
func (s *Service) known(ctx context.Context, v referrals.Visit) ([]Problem, error) {
	if v.Patient.ID == "" {
		return nil, nil
	}
	p, err := s.Patients.Open(ctx, v.Patient.ID)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	if err != nil || p.OrganizationID != identity.From(ctx).OrganizationID {
		return []Problem{{Field: "id", Format: sayElsewhere}}, nil
	}
	return nil, nil
}

// carryWanted notes for each topic whether help is wanted. What the need says
// already stands; what somebody changed after the visit is not written over.
func (s *Service) carryWanted(ctx context.Context, v referrals.Visit, out *referrals.VisitResult) ([]Problem, error) {
	var err error
	if out.Needs, err = s.Needs.Needs(ctx, out.PatientID); err != nil {
		return nil, err
	}
	var wrong []Problem
	for _, topic := range slices.Sorted(maps.Keys(v.Wanted)) {
		field := referrals.VisitPartWanted + "." + topic
		if i := slices.IndexFunc(out.Needs, func(n need) bool { return n.Topic == topic }); i >= 0 {
			if says(out.Needs[i], v.Wanted[topic]) {
				continue
			}
			if changedSince(out.Needs[i], v.CollectedAt, out.ScreeningID) {
				wrong = append(wrong, Problem{Field: field, Format: sayNeedChanged})
				continue
			}
		}
		one := v
		one.Wanted = map[string]bool{topic: v.Wanted[topic]}
		found, err := problemsOf(referrals.VisitPartWanted, s.Work.CarryPart(ctx, referrals.VisitPartWanted, one, out))
		if err != nil {
			return nil, err
		}
		for _, p := range found {
			wrong = append(wrong, Problem{Field: field, Format: p.Format, Args: p.Args})
		}
	}
	return wrong, nil
}

// lookedAt are the kinds of failure that a person mends; others are the
// server's, and the visit is tried again.
var lookedAt = []fault.Kind{fault.Invalid, fault.Forbidden, fault.NotFound, fault.Conflict, fault.BusinessRule, fault.TooLong}

// problemsOf turns a refusal into problems, and answers other failures.
func problemsOf(part string, err error) ([]Problem, error) {
	f, ok := errors.AsType[*fault.Error](err)
	if err == nil || !ok || !slices.Contains(lookedAt, f.Kind) {
		return nil, err
	}
	switch {
	case f.Kind == fault.NotFound:
		return []Problem{{Format: notFound[part]}}, nil
	case errors.Is(err, docstore.ErrConflict):
		return []Problem{{Format: changed[part]}}, nil
	case len(f.Fields) == 0:
		return []Problem{{Format: f.Format, Args: f.Args}}, nil
	}
	var out []Problem
	for _, field := range f.Fields {
		out = append(out, Problem{Field: field.Name, Format: field.Format, Args: field.Args})
	}
	return out, nil
}

// note stores what came of carrying out a visit.
func (s *Service) note(ctx context.Context, e Envelope, c content) (Envelope, error) {
	e.State, e.Claim, e.ClaimUntil, e.RetryAt, e.Tries = Done, "", never, never, 0
	e.RemindAt, e.EscalateAt = never, never
	e.ChangedAt = s.Now()
	event := "visit.done"
	if e.Hold != "" || slices.ContainsFunc(e.Parts, func(p Part) bool { return p.State != PartDone }) {
		s.ask(ctx, &e)
		event = "visit.attention"
	}
	if err := s.shut(&e, c); err != nil {
		return e, err
	}
	e.emit(e.ChangedAt, event)
	if err := s.docs.Replace(ctx, &e); err != nil {
		if errors.Is(err, docstore.ErrConflict) { // another process took over
			return s.docs.Get(ctx, e.ID)
		}
		return e, fmt.Errorf("note visit %s: %w", e.ID, err)
	}
	return e, nil
}

// later gives a visit up for now, because a part of the server failed; after
// many tries a person is asked.
func (s *Service) later(ctx context.Context, e Envelope, c content, cause error) (Envelope, error) {
	stored, err := s.change(ctx, e.ID, func(d *Envelope) error {
		if d.State != Waiting || d.Claim != s.holder {
			return errSame
		}
		d.Claim, d.ClaimUntil, d.RetryAt = "", never, s.Now().Add(retryAfter)
		if d.Tries++; d.Tries < triesMost {
			return nil
		}
		c.Problems = map[string][]Problem{PartVisit: {{Format: sayOurs}}}
		if d.part(PartVisit) == "" {
			d.Parts = slices.Insert(slices.Clone(d.Parts), 0, Part{PartVisit, PartAttention})
		}
		s.ask(ctx, d)
		if c.Arrived == "" { // the text itself cannot be opened; it stays as it is
			return nil
		}
		return s.shut(d, c)
	}, "")
	return stored, errors.Join(cause, err)
}

// ask makes a visit wait for a person, who is told when it waits too long.
func (s *Service) ask(ctx context.Context, e *Envelope) {
	now := s.Now()
	e.State = Attention
	// A calendar that cannot be read is none: then every weekday counts.
	cal, _ := s.Accounts.Calendar(ctx, e.OrganizationID)
	e.RemindAt, e.EscalateAt = cal.AddBusinessDays(now, remindDays), cal.AddBusinessDays(now, escalateDays)
}

// RawPart writes a part of a visit as it is kept.
func rawPart(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("part of a visit: %v", err)) // types of our own, always JSON
	}
	return b
}

package screening

import (
	"context"
	"maps"
	"time"

	"github.com/havenloop/havenloop/internal/network"
)

// dueRule is what NextDue needs for the patients of one organization.
type dueRule struct {
	set  network.Rescreen
	zone *time.Location
}

func (s *Service) dueRule(ctx context.Context, organizationID string) (dueRule, error) {
	r := dueRule{network.Defaults().Rescreen, time.UTC}
	if s.opt.Network != nil {
		settings, err := s.opt.Network.Settings(ctx)
		if err != nil {
			return r, err
		}
		r.set = settings.Rescreen
	}
	if s.opt.Zone == nil {
		return r, nil
	}
	var err error
	r.zone, err = s.opt.Zone(ctx, organizationID)
	return r, err
}

// settle brings the day on which it is due up to date. A worker who was told
// is not told again because a day in the past became another one.
func (r *Rescreening) settle(rule dueRule, now time.Time) {
	facts := DueFacts{LastAt: r.LastAt, Topics: r.Topics, DischargedOn: r.DischargedOn}
	if r.PutOff != nil {
		facts.PutOffUntil = r.PutOff.Until
	}
	told := r.Due != nil && r.ToldFor == r.Due.On
	due, ok := NextDue(facts, rule.set, rule.zone)
	if !ok {
		r.Due, r.DueAt = nil, time.Time{}
		return
	}
	r.Due, r.DueAt = &due, due.Begins(rule.zone)
	if told && !r.DueAt.After(now) {
		r.ToldFor = due.On
	}
}

// take notes a screening that asked about the topics. It may be repeated, in
// any order.
func (r *Rescreening) take(doc Screening, asked []string) {
	positive := map[string]bool{}
	for _, f := range doc.Findings {
		positive[f.Topic] = f.Positive
		asked = append(asked, f.Topic)
	}
	if r.Topics = maps.Clone(r.Topics); r.Topics == nil {
		r.Topics = map[string]TopicSeen{}
	}
	for _, topic := range asked {
		if !r.Topics[topic].At.After(doc.AnsweredAt) {
			r.Topics[topic] = TopicSeen{At: doc.AnsweredAt, Positive: positive[topic]}
		}
	}
	if doc.AnsweredAt.After(r.LastAt) {
		r.LastScreeningID, r.LastAt = doc.ID, doc.AnsweredAt
		if doc.By != doc.PatientID { // else the patient answered alone
			r.LastBy, r.LastByName = doc.By, doc.ByName
		}
	}
	if r.PutOff != nil && doc.AnsweredAt.After(r.PutOff.At) {
		r.PutOff = nil
	}
}

// askedTopics lists the topics that a screening asked about; none when its
// instrument is gone.
func (s *Service) askedTopics(ctx context.Context, doc Screening) []string {
	i, err := s.catalog.find(ctx, doc.Instrument)
	if err != nil {
		return nil
	}
	var out []string
	for _, q := range i.Asked(doc.Answers) {
		if q.Topic != "" {
			out = append(out, q.Topic)
		}
	}
	return out
}

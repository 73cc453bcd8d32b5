package screening

import (
	"context"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// What became of a topic since earlier screenings.
const (
	ChangeNew        = "new"         // found, and an earlier screening did not find it
	ChangeFirst      = "first-asked" // found, and no earlier screening settled it
	ChangeStill      = "still"       // found, as before
	ChangeGone       = "gone"        // found before, not found now
	ChangeNotSettled = "not-settled" // settled before; asked now, but left out, declined or unknown
	ChangeNotAsked   = "not-asked"   // found before; this screening does not ask about it
)

// Change is what became of one topic since earlier screenings.
type Change struct {
	Topic string `json:"topic"`
	Kind  string `json:"kind"` // ChangeNew … ChangeNotAsked
	// Private topics stay out of sight of others.
	Private bool `json:"private,omitempty"`
	// SinceID is the newest earlier screening that settled the topic, Since
	// when it was answered; empty for ChangeFirst.
	SinceID string    `json:"sinceId,omitempty"`
	Since   time.Time `json:"since,omitzero"`
	// OtherInstrument tells that it asked with another questionnaire, so that
	// the difference may come from the questions.
	OtherInstrument bool `json:"otherInstrument,omitempty"`
}

// Compare tells what became of each topic: current against the newest earlier
// screening that settled the topic. earlier has the newest first; asked are the
// topics that current asked about. A topic that was not found before and is not
// found now is left out. The order is that of the current findings, then that
// of the earlier ones. It is pure.
func Compare(earlier []Screening, current Screening, asked []string) []Change {
	type before struct {
		Screening
		f Finding
	}
	known := map[string]before{}
	var order []string
	for _, s := range earlier {
		for _, f := range s.Findings {
			if _, newer := known[f.Topic]; !newer {
				known[f.Topic], order = before{s, f}, append(order, f.Topic)
			}
		}
	}
	out := []Change{}
	done := map[string]bool{}
	tell := func(topic, kind string, private bool) {
		c := Change{Topic: topic, Kind: kind, Private: private}
		if b, ok := known[topic]; ok {
			c.SinceID, c.Since, c.OtherInstrument = b.ID, b.AnsweredAt, b.InstrumentID != current.InstrumentID
		}
		out = append(out, c)
	}
	for _, f := range current.Findings {
		done[f.Topic] = true
		b, ok := known[f.Topic]
		switch {
		case f.Positive && !ok:
			tell(f.Topic, ChangeFirst, f.Private)
		case f.Positive && b.f.Positive:
			tell(f.Topic, ChangeStill, f.Private)
		case f.Positive:
			tell(f.Topic, ChangeNew, f.Private)
		case ok && b.f.Positive:
			tell(f.Topic, ChangeGone, f.Private)
		}
	}
	now := map[string]bool{}
	for _, topic := range asked {
		now[topic] = true
	}
	for _, topic := range order {
		switch b := known[topic]; {
		case done[topic]:
		case now[topic]:
			tell(topic, ChangeNotSettled, b.f.Private)
		case b.f.Positive:
			tell(topic, ChangeNotAsked, b.f.Private)
		}
	}
	return out
}

// compared is how many earlier screenings Changes looks at.
const compared = 20

// Changes tells what became of each topic since the patient's earlier
// screenings; nothing for the first one.
func (s *Service) Changes(ctx context.Context, doc Screening) ([]Change, error) {
	actor, err := identity.Require(ctx, identity.ScreeningsRead)
	if err != nil {
		return nil, err
	}
	if err := mayOpen(actor, doc.OrganizationID); err != nil {
		return nil, err
	}
	page, err := s.screenings.Find(ctx, docstore.Query{
		Where: []docstore.Cond{
			docstore.Eq("patient", docstore.String(doc.PatientID)),
			docstore.Range("answered", docstore.None, docstore.Time(doc.AnsweredAt)),
		},
		OrderBy: []string{"answered"}, Desc: true, Limit: compared,
	})
	if err != nil || len(page.Items) == 0 {
		return []Change{}, err
	}
	return Compare(page.Items, doc, s.askedTopics(ctx, doc)), nil
}

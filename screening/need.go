package screening

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// NeedStatus is where a need stands.
type NeedStatus string

// The statuses of a need.
const (
	NeedOpen       NeedStatus = "open"        // found, the patient was not asked yet whether help is wanted
	NeedWanted     NeedStatus = "wanted"      // help is wanted
	NeedInProgress NeedStatus = "in-progress" // a referral is under way
	NeedMet        NeedStatus = "met"
	NeedNotWanted  NeedStatus = "not-wanted" // the patient wants no help with it
	NeedNoLonger   NeedStatus = "no-longer"  // it went away, or turned out not to be one
)

// Closed tells whether nothing more is to be done about a need.
func (s NeedStatus) Closed() bool { return s == NeedMet || s == NeedNoLonger }

// Need is one social need of a patient: one per topic, through all screenings,
// and the parts that a person split off it.
type Need struct {
	docstore.Meta
	PatientID      string `json:"patientId"`
	OrganizationID string `json:"organizationId"`
	Topic          string `json:"topic"`
	// Part says, in a few words of a person, what of the topic the need is about;
	// empty for all of it. PartOf is the need that it was split off.
	Part   string     `json:"part,omitempty"`
	PartOf string     `json:"partOf,omitempty"`
	Domain string     `json:"domain"`
	Status NeedStatus `json:"status"`
	// Wanted is what the patient said about help; null when not asked yet.
	Wanted *bool `json:"wanted"`
	Urgent bool  `json:"urgent"`
	// Private needs stay out of notices and of the lists that agencies see; on a
	// referral's own page an agency sees what the consent covers.
	Private bool `json:"private"`
	// HandOff needs want a clinician, not a referral alone.
	HandOff bool `json:"handOff,omitempty"`
	// ScreeningID is the newest screening that found the need, LinkIDs the
	// questions there that it rests on.
	ScreeningID string   `json:"screeningId"`
	LinkIDs     []string `json:"linkIds,omitempty"`
	// Since is when the status last changed.
	Since time.Time `json:"since"`
	// ProposedToClose is set when a newer screening did not find the need any
	// more; a person decides.
	ProposedToClose *Proposal    `json:"proposedToClose,omitempty"`
	Suggested       []Suggestion `json:"suggested,omitempty"`
	History         []NeedChange `json:"history"`
	// AnsweredAt is when the newest screening about the topic was answered.
	AnsweredAt time.Time `json:"answeredAt"`
}

// Proposal says that a screening speaks for closing a need.
type Proposal struct {
	ScreeningID string    `json:"screeningId"`
	At          time.Time `json:"at"`
}

// NeedChange is one line of a need's history.
type NeedChange struct {
	At     time.Time  `json:"at"`
	By     string     `json:"by"`
	ByName string     `json:"byName,omitempty"`
	From   NeedStatus `json:"from,omitempty"`
	To     NeedStatus `json:"to"`
	// Why is ByScreening, NotFoundByScreening, ByPerson, KeptByPerson, or what
	// another room gave as its reason.
	Why         string `json:"why"`
	ScreeningID string `json:"screeningId,omitempty"`
}

// Why a need changed.
const (
	ByScreening         = "screening"
	NotFoundByScreening = "not-found-by-screening"
	ByPerson            = "person"
	KeptByPerson        = "kept"  // although a newer screening did not find it
	BySplit             = "split" // a person made two of it
)

// needSpec says how needs are kept.
var needSpec = docstore.Spec[Need]{
	Name: "needs", Schema: 1,
	Meta: func(n *Need) *docstore.Meta { return &n.Meta },
	Keys: docstore.Keys[Need]{
		"patient": func(n Need) docstore.Value { return docstore.String(n.PatientID) },
		"topic":   func(n Need) docstore.Value { return docstore.String(n.Topic) },
		"wanted":  Need.wantedBy,
		"since":   func(n Need) docstore.Value { return docstore.Time(n.Since) },
	},
	Kinds:   map[string]docstore.Kind{"since": docstore.IntKind},
	Indexes: []docstore.Index{{"patient", "topic"}, {"wanted", "since"}},
}

// needSpace is the namespace of need ids.
var needSpace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:havenloop:need"))

// needID is the id of a patient's need about a topic.
func needID(patientID, topic string) string {
	return uuid.NewSHA1(needSpace, []byte(patientID+"\x00"+topic)).String()
}

// newNeed makes the need that a screening found first.
func newNeed(doc Screening, f Finding) Need {
	n := Need{
		Meta:      docstore.Meta{ID: needID(doc.PatientID, f.Topic)},
		PatientID: doc.PatientID, OrganizationID: doc.OrganizationID,
		Topic: f.Topic, Status: NeedOpen, Since: doc.AnsweredAt,
	}
	n.take(doc, f)
	n.History = []NeedChange{screened(doc, "", NeedOpen, ByScreening)}
	return n
}

// take copies what a finding says.
func (n *Need) take(doc Screening, f Finding) {
	n.Domain, n.Urgent, n.Private, n.HandOff = f.Domain, f.Urgent, f.Private, f.HandOff
	n.ScreeningID, n.LinkIDs, n.Suggested = doc.ID, f.LinkIDs, f.Suggested
	n.AnsweredAt, n.ProposedToClose = doc.AnsweredAt, nil
}

func screened(doc Screening, from, to NeedStatus, why string) NeedChange {
	return NeedChange{At: doc.AnsweredAt, By: doc.By, ByName: doc.ByName, From: from, To: to, Why: why, ScreeningID: doc.ID}
}

// apply brings the need up to date with a finding of a screening, and reports
// whether that changed anything: a screening counts once, and one answered
// before the newest known is only noted. A positive finding opens a closed
// need again; a negative one closes nothing but proposes it.
func (n *Need) apply(doc Screening, f Finding, now time.Time) bool {
	if slices.ContainsFunc(n.History, func(c NeedChange) bool { return c.ScreeningID == doc.ID }) {
		return false
	}
	from, why := n.Status, ByScreening
	if !f.Positive {
		why = NotFoundByScreening
	}
	switch newest := !doc.AnsweredAt.Before(n.AnsweredAt); {
	case newest && f.Positive:
		n.take(doc, f)
		if n.Status.Closed() {
			n.Status, n.Wanted, n.Since = NeedOpen, nil, doc.AnsweredAt
		}
	case newest:
		n.AnsweredAt = doc.AnsweredAt
		if !n.Status.Closed() {
			n.ProposedToClose = &Proposal{ScreeningID: doc.ID, At: doc.AnsweredAt}
		}
	}
	n.History = append(n.History, screened(doc, from, n.Status, why))
	if n.Status != from {
		n.changed(now, from)
	}
	return true
}

// changed emits the event of a changed status.
func (n *Need) changed(now time.Time, from NeedStatus) {
	n.Emit(now, "need.changed", map[string]any{
		"patientId": n.PatientID, "organizationIds": []string{n.OrganizationID}, "from": from, "to": n.Status,
	})
}

// set gives the need a status and notes who did it and why.
func (n *Need) set(now time.Time, a identity.Actor, to NeedStatus, why string) {
	from := n.Status
	n.History = append(n.History, NeedChange{At: now, By: a.ID, ByName: a.Name, From: from, To: to, Why: why})
	if to == from {
		return
	}
	n.Status, n.Since = to, now
	if to.Closed() {
		n.ProposedToClose = nil
	}
	n.changed(now, from)
}

// Referable answers nil when a referral may be made for the need, else a
// BusinessRule fault that says why not.
func (n Need) Referable() error {
	switch {
	case n.Status == NeedNotWanted:
		return fault.New(fault.BusinessRule, "The patient wants no help with this need. Ask again before you refer.")
	case n.Status.Closed():
		return fault.New(fault.BusinessRule, "This need is closed. Open it again before you refer.")
	}
	return nil
}

// Needs lists the needs of a patient: urgent ones first, closed ones last.
// Private ones are among them and marked; lists that others may see leave them out.
func (s *Service) Needs(ctx context.Context, patientID string) ([]Need, error) {
	actor, err := identity.Require(ctx, identity.ScreeningsRead)
	if err != nil {
		return nil, err
	}
	if _, err := s.patient(ctx, actor, patientID); err != nil {
		return nil, err
	}
	page, err := s.needs.Find(ctx, docstore.Query{Where: []docstore.Cond{docstore.Eq("patient", docstore.String(patientID))}})
	slices.SortStableFunc(page.Items, func(a, b Need) int { return a.rank() - b.rank() })
	return page.Items, err
}

func (n Need) rank() int {
	switch {
	case n.Status.Closed() || n.Status == NeedNotWanted:
		return 2
	case n.Urgent:
		return 0
	}
	return 1
}

// Need reads one need of a patient of the actor's organization.
func (s *Service) Need(ctx context.Context, id string) (Need, error) {
	actor, err := identity.Require(ctx, identity.ScreeningsRead)
	if err != nil {
		return Need{}, err
	}
	return open(s.needs.Get(ctx, id))(actor)
}

// OpenNeed reads a need for other rooms; it checks nothing.
func (s *Service) OpenNeed(ctx context.Context, id string) (Need, error) { return s.needs.Get(ctx, id) }

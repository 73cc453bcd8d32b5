package screening

import (
	"context"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// Screening is one complete screening: the answers as given, and what followed
// from them under the rules of its day. It never changes.
type Screening struct {
	docstore.Meta
	PatientID      string `json:"patientId"`
	OrganizationID string `json:"organizationId"`
	// Instrument is the canonical "url|version" of the Questionnaire.
	Instrument   string `json:"instrument"`
	InstrumentID string `json:"instrumentId"`
	// Language is the BCP 47 tag of the language that was spoken or read.
	Language string `json:"language"`
	// Mode says how the answers came in, for example "in-person" or "phone".
	Mode       string     `json:"mode,omitempty"`
	Respondent Respondent `json:"respondent"`
	AnsweredAt time.Time  `json:"answeredAt"`
	RecordedAt time.Time  `json:"recordedAt"`
	// By is the user who recorded the answers.
	By      string  `json:"by"`
	ByName  string  `json:"byName"`
	Answers Answers `json:"answers"`
	Derived
}

// Respondent says who answered.
type Respondent struct {
	// Relationship to the patient: "self", "parent", "guardian", "proxy" or another code.
	Relationship string `json:"relationship,omitempty"`
}

// screeningSpec says how complete screenings are kept.
var screeningSpec = docstore.Spec[Screening]{
	Name: "screenings", Schema: 1,
	Meta: func(s *Screening) *docstore.Meta { return &s.Meta },
	Keys: docstore.Keys[Screening]{
		"patient":  func(s Screening) docstore.Value { return docstore.String(s.PatientID) },
		"answered": func(s Screening) docstore.Value { return docstore.Time(s.AnsweredAt) },
	},
	Kinds:   map[string]docstore.Kind{"answered": docstore.IntKind},
	Indexes: []docstore.Index{{"patient", "answered"}},
}

// Get reads a screening of a patient of the actor's organization.
func (s *Service) Get(ctx context.Context, id string) (Screening, error) {
	actor, err := identity.Require(ctx, identity.ScreeningsRead)
	if err != nil {
		return Screening{}, err
	}
	doc, err := open(s.screenings.Get(ctx, id))(actor)
	if err != nil {
		return Screening{}, err
	}
	return doc, s.saw(ctx, doc.PatientID, doc.ID)
}

// ForPatient lists the screenings of a patient, newest first.
func (s *Service) ForPatient(ctx context.Context, patientID string) ([]Screening, error) {
	actor, err := identity.Require(ctx, identity.ScreeningsRead)
	if err != nil {
		return nil, err
	}
	if _, err := s.patient(ctx, actor, patientID); err != nil {
		return nil, err
	}
	page, err := s.screenings.Find(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Eq("patient", docstore.String(patientID))}, Desc: true,
	})
	if err != nil || len(page.Items) == 0 {
		return nil, err
	}
	return page.Items, s.saw(ctx, patientID, "")
}

// owned is a document of an organization's patient.
type owned interface{ owner() string }

func (s Screening) owner() string { return s.OrganizationID }
func (d Draft) owner() string     { return d.OrganizationID }
func (n Need) owner() string      { return n.OrganizationID }

// open takes what a read answered and gives it out to actors of its
// organization; for others it does not exist.
func open[T owned](t T, err error) func(identity.Actor) (T, error) {
	return func(a identity.Actor) (T, error) {
		var none T
		if err == nil {
			err = mayOpen(a, t.owner())
		}
		if err != nil {
			return none, err
		}
		return t, nil
	}
}

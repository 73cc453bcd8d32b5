package visits

import (
	"encoding/json"
	"time"

	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/screening"
)

// Row is a visit in a list.
type Row struct {
	ID        string        `json:"id"`
	Version   int64         `json:"version"`
	State     State         `json:"state"`
	Hold      Hold          `json:"hold,omitempty"`
	ArrivedAt time.Time     `json:"arrivedAt"`
	SealedBy  referrals.Ref `json:"sealedBy"` // who met the patient
	SentBy    referrals.Ref `json:"sentBy"`
	// Name is the patient's, as the visit has it; empty when it is not known or
	// not for the one who asks.
	Name      string `json:"name,omitempty"`
	PatientID string `json:"patientId,omitempty"`
	Parts     []Part `json:"parts"`
}

// View is a visit with what is wrong with it, for who mends it.
type View struct {
	Row
	ScreeningID string `json:"screeningId,omitempty"`
	ConsentID   string `json:"consentId,omitempty"`
	ReferralID  string `json:"referralId,omitempty"`
	// Told are the parts with their problems.
	Told []PartView `json:"told"`
	// Visit is what was collected, as it now stands; null when it is wiped or
	// not for the one who asks.
	Visit json.RawMessage `json:"visit"`
	// Arrived is the text as it came, when not all of it can be read.
	Arrived string `json:"arrived,omitempty"`
	// Candidates may be the patient of the visit.
	Candidates []Candidate `json:"candidates,omitempty"`
	// Now is what the records say, to be held against the visit.
	Now *Present `json:"now,omitempty"`
	// Reason is why it was set aside; it can be taken back until UndoUntil.
	Reason    string    `json:"reason,omitempty"`
	UndoUntil time.Time `json:"undoUntil,omitzero"`

	// Collected is Visit as far as it can be read.
	Collected referrals.Visit `json:"-"`
}

// Candidate is a patient who may be the one of the visit.
type Candidate struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	BirthDate string `json:"birthDate"`
	Phone     string `json:"phone,omitempty"` // the last four digits
}

// Present is what the records say now of the patient of a visit.
type Present struct {
	Patient patients.Patient `json:"patient"`
	Needs   []screening.Need `json:"needs"`
}

// Readable tells whether the text is shown to the one who asks.
func (v View) Readable() bool { return len(v.Visit) > 0 && string(v.Visit) != "null" }

// Part answers the state of a part; empty when the visit has none of the name.
func (v View) Part(name string) PartState { return Envelope{Parts: v.Parts}.part(name) }

// Problems lists what is wrong with a part.
func (v View) Problems(part string) []ProblemView {
	for _, p := range v.Told {
		if p.Name == part {
			return p.Problems
		}
	}
	return nil
}

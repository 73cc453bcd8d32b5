package figures

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"reflect"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
)

// Fact is what the figures know of one referral. Its id is the referral's. It
// names nobody: of the patient it has a number that only tells them apart.
type Fact struct {
	docstore.Meta
	// Of is the version of the referral that the fact was made from.
	Of   int64 `json:"of"`
	Kind Kind  `json:"kind"`

	Need   string `json:"need"` // domain
	Agency string `json:"agency"`
	// Name is the agency's.
	Name   string `json:"name"`
	Sender string `json:"sender"`
	// ZIP and Language are the patient's when the fact was first made, which is
	// when the referral was sent; "" when not known.
	ZIP      string `json:"zip,omitempty"`
	Language string `json:"language,omitempty"`
	Urgent   bool   `json:"urgent,omitempty"`
	Person   uint32 `json:"person"`

	Sent         int64 `json:"sent"` // milliseconds since 1970, as the instants below; 0 for never
	Acknowledged int64 `json:"acknowledged,omitempty"`
	Accepted     int64 `json:"accepted,omitempty"`
	Started      int64 `json:"started,omitempty"`
	Closed       int64 `json:"closed,omitempty"`
	Confirmed    int64 `json:"confirmed,omitempty"`

	// By says, for each of the four measures that holds, who reported it.
	By [measures]Source `json:"by"`
	// Unhelped says that it ended without the service.
	Unhelped bool `json:"unhelped,omitempty"`
	// Reason is why it ended without the service: a coded reason or outcome.
	Reason string `json:"reason,omitempty"`
}

// Kind says what a referral counts as.
type Kind uint8

// The kinds.
const (
	Uncounted Kind = iota // a draft, a mistake, private, or one where another agency was faster
	Counted               // sent to an agency that was to answer
	Logged                // a number was given; nobody was to answer
)

// Measure is one of the four things that are counted apart.
type Measure uint8

// The four measures.
const (
	Acknowledged Measure = iota
	Closed
	Received
	Resolved
	measures
)

// Source is who reported a measure.
type Source uint8

// The sources; Nobody is for a measure that does not hold.
const (
	Nobody Source = iota
	ByAgency
	ByTeam    // the care organization's people
	ByPatient // or their representative
	BySystem
	sources
)

// sourceCodes are the sources that referrals name.
var sourceCodes = map[string]Source{
	"agency": ByAgency, "sender": ByTeam, "worker": ByTeam, "patient": ByPatient, "representative": ByPatient, "system": BySystem,
}

var factSpec = docstore.Spec[Fact]{
	Name: "referral_facts", Schema: 1,
	Meta: func(f *Fact) *docstore.Meta { return &f.Meta },
}

// factOf tells what the figures know of a referral. An earlier fact of it says
// where the patient was at home when it was sent.
func factOf(r referrals.Referral, p patients.Patient, earlier *Fact) Fact {
	f := Fact{
		Meta: docstore.Meta{ID: r.ID}, Of: r.Version, Kind: kindOf(r),
		Need: r.Need.Domain, Agency: r.Agency.ID, Name: r.Agency.Name, Sender: r.Sender.ID,
		ZIP: p.Address.PostalCode, Language: cmp.Or(p.Languages.Spoken, p.Languages.Written),
		Urgent: r.Priority == referrals.Urgent, Person: personOf(r.PatientID),
	}
	if earlier != nil {
		f.Meta, f.ZIP, f.Language = earlier.Meta, earlier.ZIP, earlier.Language
	}
	if r.Need.Private || referrals.Violence(r.Need.Domain) { // not even in the store
		return Fact{Meta: f.Meta, Of: f.Of, Kind: Uncounted}
	}
	sent := r.First(referrals.Requested)
	if sent.IsZero() {
		sent = r.CreatedAt
	}
	f.Sent, f.Accepted, f.Started = millis(sent), millis(r.First(referrals.Accepted)), millis(r.First(referrals.InProgress))
	f.measure(r)
	return f
}

// measure notes the four measures, and whether it ended without the service.
func (f *Fact) measure(r referrals.Referral) {
	m := r.Measures
	f.By[Acknowledged], f.Acknowledged = reported(m.Acknowledged, "yes")
	if m.Closed != nil {
		f.By[Closed], f.Closed = sourceCodes[m.Closed.Source], millis(m.Closed.At)
	}
	f.By[Received], _ = reported(m.ServiceReceived, string(referrals.ReceivedYes), string(referrals.ReceivedPartly))
	f.By[Resolved], _ = reported(m.NeedResolved, "yes")
	if r.Confirmation != nil {
		f.Confirmed = millis(r.Confirmation.At)
	}
	said := m.ServiceReceived != nil && m.ServiceReceived.Value == string(referrals.ReceivedNo)
	over := r.Status.Closed() && (said || r.Status != referrals.Completed || r.Settlement != nil)
	if f.Unhelped = over && f.By[Received] == Nobody; f.Unhelped {
		f.Reason = cmp.Or(r.Reason, string(r.Outcome))
	}
}

// same tells whether another fact of the referral counts alike.
func (f Fact) same(g Fact) bool {
	f.Meta, f.Of = g.Meta, g.Of
	return reflect.DeepEqual(f, g)
}

// reported tells who reported a measure and when, if its value is one of those.
func reported(m *referrals.Report, values ...string) (Source, int64) {
	for _, v := range values {
		if m != nil && m.Value == v {
			return max(sourceCodes[m.Source], ByAgency), millis(m.At)
		}
	}
	return Nobody, 0
}

func kindOf(r referrals.Referral) Kind {
	switch {
	case r.Status == referrals.Draft, r.Status == referrals.EnteredInError, r.PassedOver():
		return Uncounted
	case r.LogOnly:
		return Logged
	}
	return Counted
}

// personOf is a number that tells patients apart. Two of a group may share
// one; then the group counts as smaller than it is, never as larger.
func personOf(patientID string) uint32 {
	sum := sha256.Sum256([]byte(patientID))
	return binary.BigEndian.Uint32(sum[:])
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

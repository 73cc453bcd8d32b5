package screening

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/docstore"
)

// StoredInstrument is an instrument that the network brought itself, or what
// it decided about one that comes with the program. Its Questionnaire never
// changes; rules are added, and each screening names those it was found with.
type StoredInstrument struct {
	docstore.Meta
	// Ref is the canonical "url|version" of the Questionnaire.
	Ref string `json:"ref"`
	// Shipped tells that the Questionnaire comes with the program.
	Shipped bool `json:"shipped,omitempty"`
	// Retired instruments start no new screening.
	Retired       bool            `json:"retired,omitempty"`
	Questionnaire json.RawMessage `json:"questionnaire,omitempty"`
	// RuleSets are the rules in the order in which they came; the last one applies.
	RuleSets []RuleSet `json:"ruleSets,omitempty"`
	At       time.Time `json:"at"`
	By       string    `json:"by"`
	ByName   string    `json:"byName"`
}

// RuleSet is one version of an instrument's rules.
type RuleSet struct {
	Version string          `json:"version"`
	Rules   json.RawMessage `json:"rules"`
	At      time.Time       `json:"at"`
	By      string          `json:"by"`
}

// rules are those that apply; nil for none.
func (d StoredInstrument) rules() json.RawMessage {
	if len(d.RuleSets) == 0 {
		return nil
	}
	return d.RuleSets[len(d.RuleSets)-1].Rules
}

// storedSpec says how instruments are kept.
var storedSpec = docstore.Spec[StoredInstrument]{
	Name: "instruments", Schema: 1,
	Meta: func(d *StoredInstrument) *docstore.Meta { return &d.Meta },
}

// instrumentSpace is the namespace of the ids of stored instruments.
var instrumentSpace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:havenloop:instrument"))

// storedID is the id of the document about an instrument.
func storedID(ref string) string { return uuid.NewSHA1(instrumentSpace, []byte(ref)).String() }

// sameJSON tells whether two texts hold the same JSON.
func sameJSON(a, b json.RawMessage) bool { return string(canonical(a)) == string(canonical(b)) }

// canonical is the JSON without insignificant blanks, its names in order.
func canonical(b json.RawMessage) []byte {
	var v any
	if json.Unmarshal(b, &v) != nil {
		return b
	}
	out, err := json.Marshal(v)
	if err != nil {
		return b
	}
	return out
}

package directory

// Eligibility is for whom a service is, as far as that is structured; every
// requirement has to be met. What could not be read stays in words in
// [Service.EligibilityDescription].
type Eligibility struct {
	// Everyone says that the listing calls itself open to everybody.
	Everyone     bool          `json:"everyone,omitempty"`
	Requirements []Requirement `json:"requirements,omitempty"`
	// Papers are what the service asks to see.
	Papers []Paper `json:"papers,omitempty"`
	// Unread says that the text has rules beyond those.
	Unread bool `json:"unread,omitempty"`
	// Said says that the requirements are those that a person said, also when
	// there are none; else they were read.
	Said bool `json:"said,omitempty"`
	// Reader is the version of the rules by which it was read.
	Reader int `json:"reader,omitempty"`
}

// Requirement is one thing asked of a person: to meet at least one of some conditions.
type Requirement struct {
	AnyOf []Condition `json:"anyOf"`
	// Sure is how sure the reading is, from 0 to 1; 1 for what a person said.
	Sure float64 `json:"sure"`
	// Source is [Manual], FromField, FromText or FromTitle.
	Source string `json:"source"`
}

// Firm tells whether the requirement is sure enough to leave a person out who
// does not meet it.
func (r Requirement) Firm() bool { return r.Sure >= firm }

// Condition is a fact about a person.
type Condition struct {
	Kind ConditionKind `json:"kind"`
	// Value tells conditions of a kind apart; see the constants.
	Value string `json:"value,omitempty"`
	// Min and Max bound an age in years, and Max an income in percent of the
	// federal poverty level; nil is no bound.
	Min *float64 `json:"min,omitempty"`
	Max *float64 `json:"max,omitempty"`
	// Areas are area codes in one of which the person lives.
	Areas []string `json:"areas,omitempty"`
}

// ConditionKind is what a condition is about.
type ConditionKind string

// The kinds of conditions, with their values.
const (
	AgeCondition         ConditionKind = "age"         // Min, Max; or one of the words in ageWords
	SexCondition         ConditionKind = "sex"         // Female, Male
	ResidenceCondition   ConditionKind = "residence"   // Areas
	IncomeCondition      ConditionKind = "income"      // Max; without it a low income, not said how low
	VeteranCondition     ConditionKind = "veteran"     //
	PregnantCondition    ConditionKind = "pregnant"    // also after a birth
	HouseholdCondition   ConditionKind = "household"   // WithChildren, Family, Single
	ImmigrationCondition ConditionKind = "immigration" // NeedsPapers
	InsuranceCondition   ConditionKind = "insurance"   // Medicaid, Medicare, Uninsured, Insured
	DisabilityCondition  ConditionKind = "disability"  //
	HomelessCondition    ConditionKind = "homeless"    //
	// OtherCondition is a group named in the text that nobody can check here,
	// as one of several that may come.
	OtherCondition ConditionKind = "other"
)

// Values of conditions.
const (
	Female       = "female"
	Male         = "male"
	WithChildren = "children"
	Family       = "family"
	Single       = "single"
	NeedsPapers  = "papers"
	Medicaid     = "medicaid"
	Medicare     = "medicare"
	Uninsured    = "uninsured"
	Insured      = "insured"
)

// Sources of a requirement besides [Manual].
const (
	FromField = "field" // of a field of the standard
	FromText  = "text"  // read from the description of who is eligible
	FromTitle = "title" // from the name or a taxonomy term
)

// How sure a reading is. Our own decision: a text is trusted when every word
// of the sentence was understood (precision at least 0.95 on labelled texts,
// see the tests), else it is a hint, and so is a name.
const (
	sureField = 1
	sureText  = 0.95
	hintText  = 0.6
	hintTitle = 0.5
	// firm is the least at which a person is left out who does not meet a requirement.
	firm = 0.9
)

// Paper is something that a service asks to see; the values are PaperIncome, ….
type Paper string

// The papers.
const (
	PaperIncome      Paper = "income"      // proof of income
	PaperAddress     Paper = "address"     // proof of where one lives
	PaperID          Paper = "id"          // a photo ID
	PaperSocial      Paper = "social"      // a Social Security card or number
	PaperBirth       Paper = "birth"       // a birth certificate
	PaperImmigration Paper = "immigration" // immigration papers
	PaperInsurance   Paper = "insurance"   // an insurance card
	PaperReferral    Paper = "referral"    // a referral from somebody
)

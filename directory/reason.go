package directory

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Reason says in one plain sentence why a service is proposed, or what is not
// known of it. The codes are the constants below.
type Reason struct {
	Code string
	// Format and Args make the sentence; Format is also the key for its
	// translation. Args are strings, numbers, and the types below, which print
	// in English and which a translation shows in its own way.
	Format string
	Args   []any
}

// Codes of reasons, and of what is not known.
const (
	ReasonNeed        = "need"        // serves the need
	ReasonCoversArea  = "covers-area" // is for people where the seeker lives
	ReasonDistance    = "distance"    // how far
	ReasonVirtual     = "virtual"     // no visit needed
	ReasonLanguage    = "language"    // speaks one of the seeker's languages
	ReasonInterpreter = "interpreter" // does not, but has interpreters
	ReasonCapacity    = "capacity"    // takes more people, has a waitlist or is full; as unknown: not told
	ReasonOpenNow     = "open-now"    // is open
	ReasonFree        = "free"        // costs nothing
	ReasonAge         = "age"         // is for people of the seeker's age
	ReasonVerified    = "verified"    // somebody made sure of the listing lately
	ReasonEligible    = "eligible"    // is for people like the seeker
	ReasonEveryone    = "everyone"    // is for everybody
	ReasonPast        = "past"        // said yes to most referrals, and how soon
	ReasonServed      = "served"      // most people sent there got help
	ReasonAccess      = "access"      // a wheelchair gets in; as unknown: not told
	UnknownPast       = "past-slow"   // many referrals got no answer
	UnknownPapers     = "papers"      // asks to see papers
	UnknownHours      = "hours"       // hours are not told
	UnknownLanguages  = "languages"   // languages are not told
	UnknownArea       = "area"        // its area is not told
	UnknownDistance   = "place"       // how far is not known
	UnknownEligible   = "eligibility" // who may use it must be asked
	UnknownCost       = "cost"        // what it costs is not told
	UnknownNeed       = "need-unsure" // it may serve the need, nobody made sure
)

// LanguageName is the code of a language, which prints as its English name.
type LanguageName string

// String is the English name of the language.
func (l LanguageName) String() string {
	return display.English.Languages().Name(language.Make(string(l)))
}

// NeedName is the code of a need domain, which prints in plain English words.
type NeedName string

// String is the need in plain words.
func (n NeedName) String() string { return DomainName(string(n)) }

// PaperName is a paper that a service asks to see, which prints in plain English words.
type PaperName Paper

// paperNames are the papers in plain words.
var paperNames = map[Paper]string{
	PaperIncome: "proof of income", PaperAddress: "proof of address", PaperID: "a photo ID", PaperSocial: "a Social Security card",
	PaperBirth: "a birth certificate", PaperImmigration: "immigration papers", PaperInsurance: "an insurance card", PaperReferral: "a referral",
}

// String is the paper in plain words.
func (p PaperName) String() string { return paperNames[Paper(p)] }

// Days is a number of days, which prints as whole ones, at least one.
type Days float64

// Whole is the number of days, rounded up.
func (d Days) Whole() int { return max(1, int(math.Ceil(float64(d)))) }

// String is the number of days: "1 day", "3 days".
func (d Days) String() string {
	if d.Whole() == 1 {
		return "1 day"
	}
	return strconv.Itoa(d.Whole()) + " days"
}

// Miles is a distance in metres, which prints in miles.
type Miles float64

// metersPerMile: the international mile, exactly.
const metersPerMile = 1609.344

// String is the distance to a tenth below ten miles: "0.4 miles", "1 mile", "23 miles".
func (m Miles) String() string {
	n, digits := float64(m)/metersPerMile, 1
	if n >= 9.95 {
		digits = 0
	}
	s := strings.TrimSuffix(strconv.FormatFloat(max(n, 0.1), 'f', digits, 64), ".0")
	if s == "1" {
		return "1 mile"
	}
	return s + " miles"
}

// Date is a date as YYYY-MM-DD, which prints as English has it.
type Date string

// String is the date, for example "Nov 22, 2026".
func (d Date) String() string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return string(d)
	}
	return t.Format("Jan 2, 2006")
}

// Text is the sentence in English.
func (r Reason) Text() string {
	if len(r.Args) == 0 {
		return r.Format
	}
	return fmt.Sprintf(r.Format, r.Args...)
}

// MarshalJSON writes {"code", "text"}, the text in English.
func (r Reason) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Code string `json:"code"`
		Text string `json:"text"`
	}{r.Code, r.Text()})
}

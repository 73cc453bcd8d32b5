package referrals

// SendInput asks one or several agencies to help with a need.
type SendInput struct {
	PatientID string `json:"patientId"`
	NeedID    string `json:"needId"`
	// ServiceIDs names one service, or one service of each of several agencies
	// that are asked at once; the first to accept gets the referral.
	ServiceIDs []string `json:"serviceIds"`
	ConsentID  string   `json:"consentId"`
	Priority   Priority `json:"priority"` // empty is routine
	Note       string   `json:"note"`
	// Succeeds is the closed referral that this one replaces.
	Succeeds string `json:"succeeds"`
	// LogOnly notes that the patient was given the way to a service: it counts,
	// nobody there is told, so no consent is needed, and the sender asks the
	// patient later.
	LogOnly bool `json:"logOnly,omitempty"`
}

// Sent is what Send made: a referral, or a request when several agencies were asked.
type Sent struct {
	Referral *View        `json:"referral,omitempty"`
	Request  *RequestView `json:"request,omitempty"`
}

// MoveInput asks to change the status of a referral.
type MoveInput struct {
	To      Status  `json:"to"`
	Reason  string  `json:"reason"`
	Outcome Outcome `json:"outcome"`
	Note    string  `json:"note"`
	// Version is the one the person saw.
	Version int64 `json:"version"`
}

// Box is one of the two lists of referrals.
type Box string

// The boxes.
const (
	Inbox   Box = "inbox" // sent to the own agency
	SentBox Box = "sent"  // sent by the own care organization
)

// ListInput asks for a page of a box, ordered by due time; settled ones come
// last, the latest first. Need, Service, Urgent and Mine look among the open ones.
type ListInput struct {
	Box     Box    // empty: the one of the asker's organization
	Status  Status // only this one
	Turn    Party  // only those whose turn it is; not together with Status
	Overdue bool
	Need    string // only needs of this domain, where the asker may know it
	Service string // only for this service
	Urgent  bool   // only urgent ones
	// Mine leaves those that the asker follows up or, at an agency, acted on last.
	Mine   bool
	Cursor string
	Limit  int // 0 is 25, at most 100
}

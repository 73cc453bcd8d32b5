package referrals

import "github.com/havenloop/havenloop/internal/docstore"

// referralSpec says how referrals are kept. The lists are those of an agency
// and of a sender, by status or by whose turn it is, in the order of due times;
// a patient's, a need's, a consent's; and the queues of the jobs. A key costs
// every move that changes it two pages in each of its indexes, so a list that
// holds few referrals has keys that are the same for all others.
var referralSpec = docstore.Spec[Referral]{
	Name: "referrals", Schema: 1,
	Meta: func(r *Referral) *docstore.Meta { return &r.Meta },
	Keys: docstore.Keys[Referral]{
		"agency":    func(r Referral) docstore.Value { return unless(r.Status == Draft || r.LogOnly, r.Agency.ID) },
		"sender":    func(r Referral) docstore.Value { return docstore.String(r.Sender.ID) },
		"status":    func(r Referral) docstore.Value { return docstore.String(string(r.Status)) },
		"turn":      func(r Referral) docstore.Value { return docstore.String(string(r.turnParty())) },
		"order":     func(r Referral) docstore.Value { return docstore.Int(r.order()) },
		"patient":   func(r Referral) docstore.Value { return docstore.String(r.PatientID) },
		"created":   func(r Referral) docstore.Value { return docstore.Time(r.CreatedAt) },
		"service":   func(r Referral) docstore.Value { return unless(r.Status == Draft, r.Service.ID) },
		"need":      func(r Referral) docstore.Value { return docstore.String(r.Need.ID) },
		"consent":   func(r Referral) docstore.Value { return docstore.String(r.ConsentID) },
		"worker":    func(r Referral) docstore.Value { return unless(r.Settlement != nil, r.Sender.ID+"/"+r.Worker.ID) },
		"waits":     func(r Referral) docstore.Value { return unless(r.waitingSince().IsZero(), r.Service.ID) },
		"waiting":   func(r Referral) docstore.Value { return docstore.Time(r.waitingSince()) },
		"ladder":    func(r Referral) docstore.Value { return docstore.Time(r.climbAt()) },
		"escalated": func(r Referral) docstore.Value { return unless(!r.Escalation.Open(), r.Sender.ID) },
		"pressing":  func(r Referral) docstore.Value { return r.pressing() },
		"active":    func(r Referral) docstore.Value { return unless(!r.Status.Active(), r.Need.ID+"/"+r.Agency.ID) },
	},
	Many: map[string]func(Referral) []docstore.Value{"facet": Referral.facets},
	Kinds: map[string]docstore.Kind{
		"order": docstore.IntKind, "created": docstore.IntKind, "pressing": docstore.IntKind,
		"ladder": docstore.IntKind, "waiting": docstore.IntKind,
	},
	Indexes: []docstore.Index{
		{"agency", "status", "order"}, {"agency", "turn", "order"},
		{"sender", "status", "order"}, {"sender", "turn", "order"}, {"facet", "turn", "order"},
		{"patient", "created"}, {"need", "created"}, {"consent", "created"},
		{"service", "created"}, {"created"},
		{"ladder"}, {"worker", "created"}, {"waits", "waiting"}, {"escalated", "pressing"},
	},
	// One need is with one agency only once at a time.
	Unique: []string{"active"},
}

var consentSpec = docstore.Spec[Consent]{
	Name: "consents", Schema: 1,
	Meta: func(c *Consent) *docstore.Meta { return &c.Meta },
	Keys: docstore.Keys[Consent]{
		"patient": func(c Consent) docstore.Value { return docstore.String(c.PatientID) },
		"given":   func(c Consent) docstore.Value { return docstore.Time(c.GivenAt) },
		"ends": func(c Consent) docstore.Value {
			if c.Status != ConsentActive {
				return docstore.None
			}
			return docstore.Time(c.EndsAt)
		},
	},
	Kinds:   map[string]docstore.Kind{"given": docstore.IntKind, "ends": docstore.IntKind},
	Indexes: []docstore.Index{{"patient", "given"}, {"ends"}},
}

var requestSpec = docstore.Spec[Request]{
	Name: "referral_requests", Schema: 1,
	Meta: func(r *Request) *docstore.Meta { return &r.Meta },
}

var messageSpec = docstore.Spec[Message]{
	Name: "referral_messages", Schema: 1,
	Meta: func(m *Message) *docstore.Meta { return &m.Meta },
	Keys: docstore.Keys[Message]{
		"referral": func(m Message) docstore.Value { return docstore.String(m.ReferralID) },
		"at":       func(m Message) docstore.Value { return docstore.Time(m.At) },
	},
	Kinds:   map[string]docstore.Kind{"at": docstore.IntKind},
	Indexes: []docstore.Index{{"referral", "at"}},
}

// unless is the string, or no value when out.
func unless(out bool, s string) docstore.Value {
	if out {
		return docstore.None
	}
	return docstore.String(s)
}

// settledOrder is larger than every due time in milliseconds since 1970; the
// settled referrals stand behind it, the latest first.
const settledOrder = int64(1) << 52

func (r Referral) order() int64 {
	if r.Turn != nil {
		return r.Turn.Due.UnixMilli()
	}
	if r.Settlement != nil {
		return 2*settledOrder - r.Settlement.At.UnixMilli()
	}
	return settledOrder
}

// pressing is the order of those that are escalated.
func (r Referral) pressing() docstore.Value {
	if !r.Escalation.Open() {
		return docstore.None
	}
	return docstore.Int(r.order())
}

func (r Referral) turnParty() Party {
	if r.Turn == nil {
		return Neither
	}
	return r.Turn.Party
}

package patients

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// Candidate is a patient who may be the same person as one to be registered.
type Candidate struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	BirthDate string `json:"birthDate"`
	// Phone has the last four digits only.
	Phone string `json:"phone,omitempty"`
	// Score is from 0 to 1; likely duplicates have 0.6 and more.
	Score float64 `json:"score"`
	// Why lists what speaks for it: same-family-name, similar-family-name,
	// same-given-name, similar-given-name, same-birth-date,
	// similar-birth-date, same-phone.
	Why []string `json:"why"`
}

// The score of a pair is the sum of what is alike. Family members share a name
// and often a phone, so these two alone do not make a duplicate; two of name,
// birth date and phone do.
const (
	sameFamily, similarFamily = 0.25, 0.20
	sameGiven, similarGiven   = 0.20, 0.15
	sameBirth, similarBirth   = 0.35, 0.20
	samePhone                 = 0.20

	likely = 0.6
)

// How many patients one token opens, and how many a search or a refusal answers.
const (
	maxOpened     = 200
	maxFound      = 50
	maxCandidates = 5
)

// refuseDuplicate fails with a fault.Conflict when patients of the
// organization are likely the same person as p.
func (s *Service) refuseDuplicate(ctx context.Context, p Patient) error {
	opened, err := s.byTokens(ctx, s.tokens.likely(p))
	if err != nil {
		return err
	}
	var found []Candidate
	for _, q := range opened {
		if c := compare(p, q); c.Score >= likely && q.ID != p.ID && q.OrganizationID == p.OrganizationID {
			found = append(found, c)
		}
	}
	if len(found) == 0 {
		return nil
	}
	slices.SortFunc(found, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	found = found[:min(len(found), maxCandidates)]
	return fault.New(fault.Conflict, "This may be somebody you know already. Open that patient, or confirm that this is a new one.").
		With("candidates", found)
}

// likely lists the tokens under which duplicates of p are looked for: the
// phone, the birth date with a name, and both names.
func (t tokens) likely(p Patient) []string {
	var out []string
	if p.Phone != "" {
		out = append(out, t.token(p.OrganizationID, byPhone, p.Phone))
	}
	for _, s := range append(sounds(p.FamilyName), sounds(p.GivenName)...) {
		out = append(out, t.token(p.OrganizationID, byBirthName, p.BirthDate, s))
	}
	for _, family := range sounds(p.FamilyName) {
		for _, given := range sounds(p.GivenName) {
			out = append(out, t.names(p.OrganizationID, family, given))
		}
	}
	return out
}

// byTokens opens the patients who have any of the tokens, of each the newest.
func (s *Service) byTokens(ctx context.Context, tokens []string) (map[string]Patient, error) {
	out := map[string]Patient{}
	for _, t := range tokens {
		page, err := s.docs.Find(ctx, docstore.Query{
			Where:   []docstore.Cond{docstore.Eq("match", docstore.String(t))},
			OrderBy: []string{"created"}, Desc: true, Limit: maxOpened,
		})
		if err != nil {
			return nil, err
		}
		for _, p := range page.Items {
			out[p.ID] = p
		}
	}
	return out, nil
}

// compare scores how likely p and q are the same person.
func compare(p, q Patient) Candidate {
	c := Candidate{ID: q.ID, Name: q.GivenName + " " + q.FamilyName, BirthDate: q.BirthDate, Phone: lastFour(q.Phone)}
	add := func(points float64, why string) {
		c.Score = math.Round(100*(c.Score+points)) / 100
		c.Why = append(c.Why, why)
	}
	name := func(a, b, which string, same, similar float64) {
		switch {
		case words(a) != nil && slices.Equal(words(a), words(b)):
			add(same, "same-"+which)
		case shareSound(a, b):
			add(similar, "similar-"+which)
		}
	}
	name(p.FamilyName, q.FamilyName, "family-name", sameFamily, similarFamily)
	name(p.GivenName, q.GivenName, "given-name", sameGiven, similarGiven)
	switch {
	case p.BirthDate == q.BirthDate:
		add(sameBirth, "same-birth-date")
	case similarDates(p.BirthDate, q.BirthDate):
		add(similarBirth, "similar-birth-date")
	}
	if p.Phone != "" && p.Phone == q.Phone {
		add(samePhone, "same-phone")
	}
	return c
}

// shareSound tells whether any words of two names sound alike.
func shareSound(a, b string) bool {
	bs := sounds(b)
	return slices.ContainsFunc(sounds(a), func(s string) bool { return slices.Contains(bs, s) })
}

// similarDates tells whether two dates differ as by a slip of the pen: in one
// digit, or with day and month exchanged.
func similarDates(a, b string) bool {
	if len(a) != 10 || len(b) != 10 {
		return false
	}
	different := 0
	for i := range a {
		if a[i] != b[i] {
			different++
		}
	}
	return different == 1 || a[:4] == b[:4] && a[5:7] == b[8:] && a[8:] == b[5:7]
}

func lastFour(phone string) string { return phone[max(0, len(phone)-4):] }

// Search is what is known of a patient looked for; at least one field.
type Search struct {
	// Name is one or several words of given and family name.
	Name      string `json:"name"`
	BirthDate string `json:"birthDate"`
	Phone     string `json:"phone"`
}

// Search finds patients of the actor's organization for whom all that is given
// fits: each word of the name sounds like one of theirs, birth date and phone
// are the same. The best fit comes first, at most 50 in all.
func (s *Service) Search(ctx context.Context, q Search) ([]Patient, error) {
	actor, err := identity.Require(ctx, identity.PatientsRead)
	if err != nil {
		return nil, err
	}
	var wrong fault.Fields
	q.Phone = phone(&wrong, "phone", q.Phone)
	if q.BirthDate = strings.TrimSpace(q.BirthDate); q.BirthDate != "" {
		checkBirthDate(&wrong, q.BirthDate, s.now())
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	tokens := s.tokens.searched(actor.OrganizationID, q)
	if len(tokens) == 0 {
		return nil, errNothingAsked
	}
	opened, err := s.byTokens(ctx, tokens)
	if err != nil {
		return nil, err
	}
	found := []Patient{}
	for _, p := range opened {
		if p.OrganizationID == actor.OrganizationID && q.fits(p) {
			found = append(found, p)
		}
	}
	slices.SortFunc(found, func(a, b Patient) int {
		return cmp.Or(cmp.Compare(q.exact(b), q.exact(a)), b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return found[:min(len(found), maxFound)], nil
}

// searched lists the tokens that open everybody who can fit: of the most
// telling thing that is given.
func (t tokens) searched(organizationID string, q Search) []string {
	heard := sounds(q.Name)
	switch {
	case q.Phone != "":
		return []string{t.token(organizationID, byPhone, q.Phone)}
	case q.BirthDate != "" && len(heard) > 0:
		return []string{t.token(organizationID, byBirthName, q.BirthDate, heard[0])}
	case q.BirthDate != "":
		return []string{t.token(organizationID, byBirth, q.BirthDate)}
	case len(heard) > 1:
		return []string{t.names(organizationID, heard[0], heard[1])}
	case len(heard) == 1:
		return []string{t.token(organizationID, byFamily, heard[0]), t.token(organizationID, byGiven, heard[0])}
	}
	return nil
}

// fits tells whether p is as the search says.
func (q Search) fits(p Patient) bool {
	theirs := append(sounds(p.FamilyName), sounds(p.GivenName)...)
	for _, s := range sounds(q.Name) {
		if !slices.Contains(theirs, s) {
			return false
		}
	}
	return (q.BirthDate == "" || q.BirthDate == p.BirthDate) && (q.Phone == "" || q.Phone == p.Phone)
}

// exact counts the words of the search's name that p's name has as they are.
func (q Search) exact(p Patient) int {
	theirs := append(words(p.FamilyName), words(p.GivenName)...)
	n := 0
	for _, w := range words(q.Name) {
		if slices.Contains(theirs, w) {
			n++
		}
	}
	return n
}

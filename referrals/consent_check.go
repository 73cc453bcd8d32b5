package referrals

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/cases"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/screening"
)

// maxDomains and maxRecipients bound a consent; nobody reads a longer one to a patient.
const (
	maxDomains    = 24
	maxRecipients = 50
)

// violenceYears is how long a consent about violence may hold at most. Such a
// consent must be time-limited: the danger changes, so the person is to be
// asked again. The number is our own decision.
const violenceYears = 1

// check tidies the consent, computes when it ends and tells what is wrong with
// its fields. zone is the care organization's.
func (c *Consent) check(zone *time.Location, now time.Time) error {
	var wrong fault.Fields
	slices.Sort(c.Needs)
	c.Needs = slices.Compact(c.Needs)
	c.Recipients.OrganizationIDs = append([]string{}, c.Recipients.OrganizationIDs...) // not nil, for clients
	slices.Sort(c.Recipients.OrganizationIDs)
	c.Recipients.OrganizationIDs = slices.Compact(c.Recipients.OrganizationIDs)
	c.Signer.Name, c.Signer.Relationship = strings.TrimSpace(c.Signer.Name), strings.TrimSpace(c.Signer.Relationship)

	class, named := c.Recipients.Class, len(c.Recipients.OrganizationIDs)
	wrong.Check(class == "" || class == NetworkAgencies, "recipients.class", "The only class of recipients is %s.", NetworkAgencies)
	wrong.Check(class != "" || named > 0, "recipients", "Choose with whom may be shared.")
	wrong.Check(named <= maxRecipients, "recipients.organizationIds", "Choose at most %d organizations.", maxRecipients)
	wrong.Check(len(c.Needs) > 0 && len(c.Needs) <= maxDomains, "needs", "Choose the needs this is about.")
	wrong.Check(!slices.ContainsFunc(c.Needs, func(d string) bool { return !screening.KnownDomain(d) }), "needs", "Choose only known needs.")
	wrong.Check(len(c.Fields) > 0, "fields", "Choose what may be shared.")
	for _, f := range c.Fields {
		if !slices.Contains(allFields, f) {
			wrong.Add("fields", "Choose among contact, identity, need, answers and notes.")
			break
		}
	}
	wrong.Check(c.Method == Verbal || c.Method == Written || c.Method == Electronic, "method", "Say how consent was given: verbal, written or electronic.")
	wrong.Check(c.Signer.Name != "" && len(c.Signer.Name) <= maxName, "signer.name", "Write the name of the person who gave consent.")
	wrong.Check(c.Signer.Relationship != "" && len(c.Signer.Relationship) <= maxName, "signer.relationship", "Say who that person is to the patient, for example self or parent.")
	c.checkSignature(&wrong)
	wrong.Check(len(c.Language) > 0 && len(c.Language) <= maxName, "language", "Say in which language the text was read.")
	wrong.Check(len(c.TextVersion) <= maxName, "textVersion", "The version of the text is too long.")
	c.EndsAt = time.Time{}
	if c.ExpiresOn != "" {
		if zone == nil {
			zone = time.UTC
		}
		day, err := time.ParseInLocation(clock.DateLayout, c.ExpiresOn, zone)
		c.EndsAt = clock.Instant(day.AddDate(0, 0, 1))
		wrong.Check(err == nil, "expiresOn", "Write the last day as year, month and day, for example 2026-12-24.")
		wrong.Check(err != nil || now.Before(c.EndsAt), "expiresOn", "The last day has already passed.")
	}
	return wrong.Err()
}

// checkSignature brings the signature in line with how consent was given. A
// client in which the signer's name itself is typed need not send it twice.
func (c *Consent) checkSignature(wrong *fault.Fields) {
	name := strings.Join(strings.Fields(c.Signature.TypedName), " ")
	c.Signature = Signature{} // the signed page is added by AddSignedPage alone
	if c.Method != Electronic {
		return
	}
	c.Signature.TypedName = cmp.Or(name, c.Signer.Name)
	same := cases.Fold().String(c.Signature.TypedName) == cases.Fold().String(strings.Join(strings.Fields(c.Signer.Name), " "))
	wrong.Check(same, "signature.typedName", "The typed name and the name of the signer differ. Type the name of the person who agrees.")
}

var allFields = []Field{FieldContact, FieldIdentity, FieldNeed, FieldAnswers, FieldNotes}

// maxName is the longest name or other short entry, in bytes.
const maxName = 200

// rules tells which rule of the work the consent breaks. part2 says that the
// patient's record comes from a substance use program (42 CFR Part 2, section 2.31).
func (c Consent) rules(part2 bool) error {
	if part2 && c.Method != Written {
		return fault.New(fault.BusinessRule, "This record is protected by 42 CFR Part 2. Record a written consent.")
	}
	if !slices.ContainsFunc(c.Needs, Violence) {
		return nil
	}
	switch {
	case len(c.Needs) > 1:
		return fault.New(fault.BusinessRule, "A need about violence takes a consent of its own. Record the other needs separately.")
	case c.Recipients.Class != "":
		return fault.New(fault.BusinessRule, "A consent about violence must name the organizations.")
	case c.Method != Written:
		return fault.New(fault.BusinessRule, "A consent about violence must be written.")
	case c.ExpiresOn == "":
		return fault.New(fault.BusinessRule, "A consent about violence must say on which day it ends.")
	}
	return nil
}

// timeLimited refuses a consent about violence, given now, that holds for longer
// than violenceYears. zone is the care organization's, in which its last day ends.
func (c Consent) timeLimited(zone *time.Location, now time.Time) error {
	if zone == nil {
		zone = time.UTC
	}
	last := now.In(zone).AddDate(violenceYears, 0, 0).Format(clock.DateLayout)
	if slices.ContainsFunc(c.Needs, Violence) && c.ExpiresOn > last {
		return fault.New(fault.BusinessRule, "A consent about violence must end within one year. Choose an earlier last day.")
	}
	return nil
}

// knownAgencies refuses a consent that names somebody who takes no referrals.
func (s *Service) knownAgencies(ctx context.Context, ids []string) error {
	for _, id := range ids {
		if _, ok, err := s.takesReferrals(ctx, id); err != nil {
			return err
		} else if !ok {
			var wrong fault.Fields
			wrong.Add("recipients.organizationIds", "One of the organizations takes no referrals here.")
			return wrong.Err()
		}
	}
	return nil
}

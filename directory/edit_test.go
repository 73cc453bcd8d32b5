package directory_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/network"
)

// editWorld has the food pantry, in a network that reviews edits or not.
func editWorld(t *testing.T, review bool) (*world, *decided, told) {
	t.Helper()
	rules, notices := &decided{network.DefaultListings()}, told{}
	rules.ReviewEdits = review
	w := newWorld(t, directory.Options{Rules: rules, Notices: notices, Agencies: staff{}})
	w.organization("pantry", "Mission Pantry")
	w.organization("kitchen", "Kitchen")
	w.location("p1", "pantry", nil)
	w.put(pantry(nil))
	return w, rules, notices
}

func (w *world) stored() directory.ServiceDoc {
	w.Helper()
	s, err := w.dir.ServiceByID(w.Context(), "food")
	if err != nil {
		w.Fatal(err)
	}
	return s
}

// change is the stored service with a new description, phone and status.
func (w *world) change() directory.ServiceDoc {
	s := w.stored()
	s.Service.Description = "Bags of food on Mondays, for all who come."
	s.Service.Phones = []directory.Phone{{Number: "+14155550199", Type: "voice"}}
	s.Service.Status = directory.TemporarilyClosed
	return s
}

func TestEditsTakeEffectAtOnceWithoutReview(t *testing.T) {
	w, _, _ := editWorld(t, false)
	own := w.as(identity.AgencyAdmin, "pantry")
	out, err := w.dir.EditService(own, w.change())
	if err != nil || out.Proposal != nil {
		t.Fatalf("EditService = %+v, %v, want no proposal", out, err)
	}
	s := w.stored()
	if s.Service.Description == "" || len(s.Service.Phones) != 1 || s.Service.Status != directory.TemporarilyClosed || s.Version != out.Version {
		t.Errorf("stored = %+v in version %d, want all of it in version %d", s.Service, s.Version, out.Version)
	}
	for _, field := range []string{"description", "phones", "status"} {
		if s.Sources[field].By != "agency-admin@pantry" {
			t.Errorf("source of %s = %+v, want the person", field, s.Sources[field])
		}
	}
	again, err := w.dir.EditService(own, w.stored())
	if err != nil || again.Version != s.Version {
		t.Errorf("an edit without a change made version %d of %d, %v", again.Version, s.Version, err)
	}
}

func TestReviewHoldsBackWhatIsNotUrgent(t *testing.T) {
	w, _, notices := editWorld(t, true)
	own := w.as(identity.AgencyAdmin, "pantry")
	out, err := w.dir.EditService(own, w.change())
	if err != nil || out.Proposal == nil || len(out.Proposal.Changes) != 1 || out.Proposal.Changes[0].Field != "description" {
		t.Fatalf("EditService = %+v, %v, want a proposal for the description", out.Proposal, err)
	}
	s := w.stored()
	if s.Service.Description != "" || len(s.Service.Phones) != 1 || s.Service.Status != directory.TemporarilyClosed {
		t.Errorf("stored = %+v, want phone and closing at once and no description", s.Service)
	}
	more := w.stored()
	more.Service.FeesDescription = "A small fee"
	if out, err = w.dir.EditService(own, more); err != nil || len(out.Proposal.Changes) != 2 {
		t.Fatalf("a second edit = %+v, %v, want both changes to wait", out.Proposal, err)
	}
	id := out.Proposal.ID
	r, err := w.dir.Review(w.network(), id)
	if err != nil || string(r.Now["fees_description"]) != `"Free"` {
		t.Fatalf("Review = %+v, %v, want what stands now", r.Now, err)
	}
	d := directory.Decision{Accept: true, Version: r.Proposal.Version, TargetVersion: r.Version}
	p, err := w.dir.Decide(w.network(), id, d)
	if err != nil || p.State != directory.Accepted || len(notices) != 1 {
		t.Fatalf("Decide = %+v, %v, %d notices, want accepted and one notice", p, err, len(notices))
	}
	s = w.stored()
	if s.Service.Description == "" || s.Service.FeesDescription != "A small fee" || s.Sources["description"].By != "agency-admin@pantry" {
		t.Errorf("stored = %+v, source %+v, want both, said by who proposed", s.Service, s.Sources["description"])
	}
	if _, err := w.dir.Decide(w.network(), id, d); err != docstore.ErrConflict {
		t.Errorf("decided twice = %v, want conflict", err)
	}
	if page, err := w.dir.Proposals(w.network(), "", 10); err != nil || len(page.Items) != 0 {
		t.Errorf("%d proposals wait, %v, want none", len(page.Items), err)
	}
}

func TestRefusalSaysWhyAndChangesNothing(t *testing.T) {
	w, _, notices := editWorld(t, true)
	out, err := w.dir.EditService(w.as(identity.AgencyAdmin, "pantry"), w.change())
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.dir.Review(w.network(), out.Proposal.ID)
	if err != nil {
		t.Fatal(err)
	}
	d := directory.Decision{Version: r.Proposal.Version, TargetVersion: r.Version}
	if _, err := w.dir.Decide(w.network(), out.Proposal.ID, d); !fault.Is(err, fault.Invalid) {
		t.Errorf("refused without a reason = %v, want invalid", err)
	}
	d.Reason = "Please say which Mondays."
	p, err := w.dir.Decide(w.network(), out.Proposal.ID, d)
	if err != nil || p.State != directory.Refused || p.Reason != d.Reason || w.stored().Service.Description != "" || len(notices) != 1 {
		t.Errorf("Decide = %+v, %v, description %q, want refused and unchanged", p, err, w.stored().Service.Description)
	}
	known, err := w.dir.ProposalsOf(w.as(identity.AgencyAdmin, "pantry"), directory.ServiceEdit, "food", "none")
	if err != nil || known["food"].Reason != d.Reason || len(known) != 1 {
		t.Errorf("ProposalsOf = %+v, %v, want the refusal", known, err)
	}
}

func TestDecidingWhatChangedMeanwhileIsAConflict(t *testing.T) {
	w, _, _ := editWorld(t, true)
	out, err := w.dir.EditService(w.as(identity.AgencyAdmin, "pantry"), w.change())
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.dir.Review(w.network(), out.Proposal.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.dir.SetCapacity(w.network(), "food", directory.CapacityFull, 0); err != nil {
		t.Fatal(err)
	}
	d := directory.Decision{Accept: true, Version: r.Proposal.Version, TargetVersion: r.Version}
	if _, err := w.dir.Decide(w.network(), out.Proposal.ID, d); err != docstore.ErrConflict {
		t.Errorf("Decide = %v, want conflict", err)
	}
	if s := w.stored(); s.Service.Description != "" {
		t.Errorf("description = %q, want none", s.Service.Description)
	}
}

func TestTwoEditAtOnce(t *testing.T) {
	for _, review := range []bool{false, true} {
		w, _, _ := editWorld(t, review)
		errs := make([]error, 2)
		one, two := w.change(), w.change()
		two.Service.Description = "Something else that is long enough to tell."
		var both sync.WaitGroup
		for i, s := range []directory.ServiceDoc{one, two} {
			both.Go(func() { _, errs[i] = w.dir.EditService(w.as(identity.AgencyAdmin, "pantry"), s) })
		}
		both.Wait()
		if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs...), docstore.ErrConflict) {
			t.Errorf("review %t: two at once = %v, want one conflict", review, errs)
		}
	}
}

func TestWhoMayEdit(t *testing.T) {
	w, _, _ := editWorld(t, true)
	if _, err := w.dir.EditService(w.as(identity.AgencyAdmin, "kitchen"), w.change()); !fault.Is(err, fault.NotFound) {
		t.Errorf("another agency = %v, want not found", err)
	}
	if _, err := w.dir.EditService(w.as(identity.AgencyStaff, "pantry"), w.change()); !fault.Is(err, fault.Forbidden) {
		t.Errorf("agency staff = %v, want forbidden", err)
	}
	wrong := w.change()
	wrong.Service.Name = " "
	if _, err := w.dir.EditService(w.as(identity.AgencyAdmin, "pantry"), wrong); !fault.Is(err, fault.Invalid) {
		t.Errorf("without a name, under review = %v, want invalid at once", err)
	}
	out, err := w.dir.EditService(w.network(), w.change())
	if err != nil || out.Proposal != nil {
		t.Errorf("the network's own edit = %+v, %v, want no review", out.Proposal, err)
	}
	if _, err := w.dir.Decide(w.as(identity.AgencyAdmin, "pantry"), "service-food", directory.Decision{Accept: true}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("Decide as the agency = %v, want forbidden", err)
	}
	if _, err := w.dir.Decide(w.network(), "service-none", directory.Decision{Accept: true}); !fault.Is(err, fault.NotFound) {
		t.Errorf("Decide on nothing = %v, want not found", err)
	}
	edited := w.change()
	edited.Service.Description = "From the agency, long enough to count as one."
	if _, err := w.dir.EditService(w.as(identity.AgencyAdmin, "pantry"), edited); err != nil {
		t.Fatal(err)
	}
	if _, err := w.dir.Review(w.as(identity.AgencyAdmin, "kitchen"), "service-food"); !fault.Is(err, fault.NotFound) {
		t.Errorf("Review by another agency = %v, want not found", err)
	}
}

func TestConfidentialHidesAtOnceAndShowsAfterReview(t *testing.T) {
	w, _, _ := editWorld(t, true)
	own := w.as(identity.AgencyAdmin, "pantry")
	l, err := w.dir.LocationByID(t.Context(), "p1")
	if err != nil {
		t.Fatal(err)
	}
	l.Confidential = true
	if out, err := w.dir.EditLocation(own, l); err != nil || out.Proposal != nil {
		t.Fatalf("hide: %+v, %v, want at once", out.Proposal, err)
	}
	if l, err = w.dir.LocationByID(t.Context(), "p1"); err != nil || !l.Confidential {
		t.Fatalf("confidential = %t, %v, want true", l.Confidential, err)
	}
	l.Confidential = false
	if out, err := w.dir.EditLocation(own, l); err != nil || out.Proposal == nil {
		t.Errorf("show again: %+v, %v, want a proposal", out.Proposal, err)
	}
	o, err := w.dir.OrganizationByID(t.Context(), "pantry")
	if err != nil {
		t.Fatal(err)
	}
	o.Organization.Website, o.Organization.Phones = "https://pantry.example.org", nil
	if out, err := w.dir.EditOrganization(own, o); err != nil || out.Proposal == nil || len(out.Proposal.Changes) != 1 {
		t.Errorf("organization: %+v, %v, want the website alone to wait", out.Proposal, err)
	}
	if o, err = w.dir.OrganizationByID(t.Context(), "pantry"); err != nil || len(o.Organization.Phones) != 0 {
		t.Errorf("phones = %v, %v, want them gone", o.Organization.Phones, err)
	}
}

// What a person says of who a service is for counts before what was read from
// its texts, also when it is nothing.
func TestWhoAServiceIsForCanBeSaid(t *testing.T) {
	w, _, _ := editWorld(t, true)
	s := w.stored()
	s.Service.EligibilityDescription = "For veterans."
	w.put(s)
	if s = w.stored(); len(s.Eligibility.Requirements) != 1 || s.Eligibility.Said {
		t.Fatalf("read = %+v, want veterans, said by nobody", s.Eligibility)
	}
	women := directory.Requirement{AnyOf: []directory.Condition{{Kind: directory.SexCondition, Value: directory.Female}}}
	for _, list := range [][]directory.Requirement{{women}, nil} {
		s = w.stored()
		s.Eligibility = s.Eligibility.Say(list)
		out, err := w.dir.EditService(w.as(identity.AgencyAdmin, "pantry"), s)
		if err != nil || out.Proposal == nil || out.Proposal.Changes[0].Field != directory.EligibilityField {
			t.Fatalf("EditService = %+v, %v, want a proposal for the rules", out.Proposal, err)
		}
		r, err := w.dir.Review(w.network(), out.Proposal.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.dir.Decide(w.network(), out.Proposal.ID, directory.Decision{Accept: true, Version: r.Proposal.Version, TargetVersion: r.Version}); err != nil {
			t.Fatal(err)
		}
		if s = w.stored(); len(s.Eligibility.Requirements) != len(list) || !s.Eligibility.Said {
			t.Errorf("stored = %+v, want %d rules that somebody said", s.Eligibility, len(list))
		}
		s.Service.EligibilityDescription = "For seniors."
		w.put(s)
		if s = w.stored(); len(s.Eligibility.Requirements) != len(list) {
			t.Errorf("after a change of the text = %+v, want what was said to stay", s.Eligibility)
		}
	}
	wrong := w.stored()
	wrong.Eligibility = wrong.Eligibility.Say([]directory.Requirement{{AnyOf: []directory.Condition{{Kind: directory.SexCondition, Value: "cats"}}}})
	if _, err := w.dir.EditService(w.as(identity.AgencyAdmin, "pantry"), wrong); !fault.Is(err, fault.Invalid) {
		t.Errorf("rules that nobody can check = %v, want invalid", err)
	}
}

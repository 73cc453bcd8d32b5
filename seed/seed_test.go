package seed_test

import (
	"testing"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/screening"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// as is the person of the county acting.
func as(t *testing.T, name string) identity.Actor { return servertest.Account(t, name).Actor() }

func TestCountyIsWhole(t *testing.T) {
	h := servertest.Open(t)
	ctx := identity.With(t.Context(), as(t, "vega"))

	agencies, err := h.Accounts.Organizations(ctx, "agency")
	if err != nil || len(agencies) < 120 {
		t.Errorf("agencies = %d, %v; want about 120", len(agencies), err)
	}
	found, err := h.Directory.Search(ctx, directory.Search{Facets: []string{"needs", "languages", "capacity"}})
	if err != nil || found.Total < 240 {
		t.Errorf("services = %d, %v; want about 250", found.Total, err)
	}
	for facet, least := range map[string]int{"needs": 22, "languages": 12, "capacity": 4} {
		if n := len(found.Facets[facet]); n < least {
			t.Errorf("%d values of %s, want at least %d", n, facet, least)
		}
	}
	people, err := h.Patients.List(ctx, "", 100)
	if err != nil || len(people.Items) != 60 {
		t.Errorf("patients = %d, %v; want 60", len(people.Items), err)
	}
}

// TestServicesAreOnlyUnderNeedsTheyHelpWith looks at services that sound like
// more than they do.
func TestServicesAreOnlyUnderNeedsTheyHelpWith(t *testing.T) {
	h := servertest.Open(t)
	ctx := identity.With(t.Context(), as(t, "vega"))
	for _, tt := range []struct {
		organization, service string
		not                   []string
	}{
		{"cooling-bus", "bus", []string{"utility-insecurity", "transportation-insecurity"}},
		{"empire-center", "cooling", []string{"utility-insecurity"}},
		{"pet-help", "pet-foster", []string{"intimate-partner-violence", "homelessness"}},
	} {
		all, err := h.Directory.Search(ctx, directory.Search{OrganizationID: seed.ID(tt.organization)})
		if err != nil || all.Total == 0 {
			t.Errorf("services of %s = %d, %v; want some", tt.organization, all.Total, err)
		}
		found, err := h.Directory.Search(ctx, directory.Search{OrganizationID: seed.ID(tt.organization), Needs: tt.not})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range found.Items {
			if s.ID == seed.ID(tt.organization+"/"+tt.service) {
				t.Errorf("%s of %s is found for one of %v", tt.service, tt.organization, tt.not)
			}
		}
	}
}

func TestEveryStateIsThereToSee(t *testing.T) {
	h := servertest.Open(t)
	ctx := identity.With(t.Context(), as(t, "lindqvist"))
	counts, err := h.Referrals.Counts(ctx, referrals.SentBox)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range referrals.Statuses {
		if s != referrals.Draft && s != referrals.EnteredInError && counts[s] == 0 {
			t.Errorf("no referral is %s", s)
		}
	}
	overdue, err := h.Referrals.List(ctx, referrals.ListInput{Box: referrals.SentBox, Overdue: true, Limit: 100})
	if err != nil || len(overdue.Items) < 5 {
		t.Errorf("overdue = %d, %v; want some", len(overdue.Items), err)
	}
	for _, name := range []string{"harris", "patel", "young", "flores", "quinn"} {
		inbox, err := h.Referrals.List(identity.With(t.Context(), as(t, name)), referrals.ListInput{Box: referrals.Inbox})
		if err != nil || len(inbox.Items) == 0 {
			t.Errorf("inbox of %s = %d, %v; want something to do", name, len(inbox.Items), err)
		}
	}
}

func TestLoadingAgainChangesNothing(t *testing.T) {
	h := servertest.Open(t)
	ctx := identity.With(t.Context(), as(t, "vega"))
	id := seed.ID("patient/rosa-delgado")
	before, err := h.Patients.Get(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	if err := seed.Load(t.Context(), seed.Services{Clock: h.Clock, Accounts: h.Accounts, Drain: h.Relay.Drain}); err != nil {
		t.Fatalf("Load again: %v", err)
	}
	after, err := h.Patients.Get(ctx, id)
	if err != nil || after.Version != before.Version {
		t.Errorf("version after loading again = %d, %v; want %d", after.Version, err, before.Version)
	}
}

func TestConfidentialPlaceShowsNoAddress(t *testing.T) {
	h := servertest.Open(t)
	ctx := identity.With(t.Context(), as(t, "vega"))
	d, err := h.Directory.Detail(ctx, seed.ID("harbor-house/shelter"))
	if err != nil {
		t.Fatal(err)
	}
	if d.Address != nil || d.Point != nil {
		t.Errorf("the safe house shows %v %v, want neither address nor position", d.Address, d.Point)
	}
}

// TestSomebodyIsDueForScreening looks at the day of a worker.
func TestSomebodyIsDueForScreening(t *testing.T) {
	h := servertest.Open(t)
	ctx := identity.With(t.Context(), as(t, "vega"))
	list, err := h.Screening.DueNow(ctx, screening.DueList{Mine: true})
	if err != nil {
		t.Fatal(err)
	}
	why, late := map[string]int{}, 0
	for _, r := range list.Items {
		why[r.Due.Why]++
		if h.Clock.Now().Sub(r.DueAt) > 7*24*time.Hour {
			late++
		}
	}
	if why[screening.DueAfterPositive] == 0 || why[screening.DueAfterDischarge] != 1 || late == 0 {
		t.Errorf("due for screening because of %v, %d of them late; want a need, a discharge and some late", why, late)
	}
	all, err := h.Screening.CountDue(ctx, false)
	if err != nil || all <= len(list.Items) {
		t.Errorf("due in the organization = %d, %v, want more than the %d of one worker", all, err, len(list.Items))
	}
}

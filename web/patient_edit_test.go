package web

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/patients"
)

func TestEditPatient(t *testing.T) {
	s := newSite(t)
	s.signIn()
	ctx := identity.With(t.Context(), s.actor)
	stored, err := s.h.Patients.Register(ctx, patients.Patient{
		GivenName: "Maria", FamilyName: "Santos", BirthDate: "1987-04-30", Phone: "415-555-2671", Email: "maria@example.org",
		Address:         patients.Address{Line: "12 Harbor Street", City: "San Francisco", State: "CA", PostalCode: "94109"},
		Languages:       patients.Languages{Spoken: "pl", Written: "en"},
		Contact:         patients.Contact{SafeToText: new(true), SafeToVoicemail: new(false), SafeHours: "after 5"},
		Representatives: []patients.Representative{{Name: "Ana Santos", Relationship: "proxy"}, {Name: "Luis Santos", Relationship: "guardian"}},
		AssignedTo:      s.actor.ID, Part2: true,
	}, true)
	if err != nil {
		t.Fatal(err)
	}
	path := editPatientPath(stored.ID)
	page := s.get(s.get(patientPath(stored.ID)).link(t, "Change")).shows(t, 200, "Change what we know", "Maria Santos")

	s.send(page, path).shows(t, 200, "Saved.", "Maria Santos")
	same, err := s.h.Patients.Get(ctx, stored.ID)
	if err != nil {
		t.Fatal(err)
	}
	same.ChangedAt = stored.ChangedAt
	anyMeta := cmp.Comparer(func(docstore.Meta, docstore.Meta) bool { return true })
	if diff := cmp.Diff(stored, same, anyMeta); diff != "" {
		t.Errorf("the form sent as it came changed the record (-before +after):\n%s", diff)
	}

	s.send(page, path, "familyName", "Lima").shows(t, 409, "Somebody changed this in the meantime.", "Maria Santos")
	wrong := s.send(s.get(path), path, "familyName", "", "givenName", "Marie").shows(t, 400, "Error: Change", "Give the last name.")
	if !strings.Contains(wrong.body, `value="Marie"`) {
		t.Error("what was typed is not kept")
	}
	done := s.send(wrong, path, "familyName", "Lima", "contact.safeToText", "no").shows(t, 200, "Marie Lima", "OK to text No", "Luis Santos")
	if twice := s.send(wrong, path, "familyName", "Lima", "contact.safeToText", "no").shows(t, 200, "Marie Lima"); twice.path != done.path {
		t.Errorf("the same form sent twice leads to %s, want %s", twice.path, done.path)
	}
	s.send(s.get(path), path, "representative.name", "", "representative.relationship", "", "representative.phone", "").shows(t, 200, "Luis Santos")

	s.actor.OrganizationID = "another clinic"
	s.get(path).shows(t, 404)
	s.actor.Role = identity.AgencyStaff
	s.get(path).shows(t, 403)
}

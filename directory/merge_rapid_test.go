package directory_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/havenloop/havenloop/directory"
)

// drawAgency is an agency with anything in the fields that a merge chooses
// between; the tax number alone is always the same.
func drawAgency(t *rapid.T, feed, prefix string) feedOf {
	word := func(label string) string {
		return rapid.SampledFrom([]string{"", "Pantry", "Harbor", "Aid"}).Draw(t, label)
	}
	phones := func(label string) []directory.Phone {
		var out []directory.Phone
		for _, n := range rapid.SliceOfN(rapid.SampledFrom([]string{"415-555-0100", "(415) 555-0100", "415-555-0101", "415-555-0102"}), 0, 3).Draw(t, label) {
			out = append(out, directory.Phone{Number: n, Type: word(label + " type")})
		}
		return out
	}
	f := agency(feed, prefix, "Mission "+word("name"), "415-555-0100", "10 Main Street")
	o := &f.organizations[0]
	o.Description, o.AlternateName, o.Email = word("description"), word("alternate name"), word("email")
	o.Phones = phones("phones")
	o.OrganizationIdentifiers = []directory.OrganizationIdentifier{{IdentifierType: "EIN", Identifier: "94-1234567"}}
	if rapid.Bool().Draw(t, "program") {
		o.Programs = []directory.Program{{ID: prefix + "-program", Name: word("program")}}
		f.services[0].ProgramID = prefix + "-program"
	}
	if rapid.Bool().Draw(t, "no services") {
		f.services = nil
	}
	f.locations[0].Phones = phones("phones of the place")
	return f
}

// TestMergeThenUndoChangesNothing: whatever two records hold and whatever a
// person chooses, undoing a merge gives the documents back as they were.
func TestMergeThenUndoChangesNothing(t *testing.T) {
	w := newWorld(t, directory.Options{})
	rapid.Check(t, func(rt *rapid.T) {
		w.take(drawAgency(rt, "north", "n"))
		w.take(drawAgency(rt, "south", "s"))
		if rapid.Bool().Draw(rt, "child") {
			o, err := w.dir.OrganizationByID(w.Context(), "n")
			if err != nil {
				rt.Fatal(err)
			}
			o.Organization.ParentOrganizationID = "s"
			if _, err := w.dir.PutOrganization(w.network(), o); err != nil {
				rt.Fatal(err)
			}
			w.drain()
		}
		w.find()
		p := w.only(directory.DuplicateOpen, directory.KindOrganization)
		before := w.all()
		choices := map[string]directory.Choice{}
		for _, field := range []string{"name", "description", "alternate_name", "email", "phones"} {
			if c := rapid.SampledFrom([]directory.Choice{"", directory.ChooseKeep, directory.ChooseDrop}).Draw(rt, field); c != "" {
				choices[field] = c
			}
		}
		w.merge(p, directory.MergeInput{Keep: rapid.SampledFrom([]string{"n", "s"}).Draw(rt, "keep"), Fields: choices})
		if cmp.Equal(before, w.all()) {
			rt.Fatal("the merge changed nothing")
		}
		if _, err := w.dir.UndoMerge(w.network(), p.ID); err != nil {
			rt.Fatal(err)
		}
		w.drain()
		if diff := cmp.Diff(before, w.all()); diff != "" {
			rt.Fatalf("after undoing (-before +after):\n%s", diff)
		}
	})
}

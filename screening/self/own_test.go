package self

import (
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/links"
)

func TestLinkToOwnPagesOpensThemAlone(t *testing.T) {
	o := newOffice(t)
	offer := func(patient string) (links.Link, error) {
		return o.Offer(o.rosa, Offer{PatientID: patient, Kind: links.OwnPages, Proof: links.ByPIN, PIN: "2749", Language: "es"})
	}
	_, err := o.Offer(o.rosa, Offer{PatientID: "ana", Kind: links.OwnPages, Proof: links.ByPIN, PIN: "0303"})
	wantKind(t, "the birth date as a PIN", err, fault.Invalid)
	_, err = offer("cho")
	wantKind(t, "a patient of others", err, fault.NotFound)
	l, err := offer("ana")
	if err != nil {
		t.Fatal(err)
	}
	if got := o.Address(l); !strings.HasPrefix(got, "https://havenloop.example.org/p#") {
		t.Errorf("Address = %s", got)
	}
	if want := o.clock.Now().Add(links.OwnLife); !l.ExpiresAt.Equal(want) {
		t.Errorf("ExpiresAt = %v, want %v", l.ExpiresAt, want)
	}
	ctx := o.open(t, l)
	if a := identity.From(ctx); !a.May(identity.OwnRecord) || a.DraftID != "" || a.PatientID != "ana" || a.Language != "es" {
		t.Errorf("the patient acts as %+v", a)
	}
	_, err = o.Begin(ctx, "en")
	wantKind(t, "beginning a screening", err, fault.NotFound)
	if a := identity.From(o.open(t, o.offer(t, "ana"))); a.May(identity.OwnRecord) {
		t.Error("a link to a screening opens the patient's own pages")
	}
}

func TestOwnPathIsSafe(t *testing.T) {
	o := newOffice(t)
	path := func(patient string) string {
		t.Helper()
		p, err := o.OwnPath(t.Context(), patient)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	if got := path("ben"); got != "" {
		t.Errorf("OwnPath of who said nothing about texts = %q", got)
	}
	first := path("ana")
	if !strings.HasPrefix(first, "/p#") || path("ana") != first {
		t.Errorf("OwnPath = %q, then %q; want one link", first, path("ana"))
	}
	o.clock.Add(links.OwnLife)
	second := path("ana")
	if second == first || second == "" {
		t.Errorf("after its end the link = %q, want a new one", second)
	}
	o.clock.Add(time.Minute)
	l, err := o.Offer(o.rosa, Offer{PatientID: "ana", Kind: links.OwnPages, Proof: links.ByPIN, PIN: "2749"})
	if err != nil {
		t.Fatal(err)
	}
	if got := path("ana"); got != "/p#"+o.links.Code(l) {
		t.Errorf("OwnPath = %q, want the worker's link", got)
	}
	if _, err := o.Withdraw(o.rosa, l.ID); err != nil {
		t.Fatal(err)
	}
	if got := path("ana"); got != "" {
		t.Errorf("after the link was taken back OwnPath = %q, want none", got)
	}
}

package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/seed"
)

// newCounty serves the pages over the made-up county.
func newCounty(t *testing.T) *site {
	t.Helper()
	s := newSite(t)
	ctx, in := t.Context(), s.h.Services
	consumers := append([]docstore.Consumer{in.Audit.Consumer(), in.Directory.Consumer(), in.Screening.RepairConsumer(), in.Screening.RescreenConsumer()}, in.Referrals.Consumers()...)
	relay, err := docstore.NewRelay(ctx, s.engine, docstore.RelayOptions{Now: s.clock.Now, Log: slog.New(slog.DiscardHandler), Consumers: consumers})
	if err != nil {
		t.Fatal(err)
	}
	s.drain = relay.Drain
	err = seed.Load(ctx, seed.Services{
		Clock: s.clock, Accounts: in.Accounts, Patients: in.Patients, Screening: in.Screening,
		Directory: in.Directory, Referrals: in.Referrals, Drain: relay.Drain,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := in.Directory.Reindex(identity.With(ctx, identity.SystemActor("test"))); err != nil {
		t.Fatal(err)
	}
	s.networkRoutes()
	return s
}

func (s *site) networkRoutes() {
	e, h := s.echo, s.h
	e.GET("/directory", h.DirectoryPage)
	e.GET("/directory/services/:id", h.ServicePage)
	e.GET("/patients/:id/needs/:need/matches", h.MatchesPage)
	e.GET("/patients/:id/needs/:need/refer", h.ReferPage)
	e.POST("/patients/:id/needs/:need/refer", h.SendReferral)
	e.GET("/patients/:id/access", h.AccessPage)
	e.GET("/patients/:id/consents/:consent/page", h.SignedPage)
	e.POST("/patients/:id/consents/:consent/page", h.AddSignedPage)
	e.GET("/patients/:id/consents/:consent", h.ConsentPage)
	e.POST("/patients/:id/consents/:consent/revoke", h.RevokeConsent)
	e.GET("/referrals", h.ReferralsPage)
	e.GET("/referrals/:id", h.ReferralPage)
	e.POST("/referrals/:id/moves", h.MoveReferral)
	e.POST("/referrals/:id/messages", h.AddMessage)
	e.POST("/referrals/:id/confirmations", h.ConfirmReferral)
	e.POST("/referrals/:id/escalation", h.ResolveEscalation)
	e.POST("/referrals/:id/worker", h.ReassignReferral)
	e.GET("/referrals/:id/:form", h.ReferralAgain)
	e.GET("/escalations", h.EscalationsPage)
	e.POST("/notices/:id/read", h.ReadNotice)
	e.GET("/listing", h.ListingPage)
	e.GET("/listing/new", h.NewService)
	e.POST("/listing/new", h.AddService)
	e.POST("/listing/:id/capacity", h.SetCapacity)
	e.GET("/admin/organizations", h.OrganizationsPage)
	e.POST("/admin/organizations", h.AddOrganization)
	e.GET("/admin/users", h.UsersPage)
	e.POST("/admin/users", h.AddUser)
	e.POST("/admin/users/:id/disable", h.DisableUser)
	e.POST("/admin/users/:id/password", h.SetUserPassword)
	e.GET("/admin/services", h.MappingPage)
	e.POST("/admin/services/reindex", h.Reindex)
	e.GET("/admin/services/map", h.RulePage)
	e.POST("/admin/services/map", h.SaveRule)
	e.POST("/admin/services/map/remove", h.RemoveRule)
	e.GET("/admin/words", h.SynonymsPage)
	e.POST("/admin/words", h.SaveSynonyms)
	e.POST("/admin/words/remove", h.RemoveSynonyms)
	e.POST("/admin/words/switch", h.SwitchSynonyms)
	e.GET("/admin/searches", h.SearchesPage)
	e.POST("/admin/searches/aside", h.SetSearchAside)
	e.GET("/admin/network", h.NetworkPage)
	e.POST("/admin/network", h.SaveNetwork)
	e.GET("/patients/:id/rescreening", h.PatientAgain)
	e.POST("/patients/:id/rescreening", h.ChangeRescreening)
	e.GET("/patients/:id/needs/:need", h.NeedPage)
	e.POST("/patients/:id/needs/:need", h.ChangeNeed)
	e.POST("/patients/:id/needs/:need/split", h.SplitNeed)
	e.GET("/screenings/due", h.DuePage)
	e.GET("/setup", h.SetupPage)
	e.POST("/setup", h.Setup)
}

// as lets the person of the county act, by the word before the @ of their address.
func (s *site) as(name string) {
	s.t.Helper()
	for _, a := range seed.Accounts() {
		if strings.HasPrefix(a.Email, name+"@") {
			s.actor = a.Actor()
			return
		}
	}
	s.t.Fatalf("the county has no account %s", name)
}

// sendForm fills in the form of the page that posts to action and carries the
// hidden value, as a browser does; values come on top.
func (s *site) sendForm(v visit, action, hidden, value string, values ...string) visit {
	s.t.Helper()
	for _, f := range elements(s.t, v.body)["form"] {
		to, _ := attr(f, "action")
		if form := carried(f); to == action && form.Get(hidden) == value {
			set(form, values...)
			return s.request(http.MethodPost, action, form)
		}
	}
	s.t.Fatalf("%s has no form to %s with %s=%s", v.path, action, hidden, value)
	return visit{}
}

func set(form url.Values, values ...string) {
	for i := 0; i+1 < len(values); i += 2 {
		form.Del(values[i])
	}
	for i := 0; i+1 < len(values); i += 2 {
		form.Add(values[i], values[i+1])
	}
}

// link finds the address of the first link whose words contain text.
func (v visit) link(t *testing.T, words string) string {
	t.Helper()
	for _, a := range elements(t, v.body)["a"] {
		if strings.Contains(text(a), words) {
			href, _ := attr(a, "href")
			return href
		}
	}
	t.Fatalf("%s has no link %q", v.path, words)
	return ""
}

// linkTo finds the first link to an address that begins so.
func (v visit) linkTo(t *testing.T, prefix string) string {
	t.Helper()
	for _, a := range elements(t, v.body)["a"] {
		if href, _ := attr(a, "href"); strings.HasPrefix(href, prefix) {
			return href
		}
	}
	t.Fatalf("%s has no link to %s", v.path, prefix)
	return ""
}

// drained delivers the events that wait.
func (s *site) drained() {
	s.t.Helper()
	if err := s.drain(context.Background()); err != nil {
		s.t.Fatal(err)
	}
}

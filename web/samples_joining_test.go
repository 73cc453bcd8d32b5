package web

import (
	"testing"

	"github.com/a-h/templ"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/referrals/joining"
)

// joiningSamples renders the pages that bring agencies into the network.
func joiningSamples(t testing.TB) map[string]templ.Component {
	chw := samplePage(t, identity.CHW, "/directory/services/s1/wish", "wish.title")
	wish := WishView{Page: chw, Form: chw.form(), Agency: "Meals to You", Action: "/directory/services/s1/wish", Leave: "/directory/services/s1"}
	mine := wish
	mine.Mine, mine.Asked = true, chw.T("wish.asked", "count", 2)

	admin := samplePage(t, identity.NetworkAdmin, "/admin/organizations/o1/take", "take.title")
	known := joining.Proposal{OrganizationID: "o1", Name: "Meals to You", Email: "info@meals.example.org", TimeZone: "America/Los_Angeles"}
	f := admin.form().With(onceField, "k").With("timeZone", known.TimeZone)
	wrong := admin
	refused := f.With("email", "")
	refused.refuse(&wrong, wrongIn("confirmed", "Ask the agency first, and say here that it agreed."), nil)

	list := samplePage(t, identity.NetworkAdmin, "/admin/organizations", "organizations.title")
	listed := OrganizationsView{Page: list, Form: list.form(), Choose: []Option{{Value: "agency", Label: "Agency"}}, Zones: zoneOptions(list.Locale)}
	listed.Wishes = wishRows(list.Locale, []joining.Wish{
		{Meta: docstore.Meta{ID: "o1"}, Name: "Meals to You", By: make([]joining.Wisher, 3), LastAt: sampleNow},
		{Meta: docstore.Meta{ID: "o2"}, Name: "Northside Housing", By: make([]joining.Wisher, 1), LastAt: sampleNow},
	})

	refer := samplePage(t, identity.CHW, "/refer", "refer.title")
	r := sampleReferring(refer, false)
	r.services[0].Outside = true
	return map[string]templ.Component{
		"wish":                 wishPage(wish),
		"wish-mine":            wishPage(mine),
		"take":                 takePage(takeView(admin, f.With("email", known.Email), known)),
		"take-wrong":           takePage(takeView(wrong, refused, known)),
		"organizations-wishes": organizationsPage(listed),
		"refer-outside":        referPage(referView(r, r.begin(refer.form()))),
	}
}

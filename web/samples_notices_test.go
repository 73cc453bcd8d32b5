package web

import (
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/notify/webhook"
)

// noticeSamples renders the pages about how people and systems are told.
func noticeSamples(t testing.TB) map[string]templ.Component {
	ways := []notify.Channel{notify.Email, notify.SMS, notify.Push}
	me := samplePage(t, identity.CHW, "/preferences", "preferences.title")
	boss := samplePage(t, identity.AgencyAdmin, "/preferences", "preferences.title")
	wishes := notify.Preferences{
		Channels: map[notify.Kind][]notify.Channel{notify.Referrals: {notify.Email, notify.Push}},
		Digest:   notify.Daily, Quiet: clock.Hours{From: "21:00", To: "07:00"}, Phone: "+14155550123",
	}
	refused, framed := preferencesForm(me.form(), wishes), me
	var wrong fault.Fields
	wrong.Add("quiet", "Choose from when until when it is quiet, or neither.")
	wrong.Add("phone", "Give the number of your mobile phone for text messages.")
	refused.refuse(&framed, wrong.Err(), map[string]string{"quiet": "quietFrom"})
	hooks := samplePage(t, identity.NetworkAdmin, "/admin/webhooks", "webhooks.title")
	one := samplePage(t, identity.AgencyAdmin, "/admin/webhooks/e1", "webhooks.one")
	dead := samplePage(t, identity.NetworkAdmin, "/admin/notices", "dead.title")
	on := webhook.Endpoint{Meta: docstore.Meta{ID: "e1"}, URL: "https://case-system.harbor-food-bank.example.org/hooks/havenloop", CreatedAt: sampleNow, CreatedBy: "Ana Moreno"}
	off, gone := on, on
	off.Off, gone.Off, gone.Gone = true, true, true
	lost := []notify.Notice{
		{Meta: docstore.Meta{ID: "n1"}, Channel: notify.Webhook, Template: "referral.moved", CreatedAt: sampleNow, Failure: "webhook: the answer was 503"},
		{Meta: docstore.Meta{ID: "n2"}, Channel: notify.Email, Template: "referral.received", CreatedAt: sampleNow, Failure: "message refused: the mail server answered 550"},
	}
	trying := []notify.Notice{{
		Meta: docstore.Meta{ID: "n3"}, Channel: notify.Webhook, Template: "referral.moved", Status: notify.Queued,
		CreatedAt: sampleNow, NextAt: sampleNow.Add(time.Hour), Failure: "webhook: the answer was 500",
	}}
	return map[string]templ.Component{
		"preferences":       preferencesPage(preferencesView(me, preferencesForm(me.form(), wishes), ways, "BKey", 0)),
		"preferences-admin": preferencesPage(preferencesView(boss, preferencesForm(boss.form(), wishes), ways[:1], "BKey", 2)),
		"preferences-wrong": preferencesPage(preferencesView(framed, refused, ways, "BKey", 1)),
		"webhooks":          webhooksPage(webhooksView(hooks, hooks.form().With(onceField, "k"), []webhook.Endpoint{on, off, gone})),
		"webhooks-none":     webhooksPage(webhooksView(hooks, hooks.form(), nil)),
		"webhook":           webhookPage(webhookView(one, one.form(), on, "whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0", lost[:1], trying)),
		"webhook-off":       webhookPage(webhookView(one, one.form(), off, "whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0", nil, nil)),
		"dead":              deadPage(DeadView{Page: dead, Form: dead.form(), Rows: deadRows(dead.Locale, lost), More: "/admin/notices?cursor=c"}),
		"dead-none":         deadPage(DeadView{Page: dead, Form: dead.form()}),
	}
}

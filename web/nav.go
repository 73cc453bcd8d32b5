package web

import (
	"context"
	"strings"

	"github.com/havenloop/havenloop/internal/identity"
)

// NavItem is a link of the main navigation.
type NavItem struct {
	Label, Href, Icon string
	Current           bool
	// Count is how much waits there, 0 for nothing; News says it in words.
	News  string
	Count int
}

// navigation is the whole of the main navigation; each person sees the rows
// their role permits.
var navigation = []struct {
	key, href, icon string
	needs           identity.Permission
	// only narrows it down further; nil for everybody with the permission.
	only func(identity.Actor) bool
}{
	{"nav.home", "/", "home", identity.SignedIn, nil},
	{"nav.patients", "/patients", "people", identity.PatientsRead, nil},
	{"nav.referrals", "/referrals", "loop", identity.ReferralsRead, nil},
	{"nav.directory", "/directory", "search", identity.DirectoryRead, nil},
	{"nav.listing", "/listing", "building", identity.DirectoryWrite, identity.Actor.Agency},
	{"nav.escalations", "/escalations", "flag", identity.Escalations, nil},
	{"nav.figures", figuresPath, "list", identity.FiguresRead, nil},
	{"nav.organizations", "/admin/organizations", "building", identity.NetworkManage, nil},
	{"nav.agency", "/agency", "people", identity.UsersManage, identity.Actor.Agency},
	{"nav.users", "/admin/users", "people", identity.NetworkManage, nil},
	{"nav.instruments", "/admin/instruments", "book", identity.InstrumentsWrite, nil},
	{"nav.imports", "/admin/imports", "plus", identity.NetworkManage, nil},
	{"nav.duplicates", "/admin/duplicates", "list", identity.NetworkManage, nil},
	{"nav.verify", "/admin/verify", "check", identity.DirectoryWrite, nil},
	{"nav.proposals", "/admin/proposals", "loop", identity.NetworkManage, nil},
	{"mapping.title", "/admin/services", "list", identity.NetworkManage, nil},
}

// navWithNews is the navigation with how many referrals have messages to read.
// Where that cannot be counted the links stand alone.
func (h *Handlers) navWithNews(ctx context.Context, p Page) []NavItem {
	items := navFor(p.Locale, p.Actor, p.Path)
	if p.Part || h.Referrals == nil || !p.Actor.May(identity.ReferralsRead) {
		return items
	}
	n, err := h.Referrals.UnreadReferrals(ctx)
	if err != nil {
		h.Log.ErrorContext(ctx, "unread messages could not be counted", "error", err.Error())
	}
	for i := range items {
		if items[i].Href == "/referrals" && n > 0 {
			items[i].Count, items[i].News = n, p.T("talk.unread", "count", n)
		}
	}
	return items
}

// mostTabs is how many links of the navigation stand side by side on a small
// screen; where there are more, the last place is for the rest.
const mostTabs = 6

// tabs is how many links stand beside each other on a small screen.
func (p Page) tabs() int {
	if len(p.Nav) <= mostTabs {
		return len(p.Nav)
	}
	return mostTabs - 1
}

// navFor lists the links that the actor may follow.
func navFor(l *Locale, actor identity.Actor, path string) []NavItem {
	var items []NavItem
	for _, n := range navigation {
		if !actor.May(n.needs) || n.only != nil && !n.only(actor) {
			continue
		}
		here := path == n.href || n.href != "/" && strings.HasPrefix(path, n.href+"/")
		items = append(items, NavItem{Label: l.T(n.key), Href: n.href, Icon: n.icon, Current: here})
	}
	return items
}

package web

import (
	"strings"

	"github.com/havenloop/havenloop/internal/identity"
)

// NavItem is a link of the main navigation.
type NavItem struct {
	Label, Href, Icon string
	Current           bool
}

// navigation is the whole of the main navigation; each person sees the rows
// their role permits.
var navigation = []struct {
	key, href, icon string
	needs           identity.Permission
}{
	{"nav.home", "/", "home", identity.SignedIn},
	{"nav.patients", "/patients", "people", identity.PatientsRead},
	{"nav.referrals", "/referrals", "loop", identity.ReferralsRead},
	{"nav.services", "/services", "search", identity.DirectoryRead},
	{"nav.escalations", "/escalations", "flag", identity.Escalations},
	{"nav.network", "/network", "building", identity.NetworkManage},
}

// navFor lists the links that the actor may follow.
func navFor(l *Locale, actor identity.Actor, path string) []NavItem {
	var items []NavItem
	for _, n := range navigation {
		if !actor.May(n.needs) {
			continue
		}
		here := path == n.href || n.href != "/" && strings.HasPrefix(path, n.href+"/")
		items = append(items, NavItem{Label: l.T(n.key), Href: n.href, Icon: n.icon, Current: here})
	}
	return items
}

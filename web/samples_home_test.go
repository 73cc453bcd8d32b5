package web

import (
	"testing"

	"github.com/a-h/templ"

	"github.com/havenloop/havenloop/internal/identity"
)

// homeSamples renders the start pages of all roles when there is a lot to do,
// and when there is nothing.
func homeSamples(t testing.TB) map[string]templ.Component {
	as := func(role identity.Role) HomeView {
		p := samplePage(t, role, "/", "nav.home")
		return HomeView{Page: p, Greeting: "Good morning, Rosa", Today: p.Weekday(p.Now), Search: p.form()}
	}
	full := sampleHome(as(identity.CHW).Page)
	full.TeamDue, full.Wanted = full.Due, []WorkRow{{Title: "Linh Tran", Meta: "Food", Href: "/patients/p2", Due: "Since Mar 1, 2026", Tone: Plain}}
	full.Tasks = []WorkRow{{Title: "Maria Santos", Meta: "Another agency could help · Proposed: Northside Housing", Href: "/tasks/t1", Due: "2 days left", Tone: Plain}}
	full.News = []NewsRow{
		{Text: "There is something for you to do", When: "Today, 9:10 AM", Action: "/notices/n1/read", path: "/tasks/t1"},
		{Text: "A referral has news", When: "Today, 9:00 AM", Action: "/notices/n2/read", path: "/referrals/gone"},
	}
	aboutWork(full.News, full.Due, full.Tasks)

	calm := as(identity.Supervisor)
	calm.Team = &TeamView{Figures: []Figure{figure(calm.Locale, "figure.team-"+tabOurs, 0, "/referrals", Plain), figure(calm.Locale, "figure.team-"+tabOverdue, 0, "/referrals", Urgent)}}
	quiet := as(identity.AgencyStaff)
	none := []Figure{
		figure(quiet.Locale, "figure.new", 0, "/referrals", Plain), figure(quiet.Locale, "figure.due", 0, "/referrals", Plain), figure(quiet.Locale, "figure.overdue", 0, "/referrals", Urgent),
	}
	run := as(identity.NetworkAdmin)
	lost := []Figure{figure(run.Locale, "figure.people", 17, "/admin/users", Plain), figure(run.Locale, "figure.dead", 3, deadPath, Warning)}
	return map[string]templ.Component{
		"home-full":             homePage(full),
		"home-supervisor-empty": homePage(calm),
		"home-agency-none":      agencyHomePage(AgencyHomeView{HomeView: quiet, Figures: none}),
		"home-network-lost":     networkHomePage(NetworkHomeView{HomeView: run, Figures: lost}),
	}
}

// TestNewsSayWhatTheyAreAbout holds the names beside news to work that the
// person sees: a notice itself names nobody.
func TestNewsSayWhatTheyAreAbout(t *testing.T) {
	news := []NewsRow{{path: "/tasks/t1"}, {path: "/referrals/r9"}}
	aboutWork(news, []WorkRow{{Title: "Maria Santos", Href: "/tasks/t1"}}, []WorkRow{{Title: "Ada Okonkwo", Href: "/referrals/r1"}})
	if news[0].About != "Maria Santos" || news[1].About != "" {
		t.Errorf("news are about %q and %q, want the task's person and nobody", news[0].About, news[1].About)
	}
}

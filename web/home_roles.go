package web

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/referrals"
)

// Figure is a number that leads to what it counts.
type Figure struct {
	Value, Label, Href string
	Tone               Tone
}

// AgencyHomeView is the day of somebody who answers referrals.
type AgencyHomeView struct {
	HomeView
	Figures []Figure
	Listing bool // may say how much room there is
	Room    []ListingRow
}

// TeamView is what a supervisor sees besides a worker's day.
type TeamView struct {
	Figures   []Figure
	Escalated []EscalationRow
}

// NetworkHomeView is the day of somebody who runs the network.
type NetworkHomeView struct {
	HomeView
	Figures []Figure
	Index   IndexState
}

// homeListings is how many services the start page of an agency asks about.
const homeListings = 5

// homeOfRole is the start page of those who do not care for patients.
func (h *Handlers) homeOfRole(c echo.Context, v HomeView) error {
	ctx := c.Request().Context()
	switch {
	case v.Actor.Agency():
		page, err := h.agencyHome(ctx, v)
		if err != nil {
			return err
		}
		return h.render(c, http.StatusOK, agencyHomePage(page))
	case v.Actor.May(identity.NetworkManage):
		page, err := h.networkHome(ctx, v)
		if err != nil {
			return err
		}
		return h.render(c, http.StatusOK, networkHomePage(page))
	default:
		return h.render(c, http.StatusOK, startPage(v))
	}
}

func (h *Handlers) agencyHome(ctx context.Context, v HomeView) (AgencyHomeView, error) {
	out := AgencyHomeView{HomeView: v, Listing: v.Actor.May(identity.DirectoryWrite)}
	waiting, err := h.Referrals.List(ctx, referrals.ListInput{Box: referrals.Inbox, Turn: referrals.Agency, Limit: workLimit})
	if err != nil {
		return out, err
	}
	counts, err := h.Referrals.Counts(ctx, referrals.Inbox)
	if err != nil {
		return out, err
	}
	overdue, err := h.Referrals.Count(ctx, listOf(tabOverdue, referrals.Inbox, referrals.Agency))
	if err != nil {
		return out, err
	}
	if out.Listing {
		own, err := h.Directory.ServicesOf(ctx, v.Actor.OrganizationID, "", homeListings)
		if err != nil {
			return out, err
		}
		for _, s := range own.Items {
			if s.Service.Status == directory.Active {
				out.Room = append(out.Room, listingRow(v.Locale, s))
			}
		}
	}
	out.Due, out.Later = splitWork(v.Locale, waiting.Items, h.Screening.Topic)
	fromSenders(v.Locale, out.Due, waiting.Items, h.Screening.Topic)
	fromSenders(v.Locale, out.Later, waiting.Items, h.Screening.Topic)
	aboutWork(out.News, out.Due, out.Later)
	out.Figures = []Figure{
		figure(v.Locale, "figure.new", counts[referrals.Requested], "/referrals?tab="+string(referrals.Requested), Plain),
		figure(v.Locale, "figure.due", len(out.Due), "/referrals", Plain),
		figure(v.Locale, "figure.overdue", overdue, "/referrals?tab="+tabOverdue, Urgent),
	}
	return out, nil
}

// fromSenders names the sender in rows of work, in place of the own agency.
func fromSenders(l *Locale, rows []WorkRow, views []referrals.View, topic topics) {
	byHref := map[string]referrals.View{}
	for _, v := range views {
		byHref[referralPath(v.ID)] = v
	}
	for i := range rows {
		v := byHref[rows[i].Href]
		rows[i].Meta = joined(l, needName(l, v, topic), v.SenderOrganization.Name, sentenceCase(l.Sentence(v.Expected)))
	}
}

// team is what waits for a supervisor.
func (h *Handlers) team(ctx context.Context, l *Locale) (*TeamView, error) {
	stuck, err := h.Referrals.Escalations(ctx, "", 5)
	if err != nil {
		return nil, err
	}
	v := &TeamView{Escalated: escalationRows(l, stuck.Items, h.Screening.Topic)}
	for _, tab := range []string{tabOurs, tabOverdue} {
		n, err := h.Referrals.Count(ctx, listOf(tab, referrals.SentBox, referrals.Sender))
		if err != nil {
			return nil, err
		}
		tone := Plain
		if tab == tabOverdue {
			tone = Urgent
		}
		v.Figures = append(v.Figures, figure(l, "figure.team-"+tab, n, "/referrals?tab="+tab, tone))
	}
	return v, nil
}

func (h *Handlers) networkHome(ctx context.Context, v HomeView) (NetworkHomeView, error) {
	out := NetworkHomeView{HomeView: v}
	people := 0
	for _, kind := range kinds {
		list, err := h.Accounts.Organizations(ctx, kind)
		if err != nil {
			return out, err
		}
		for _, o := range list {
			users, err := h.Accounts.Users(ctx, o.ID)
			if err != nil {
				return out, err
			}
			people += len(users)
		}
		if kind != accounts.Network {
			out.Figures = append(out.Figures, figure(v.Locale, "figure."+string(kind), len(list), "/admin/organizations", Plain))
		}
	}
	unmapped, err := h.Directory.Unmapped(ctx, "", 100)
	if err != nil {
		return out, err
	}
	missing := figure(v.Locale, "figure.unmapped", len(unmapped.Items), "/admin/services", Warning)
	if unmapped.Next != "" {
		missing.Value += "+"
	}
	dead, err := h.Notify.Dead(ctx, "")
	if err != nil {
		return out, err
	}
	lost := figure(v.Locale, "figure.dead", len(dead.Items), deadPath, Warning)
	if dead.Next != "" {
		lost.Value += "+"
	}
	out.Figures = append(out.Figures, figure(v.Locale, "figure.people", people, "/admin/users", Plain), missing, lost)
	out.Index, err = h.indexState(ctx, v.Locale)
	return out, err
}

// figure counts something; nothing to worry about has no tone.
func figure(l *Locale, key string, n int, href string, tone Tone) Figure {
	if n == 0 {
		tone = Plain
	}
	return Figure{Value: l.Number(n), Label: l.T(key), Href: href, Tone: tone}
}

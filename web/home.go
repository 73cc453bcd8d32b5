package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/referrals"
)

// HomeView is the day of the person signed in.
type HomeView struct {
	Page
	Greeting, Today string
	Search          Form
	// Due are referrals where it is their turn today or before; Later those
	// where it is their turn afterwards.
	Due, Later []WorkRow
	// TeamDue is due today and waits for others of the own organization.
	TeamDue []WorkRow
	// Tasks are what else the person is to do; Wanted are needs that nobody was
	// asked to help with.
	Tasks, Wanted []WorkRow
	Recent        []PatientRow
	News          []NewsRow
	Visits        *VisitsFigure
	// Screen tells who is due for screening.
	Screen DueCard
	// Team is for supervisors; nil for others.
	Team *TeamView
}

// WorkRow is a piece of work that waits for the person.
type WorkRow struct {
	Title, Meta, Href string
	Due               string
	Tone              Tone
}

// workLimit is how much work the home page shows; it is ordered by due time.
const workLimit = 30

// recentPatients is how many patients the home page shows.
const recentPatients = 5

// Home answers GET /: the worker's day, or what the role has instead.
func (h *Handlers) Home(c echo.Context) error {
	p := h.page(c, "nav.home")
	v := HomeView{Page: p, Search: p.form(), Greeting: p.T(greeting(p.Now), "name", firstName(p.Actor.Name)), Today: p.Weekday(p.Now)}
	var err error
	if v.News, err = h.news(c.Request().Context(), p.Locale); err != nil {
		return err
	}
	if !p.Actor.Care() {
		return h.homeOfRole(c, v)
	}
	if v.Visits, err = h.visitsFigure(c.Request().Context(), p.Locale); err != nil {
		return err
	}
	if p.Actor.May(identity.Escalations) {
		if v.Team, err = h.team(c.Request().Context(), p.Locale); err != nil {
			return err
		}
	}
	mine, err := h.Referrals.List(c.Request().Context(), referrals.ListInput{Box: referrals.SentBox, Turn: referrals.Sender, Limit: workLimit})
	if err != nil {
		return err
	}
	own, others := ownWork(mine.Items, p.Actor.ID)
	v.Due, v.Later = splitWork(p.Locale, own, h.Screening.Topic)
	v.TeamDue, _ = splitWork(p.Locale, others, h.Screening.Topic)
	if v.Tasks, err = h.openTasks(c.Request().Context(), p); err != nil {
		return err
	}
	if v.Wanted, err = h.wantedRows(c.Request().Context(), p.Locale); err != nil {
		return err
	}
	aboutWork(v.News, v.Due, v.Later, v.TeamDue, v.Tasks)
	if v.Screen, err = h.dueCard(c.Request().Context(), p); err != nil {
		return err
	}
	list, err := h.Patients.List(c.Request().Context(), "", recentPatients)
	if err != nil {
		return err
	}
	v.Recent = patientRows(p.Locale, list.Items, false)
	return h.render(c, http.StatusOK, homePage(v))
}

// firstName is the first word of a name.
func firstName(name string) string {
	first, _, _ := strings.Cut(name, " ")
	return first
}

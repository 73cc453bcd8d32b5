package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/referrals"
)

// LoopView is what keeps a referral from going silent: what waits for a worker,
// the tries to contact the person, the place on the waiting list, and where it
// was sent on to.
type LoopView struct {
	Tasks []WorkRow
	// LogOnly says that the person only got the number.
	LogOnly  bool
	Waiting  string // the place on the waiting list; empty for none
	WaitList string // leads to the list, for the agency
	Tries    []TimelineItem
	// MayTry offers to note a try; Missing says how many are missing before the
	// agency may give up.
	MayTry  bool
	Missing string
	// Forward leads to where an agency sends it on; empty where it may not.
	Forward string
	Onward  string // where it was sent on to
}

// loop reads what keeps the referral from going silent.
func (h *Handlers) loop(ctx context.Context, p Page, r referrals.View) (LoopView, error) {
	tasks, err := h.Referrals.TasksOf(ctx, r.ID)
	if err != nil {
		return LoopView{}, err
	}
	var tries []referrals.Attempt
	if r.Withheld == "" {
		if tries, err = h.Referrals.Attempts(ctx, r.ID); err != nil {
			return LoopView{}, err
		}
	}
	return loopView(p, r, tasks, tries), nil
}

func loopView(p Page, r referrals.View, tasks []referrals.Task, tries []referrals.Attempt) LoopView {
	l := p.Locale
	v := LoopView{LogOnly: r.LogOnly}
	for _, t := range tasks {
		row := taskRow(l, t, "")
		row.Title, row.Meta = l.Sentence(t.Kind.Label()), joined(l, t.Agency.Name, l.Sentence(t.Kind.Todo()))
		v.Tasks = append(v.Tasks, row)
	}
	if w := r.Waitlist; w != nil {
		v.Waiting = l.T("wait.position", "n", w.Position, "of", w.Length, "date", l.Date(w.Since))
	}
	if r.Onward != nil {
		v.Onward = l.T("forward.to", "service", r.Onward.Service.Name, "agency", r.Onward.Agency.Name)
	}
	for _, a := range tries {
		if a.Party == referrals.Agency {
			v.Tries = append(v.Tries, tryItem(l, r, a))
		}
	}
	if !p.Actor.May(identity.ReferralsAnswer) || !p.Actor.Agency() || r.Withheld != "" || !r.Status.Active() {
		return v
	}
	v.MayTry, v.Forward = true, referralPath(r.ID)+"/forward"
	if n := referrals.TriesMissing(tries); n > 0 {
		v.Missing = l.T("tries.missing", "count", n)
	} else {
		v.Missing = l.T("tries.enough")
	}
	if v.Waiting != "" {
		v.WaitList = waitingPath(r.Service.ID)
	}
	return v
}

// tryItem tells one try to contact the person.
func tryItem(l *Locale, r referrals.View, a referrals.Attempt) TimelineItem {
	key, tone := "tries.in-vain", Warning
	if a.Reached {
		key, tone = "tries.reached", Good
	}
	return TimelineItem{
		Title: l.T("timeline.reason", "what", l.Sentence(a.Channel.Label()), "why", l.T(key)), Note: a.Note, Tone: tone,
		At: l.At(a.At), By: stepBy(l, r, referrals.Step{By: a.By, Party: a.Party}),
	}
}

// tryChannels are the ways to contact a person.
func tryChannels(l *Locale) []Option {
	out := make([]Option, 0, len(referrals.AttemptChannels))
	for _, c := range referrals.AttemptChannels {
		out = append(out, Option{Value: c.Code, Label: l.Sentence(c.Label)})
	}
	return out
}

// AddAttempt answers POST /referrals/:id/attempts.
func (h *Handlers) AddAttempt(c echo.Context) error {
	return h.changeReferral(c, "try-noted", func(ctx context.Context, f Form) (map[string]string, error) {
		_, err := h.Referrals.AddAttempt(ctx, c.Param("id"), referrals.AttemptInput{
			Channel: referrals.AttemptChannel(f.Value("try.channel")), Reached: f.Value("try.reached") == "yes", Note: f.Value("try.note"),
		})
		return map[string]string{"channel": "try.channel", "note": "try.note"}, err
	})
}

// ForwardView lets an agency send a referral on to another one.
type ForwardView struct {
	Page
	Form     Form
	ID, Who  string
	Version  string
	Services []Option
}

// ForwardPage answers GET /referrals/:id/forward.
func (h *Handlers) ForwardPage(c echo.Context) error {
	p := h.page(c, "forward.title")
	return h.showForward(c, http.StatusOK, p, p.form().With(onceField, onceKey()))
}

// SendForward answers POST /referrals/:id/forward.
func (h *Handlers) SendForward(c echo.Context) error {
	p := h.page(c, "forward.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	in := referrals.ForwardInput{ServiceID: f.Value("service"), Note: f.Value("note")}
	in.Version, _ = strconv.ParseInt(f.Value("version"), 10, 64) // what is no number is refused as version 0
	sent, err := h.Referrals.Forward(onceEach(c, f, ""), c.Param("id"), in)
	if err != nil {
		status, err := f.refuse(&p, err, map[string]string{"serviceId": "service", "version": ""})
		if err != nil {
			return err
		}
		return h.showForward(c, status, p, f.With(onceField, onceKey()))
	}
	leaveNotice(c, map[bool]string{true: "forward-sent", false: "forward-asked"}[sent.Sent])
	return see(c, referralPath(c.Param("id")))
}

func (h *Handlers) showForward(c echo.Context, status int, p Page, f Form) error {
	ctx, id := c.Request().Context(), c.Param("id")
	choices, err := h.Referrals.ForwardChoices(ctx, id)
	if err != nil {
		return err
	}
	r, err := h.Referrals.Get(ctx, id)
	if err != nil {
		return err
	}
	v := ForwardView{Page: p, Form: f, ID: id, Who: personName(p.Locale, r), Version: strconv.FormatInt(r.Version, 10)}
	for _, s := range choices {
		card := serviceCard(p.Locale, s)
		v.Services = append(v.Services, Option{Value: s.ID, Label: s.Name, Hint: joined(p.Locale, s.OrganizationName, card.Capacity, card.Address)})
	}
	return h.render(c, status, forwardPage(v))
}

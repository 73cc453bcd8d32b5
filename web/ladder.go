package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/network"
	"github.com/havenloop/havenloop/referrals"
)

// ladderPath is where the network decides what happens when nobody acts.
const ladderPath = "/admin/network/ladder"

// LadderView lists the rules of what happens when nobody acts.
type LadderView struct {
	Page
	Form    Form
	Saved   string // who saved last, and when
	Version string
	Rules   []LadderRuleView
	// Usual tells that the rules are those that stand by default.
	Usual bool
}

// LadderRuleView is a rule in words.
type LadderRuleView struct {
	Title, Href string
	Need        string
	Priority    string
	Steps       []string
	Turns       []string // those that are not as usual
	// Removable rules are all but the one for all referrals.
	Removable bool
}

// LadderPage answers GET /admin/network/ladder.
func (h *Handlers) LadderPage(c echo.Context) error {
	p := h.page(c, "ladder.title")
	return h.showLadder(c, http.StatusOK, p, p.form())
}

func (h *Handlers) showLadder(c echo.Context, status int, p Page, f Form) error {
	s, err := h.Network.Current(c.Request().Context())
	if err != nil {
		return err
	}
	return h.render(c, status, ladderPage(ladderView(p, f, s)))
}

// RemoveLadderRule answers POST /admin/network/ladder/remove.
func (h *Handlers) RemoveLadderRule(c echo.Context) error {
	return h.changeLadder(c, func(f Form, s *network.Settings) {
		s.Ladder = slices.DeleteFunc(s.Ladder, func(r network.LadderRule) bool {
			return r.Need == f.Value("need") && r.Priority == f.Value("priority")
		})
	})
}

// ResetLadder answers POST /admin/network/ladder/reset.
func (h *Handlers) ResetLadder(c echo.Context) error {
	return h.changeLadder(c, func(_ Form, s *network.Settings) { s.Ladder = network.DefaultLadder() })
}

// LadderAgain answers GET on the addresses of these forms.
func (h *Handlers) LadderAgain(c echo.Context) error { return see(c, ladderPath) }

// changeLadder changes the rules by one button of the page.
func (h *Handlers) changeLadder(c echo.Context, change func(Form, *network.Settings)) error {
	ctx, p := c.Request().Context(), h.page(c, "ladder.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	s, err := h.Network.Current(ctx)
	if err != nil {
		return err
	}
	s.Version, _ = strconv.ParseInt(f.Value("version"), 10, 64) // what is no number is version 0, which is refused
	change(f, &s)
	if _, err := h.Network.Save(onceEach(c, f, ""), s); err != nil {
		status, err := f.refuse(&p, err, map[string]string{"ladder": ""})
		if err != nil {
			return err
		}
		return h.showLadder(c, status, p, f)
	}
	leaveNotice(c, "ladder-saved")
	return see(c, ladderPath)
}

func ladderView(p Page, f Form, s network.Settings) LadderView {
	v := LadderView{Page: p, Form: f, Version: strconv.FormatInt(s.Version, 10), Usual: sameLadder(s.Ladder, network.DefaultLadder())}
	if !s.ChangedAt.IsZero() {
		v.Saved = p.T("network.saved-by", "by", s.ChangedBy, "at", p.At(s.ChangedAt))
	}
	for _, r := range s.Ladder {
		v.Rules = append(v.Rules, ladderRuleView(p.Locale, r))
	}
	return v
}

// sameLadder tells whether the rules are the same.
func sameLadder(a, b []network.LadderRule) bool {
	return slices.EqualFunc(a, b, func(a, b network.LadderRule) bool {
		return a.Need == b.Need && a.Priority == b.Priority && a.Resend == b.Resend && len(a.Turns)+len(b.Turns) == 0 && slices.Equal(a.Steps, b.Steps)
	})
}

// ladderRuleView tells a rule in words.
func ladderRuleView(l *Locale, r network.LadderRule) LadderRuleView {
	v := LadderRuleView{
		Title: ladderRuleTitle(l, r), Need: r.Need, Priority: r.Priority, Removable: r.Need+r.Priority != "",
		Href: ladderPath + "/rule?" + url.Values{"need": {r.Need}, "priority": {r.Priority}}.Encode(),
	}
	for _, step := range r.Steps {
		key := "ladder.say." + step.Do
		if step.Do == network.StepNext && r.Resend {
			key = "ladder.say.resend"
		}
		v.Steps = append(v.Steps, l.T(key, "wait", waitText(l, step.Wait)))
	}
	if len(v.Steps) == 0 {
		v.Steps = []string{l.T("ladder.say.nothing")}
	}
	for _, status := range referrals.Statuses {
		if w, ok := r.Turns[string(status)]; ok {
			v.Turns = append(v.Turns, l.T("ladder.turn", "status", l.Sentence(status.Label()), "wait", waitText(l, w), "todo", l.Sentence(referrals.Expected(status))))
		}
	}
	return v
}

// ladderRuleTitle names the referrals that a rule is for.
func ladderRuleTitle(l *Locale, r network.LadderRule) string {
	need, priority := l.T("ladder.all-needs"), l.T("ladder.all-priorities")
	if r.Need != "" {
		need = l.T("domain." + r.Need)
	}
	if r.Priority != "" {
		priority = l.T("priority." + r.Priority)
	}
	return joined(l, need, priority)
}

// waitText is a length of time in words.
func waitText(l *Locale, w network.Wait) string {
	for _, unit := range waitUnits {
		if n := *unit.of(&w); n != 0 {
			return l.T("ladder.wait."+unit.name, "count", n)
		}
	}
	return l.T("ladder.wait.none")
}

// waitUnits are the units in which offices count time.
var waitUnits = []struct {
	name string
	of   func(*network.Wait) *int
}{
	{"businessDays", func(w *network.Wait) *int { return &w.BusinessDays }},
	{"openHours", func(w *network.Wait) *int { return &w.OpenHours }},
	{"days", func(w *network.Wait) *int { return &w.Days }},
}

// lostRace tells whether another admin saved the settings in the meantime.
func lostRace(err error) bool { return fault.Is(err, fault.Conflict) }

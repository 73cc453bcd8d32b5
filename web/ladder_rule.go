package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/network"
	"github.com/havenloop/havenloop/referrals"
)

// LadderFormView is the form of one rule of what happens when nobody acts.
type LadderFormView struct {
	Page
	Form Form
	// New rules choose the need and priority; Heading names those of others.
	New               bool
	Heading           string
	Needs, Priorities []Option
	Units             []Option
	Steps             []LadderField
	Turns             []LadderField
	TurnsOpen         bool
	// Preview tells the rule in words, as the form now stands; nil until asked.
	Preview *LadderRuleView
}

// LadderField is one step, or one turn, of the form.
type LadderField struct {
	Name, Label, Hint string
	// Timed steps have a time of their own.
	Timed bool
}

// LadderRulePage answers GET /admin/network/ladder/rule; ?need= and ?priority=
// name the rule, ?new= begins one.
func (h *Handlers) LadderRulePage(c echo.Context) error {
	s, err := h.Network.Current(c.Request().Context())
	if err != nil {
		return err
	}
	p, r := h.page(c, "ladder.rule"), s.LadderFor("", "")
	fresh := c.QueryParam("new") != ""
	if !fresh {
		r = s.LadderFor(c.QueryParam("need"), c.QueryParam("priority"))
	}
	f := ladderForm(p.form(), r).With("version", strconv.FormatInt(s.Version, 10))
	if fresh {
		f = f.With("new", "yes")
	}
	return h.render(c, http.StatusOK, ladderRulePage(ladderFormView(p, f)))
}

// SaveLadderRule answers POST /admin/network/ladder/rule: it tells the rule in
// words, or saves it.
func (h *Handlers) SaveLadderRule(c echo.Context) error {
	ctx, p := c.Request().Context(), h.page(c, "ladder.rule")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	s, err := h.Network.Current(ctx)
	if err != nil {
		return err
	}
	stored, rule := s.Version, ladderRuleFrom(f)
	s.Version, _ = strconv.ParseInt(f.Value("version"), 10, 64) // what is no number is version 0, which is refused
	at := slices.IndexFunc(s.Ladder, func(r network.LadderRule) bool { return r.Need == rule.Need && r.Priority == rule.Priority })
	if at < 0 || f.Value("new") != "" { // a second rule for the same is refused
		at = len(s.Ladder)
		s.Ladder = append(s.Ladder, rule)
	} else {
		s.Ladder[at] = rule
	}
	save := h.Network.Save
	if f.Value("do") == "preview" {
		save = h.Network.Check
	}
	if _, err := save(onceEach(c, f, ""), s); err != nil {
		if lostRace(err) {
			f = f.With("version", strconv.FormatInt(stored, 10))
		}
		status, err := f.refuse(&p, err, ladderAlias(at))
		if err != nil {
			return err
		}
		return h.render(c, status, ladderRulePage(ladderFormView(p, f)))
	}
	if f.Value("do") == "preview" {
		v := ladderFormView(p, f)
		v.Preview = new(ladderRuleView(p.Locale, rule))
		return h.render(c, http.StatusOK, ladderRulePage(v))
	}
	leaveNotice(c, "ladder-saved")
	return see(c, ladderPath)
}

// ladderAlias gives the form's names of what the service calls otherwise.
func ladderAlias(at int) map[string]string {
	rule := fmt.Sprintf("ladder[%d].", at)
	alias := map[string]string{"ladder": "", rule + "need": "need", rule + "priority": "priority"}
	for _, step := range network.LadderSteps() {
		alias[rule+"steps."+step] = stepName(step)
	}
	for _, s := range referrals.Statuses {
		alias[rule+"turns."+string(s)] = turnName(s)
	}
	return alias
}

func stepName(step string) string             { return "step-" + step }
func turnName(status referrals.Status) string { return "turn-" + string(status) }

// The endings of the fields of a time and its unit, and of whether it counts.
const (
	unitEnding = "-unit"
	onEnding   = "-on"
)

// ladderForm fills the form from a rule.
func ladderForm(f Form, r network.LadderRule) Form {
	f = f.With("need", r.Need).With("priority", r.Priority)
	if r.Resend {
		f = f.With("resend", "yes")
	}
	for _, s := range r.Steps {
		f = withWait(f.With(stepName(s.Do)+onEnding, "yes"), stepName(s.Do), s.Wait)
	}
	for status, w := range r.Turns {
		f = withWait(f, turnName(referrals.Status(status)), w)
	}
	return f
}

func withWait(f Form, name string, w network.Wait) Form {
	for _, unit := range waitUnits {
		if n := *unit.of(&w); n != 0 {
			return f.With(name, strconv.Itoa(n)).With(name+unitEnding, unit.name)
		}
	}
	return f.With(name, "0")
}

// ladderRuleFrom reads the rule from the form.
func ladderRuleFrom(f Form) network.LadderRule {
	r := network.LadderRule{Need: f.Value("need"), Priority: f.Value("priority"), Resend: f.Value("resend") == "yes", Steps: []network.LadderStep{}}
	for _, step := range network.LadderSteps() {
		if f.Value(stepName(step)+onEnding) != "yes" {
			continue
		}
		s := network.LadderStep{Do: step}
		if step != network.StepDue {
			s.Wait = waitFrom(f, stepName(step))
		}
		r.Steps = append(r.Steps, s)
	}
	for _, status := range ladderTurns {
		if strings.TrimSpace(f.Value(turnName(status))) == "" {
			continue
		}
		if r.Turns == nil {
			r.Turns = map[string]network.Wait{}
		}
		r.Turns[string(status)] = waitFrom(f, turnName(status))
	}
	return r
}

// waitFrom reads a time; what is no number is refused as -1.
func waitFrom(f Form, name string) (w network.Wait) {
	n, err := strconv.Atoi(strings.TrimSpace(f.Value(name)))
	if err != nil {
		n = -1
	}
	for _, unit := range waitUnits {
		if f.Value(name+unitEnding) == unit.name {
			*unit.of(&w) = n
			return w
		}
	}
	w.BusinessDays = n
	return w
}

// ladderTurns are the statuses in which a referral waits for somebody.
var ladderTurns = slices.DeleteFunc(slices.Clone(referrals.Statuses), func(s referrals.Status) bool { return s == referrals.EnteredInError })

func ladderFormView(p Page, f Form) LadderFormView {
	l := p.Locale
	r := network.LadderRule{Need: f.Value("need"), Priority: f.Value("priority")}
	v := LadderFormView{
		Page: p, Form: f, New: f.Value("new") != "", Heading: ladderRuleTitle(l, r),
		Needs: []Option{{Label: l.T("ladder.all-needs")}}, Priorities: []Option{{Label: l.T("ladder.all-priorities")}},
	}
	for _, d := range directory.Domains() {
		v.Needs = append(v.Needs, Option{Value: d.Code, Label: l.T("domain." + d.Code)})
	}
	v.Priorities = append(v.Priorities, priorities(l)...)
	for _, unit := range waitUnits {
		v.Units = append(v.Units, Option{Value: unit.name, Label: l.T("ladder.unit." + unit.name)})
	}
	for _, step := range network.LadderSteps() {
		v.Steps = append(v.Steps, LadderField{Name: stepName(step), Label: l.T("ladder.step." + step), Timed: step != network.StepDue, Hint: l.T("ladder.hint." + step)})
	}
	for _, status := range ladderTurns {
		name := turnName(status)
		v.Turns = append(v.Turns, LadderField{
			Name: name, Label: l.T("ladder.turn-label", "status", l.Sentence(status.Label()), "todo", l.Sentence(referrals.Expected(status))),
			Hint: l.T("ladder.usual", "wait", waitText(l, referrals.UsualTurn(status, referrals.Priority(r.Priority)))), Timed: true,
		})
		v.TurnsOpen = v.TurnsOpen || f.Problem(name) != "" || f.Value(name) != ""
	}
	return v
}

package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/referrals"
)

// ReferralView shows one referral to the side that looks at it.
type ReferralView struct {
	Page
	Form      Form
	ID        string
	Version   string
	Who, Need string
	WhoHref   string // the patient's page, for the sender
	Lead      string
	Status    string
	Tone      Tone
	Urgent    bool
	Turn      TurnView
	Moves     []MoveView
	// Withheld says why something is left out; empty when nothing is.
	Withheld     string
	Part2        bool
	Person       []SummaryRow // what may be known of the person
	Note         string
	Outcome      []SummaryRow
	Answers      []SummaryRow
	Timeline     []TimelineItem
	Talk         TalkView
	Next         *MatchChoice // next best services, after it did not help
	CanConfirm   bool
	Tries        []string
	Confirmed    []SummaryRow
	Facts        []SummaryRow
	Escalated    string // says since when; empty when nothing waits
	Supervise    bool
	Workers      []Option
	SettledText  string
	NextReferral string // the referral that took this one's place
	// Undo tells until when the last answer may be taken back; empty where it may not.
	Undo string
	// Guest is how far an agency without an account is; nil for others.
	Guest *GuestCard
	Loop  LoopView
}

// TurnView says whose turn it is, what is expected, and until when.
type TurnView struct {
	Ours     bool
	Title    string // "It is your turn"
	Expected string
	Due      string
	By       string // the day and time
	Tone     Tone
}

// ReferralPage answers GET /referrals/:id.
func (h *Handlers) ReferralPage(c echo.Context) error {
	p := h.page(c, "referral.title")
	return h.showReferral(c, http.StatusOK, p, p.form())
}

// showReferral shows the referral as it now stands, with the form as it was sent.
func (h *Handlers) showReferral(c echo.Context, status int, p Page, f Form) error {
	ctx, id := c.Request().Context(), c.Param("id")
	r, err := h.Referrals.Get(ctx, id)
	if err != nil {
		return err
	}
	library, err := h.Screening.Library(ctx)
	if err != nil {
		return err
	}
	v := referralView(p, f.With(onceField, onceKey()), r, h.Screening.Topic)
	v.Answers = neededAnswers(p.Locale, r, h.Screening.Topic, library)
	if v.Talk, err = h.talk(ctx, p, r); err != nil {
		return err
	}
	v.Nav = h.navWithNews(ctx, p) // fewer are unread now
	if wantsNext(r) {
		matches, err := h.Referrals.NextBest(ctx, id)
		if err != nil && !fault.Is(err, fault.Transient) {
			return err
		}
		next := matchChoice(p.Locale, r.Patient.ID, r.Need.ID, r.ID, matches[:min(len(matches), nextMost)])
		if len(matches) > nextMost {
			next.All = servicesPath(r.Patient.ID, r.Need.ID) + "?succeeds=" + r.ID
		}
		next.Quiet, next.Away = r.Status == referrals.Completed, err != nil
		v.Next = &next
	}
	if v.Loop, err = h.loop(ctx, p, r); err != nil {
		return err
	}
	if v.Guest, err = h.guestCard(c, p.Locale, r); err != nil {
		return err
	}
	if v.Supervise {
		users, err := h.Accounts.UsersWithRole(ctx, p.Actor.OrganizationID, identity.CHW, identity.CareManager, identity.Supervisor)
		if err != nil {
			return err
		}
		v.Workers = userOptions(users)
		if !v.Form.Values.Has("worker") {
			v.Form = v.Form.With("worker", r.Worker.ID)
		}
	}
	return h.render(c, status, referralPage(v))
}

// nextMost is how many services a referral proposes next; a link shows all.
const nextMost = 5

// wantsNext tells whether the sender has to choose what is next.
func wantsNext(r referrals.View) bool {
	return r.CanConfirm && r.Patient != nil && r.Need != nil && r.Status.Closed() && r.Status != referrals.EnteredInError &&
		(r.Status != referrals.Completed || r.Outcome != "received-service")
}

func userOptions(users []accounts.User) []Option {
	out := make([]Option, len(users))
	for i, u := range users {
		out[i] = Option{Value: u.ID, Label: u.Name}
	}
	return out
}

func referralView(p Page, f Form, r referrals.View, topic topics) ReferralView {
	_, ours := boxOf(p)
	return referralViewOf(p, f, r, ours, topic)
}

// referralViewOf is the view of one side.
func referralViewOf(p Page, f Form, r referrals.View, ours referrals.Party, topic topics) ReferralView {
	l := p.Locale
	v := ReferralView{
		Page: p, Form: f, ID: r.ID, Version: strconv.FormatInt(r.Version, 10), Who: personName(l, r), Need: needName(l, r, topic),
		Status: l.Sentence(r.Label), Tone: referralTones[r.Status], Urgent: r.Priority == referrals.Urgent, Note: r.Note,
		Withheld: withheldText(l, r), Part2: r.Part2, CanConfirm: r.CanConfirm,
		Supervise: p.Actor.May(identity.Escalations) && r.Turn != nil,
	}
	v.Lead = joined(l, v.Need, r.ServiceName, r.OrganizationName)
	if ours == referrals.Agency {
		v.Lead = joined(l, v.Need, r.ServiceName, l.T("referral.from", "name", r.SenderOrganization.Name))
	}
	if r.Patient != nil && ours == referrals.Sender {
		v.WhoHref = patientPath(r.Patient.ID)
	}
	v.Turn = turnView(l, r, ours)
	v.Moves = moveViews(l, f, r)
	v.Person = personRows(l, r, ours, topic)
	v.Timeline = timelineOf(l, r)
	v.Outcome = outcomeRows(l, r)
	v.Confirmed = confirmedRows(l, r)
	for _, t := range r.Tries {
		v.Tries = append(v.Tries, joined(l, l.At(t.At), t.Note))
	}
	v.Facts = filledRows(
		SummaryRow{Label: l.T("referral.sent-by"), Values: filled(r.Worker.Name, r.SenderOrganization.Name)},
		SummaryRow{Label: l.T("referral.sent-at"), Values: []string{l.At(r.CreatedAt)}},
		SummaryRow{Label: l.T("referral.to"), Values: filled(r.ServiceName, r.OrganizationName)},
	)
	if r.Settled {
		v.SettledText = l.T("settled." + string(r.As))
	}
	if r.SucceededBy != "" {
		v.NextReferral = referralPath(r.SucceededBy)
	}
	if !r.TakeBackUntil.IsZero() {
		v.Undo = l.T("back.until", "status", v.Status, "time", l.Clock(r.TakeBackUntil))
	}
	if r.Escalation.Open() {
		v.Escalated = l.T("referral.escalated", "at", l.At(r.Escalation.At))
	}
	return v
}

// withheldText says why something is left out.
func withheldText(l *Locale, r referrals.View) string {
	if r.Withheld == "" {
		return ""
	}
	return l.T("withheld." + r.Withheld)
}

func turnView(l *Locale, r referrals.View, ours referrals.Party) TurnView {
	if r.Turn == nil {
		return TurnView{}
	}
	v := TurnView{
		Ours: r.Turn.Party == ours, Title: l.T("turn.ours"), Expected: sentenceCase(l.Sentence(r.Expected)),
		Due: l.Due(r.Turn.Due), By: l.T("turn.by", "at", l.Soon(r.Turn.Due)), Tone: dueTone(l, r),
	}
	if !v.Ours {
		v.Title = l.T("turn.theirs", "name", turnText(l, r, ours))
	}
	return v
}

// NextFirst tells that another service comes before anything else.
func (v ReferralView) NextFirst() bool { return v.Next != nil && !v.Next.Quiet }

// Direct is the move that is one button; nil when there is none.
func (v ReferralView) Direct() *MoveView {
	for i := range v.Moves {
		if v.Moves[i].Direct {
			return &v.Moves[i]
		}
	}
	return nil
}

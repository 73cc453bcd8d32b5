package web

import (
	"strconv"

	"github.com/havenloop/havenloop/referrals"
)

// ownTones gives the tone of each status of a referral, as its patient sees it.
var ownTones = map[referrals.Status]Tone{
	referrals.Requested: Info, referrals.Acknowledged: Info, referrals.Accepted: Good, referrals.InProgress: Good,
	referrals.OnHold: Warning, referrals.Completed: Good, referrals.Rejected: Warning, referrals.Failed: Warning,
	referrals.Cancelled: Plain,
}

// ownCardOf tells a referral to its patient.
func ownCardOf(l *Locale, r referrals.Own, topic topics) OwnCard {
	card := OwnCard{
		ID: r.ID, Need: topic.named(l, r.Need.Topic, r.Need.Part), Agency: r.Agency.Name, Service: r.Service.Name,
		State: ownState(l, r), Tone: ownTones[r.Status], Next: ownNext(l, r), Since: l.Date(r.CreatedAt),
		CanAnswer: r.CanAnswer, CanWithdraw: r.CanWithdraw, Version: r.Version,
	}
	if r.ConsentID != "" {
		card.Consent = ownConsentPath(r.ConsentID)
	}
	if c := r.Answered; c != nil {
		card.Said = l.T("own.said." + ownSaid(*c))
	}
	if r.Settled != "" || r.LogOnly {
		card.Tone = Plain
	}
	return card
}

// ownState says where a referral stands, in a few words.
func ownState(l *Locale, r referrals.Own) string {
	switch {
	case r.LogOnly:
		return l.T("own.state.given")
	case r.Settled != "":
		return l.T("own.over." + string(r.Settled))
	case r.Status == referrals.Cancelled && r.Reason == "withdrawn":
		return l.T("own.state.withdrawn")
	}
	return l.T("own.state." + string(r.Status))
}

// ownNext says what happens next, who does it and by when.
func ownNext(l *Locale, r referrals.Own) []string {
	switch {
	case r.LogOnly:
		return []string{l.T("own.next.given")}
	case r.Settled == referrals.SettledSucceeded:
		return []string{l.T("own.next.succeeded")}
	case r.Settled != "":
		return []string{l.T("own.next.over")}
	case r.CanAnswer:
		return []string{l.T("own.next.answer")}
	case r.Turn == nil:
		return nil
	}
	var out []string
	if w := r.Waitlist; w != nil {
		out = append(out, l.T("own.next.waitlist", "place", l.Number(w.Position)))
	}
	if person := r.Person; person != "" && r.Waitlist == nil {
		out = append(out, l.Sentence(person))
	}
	late := r.Turn.Due.Before(l.Now)
	switch {
	case late && r.Turn.Party == referrals.Agency:
		return append(out, l.T("own.next.agency-late", "agency", l.isolate(r.Agency.Name)))
	case late:
		return append(out, l.T("own.next.worker-late"))
	case r.Turn.Party == referrals.Agency:
		return append(out, l.T("own.next."+string(r.Status), "agency", l.isolate(r.Agency.Name), "date", l.Date(r.Turn.Due)))
	}
	return append(out, l.T("own.next.worker", "date", l.Date(r.Turn.Due)))
}

// ownSaid is the answer that a confirmation stands for; "other" where the
// worker heard something else.
func ownSaid(c referrals.Confirmation) string {
	met := c.NeedResolved != nil && *c.NeedResolved
	switch {
	case c.Received == referrals.ReceivedYes && met:
		return string(referrals.GotHelp)
	case c.Received == referrals.ReceivedYes && c.NeedResolved != nil:
		return string(referrals.StillNeed)
	case c.Received == referrals.ReceivedPartly:
		return string(referrals.GotPart)
	case c.Received == referrals.ReceivedNo:
		return string(referrals.NoHelp)
	}
	return "other"
}

// answerOptions are the answers to the one question.
func answerOptions(l *Locale) []Option {
	var out []Option
	for _, a := range referrals.Answers {
		out = append(out, Option{Value: string(a), Label: l.T("own.answer." + string(a))})
	}
	return out
}

// ownVersion is the version that the patient saw.
func ownVersion(r OwnCard) string { return strconv.FormatInt(r.Version, 10) }

// ownCardLink is where a card leads.
func ownCardLink(l *Locale, r OwnCard) string {
	if r.CanAnswer {
		return l.T("own.tell")
	}
	return l.T("own.details")
}

// ownFacts are what was asked of whom.
func ownFacts(v OwnReferralView) []SummaryRow {
	return ownCopyFacts(v.Locale, OwnCopyReferral{v.Card, v.Note})[1:]
}

// ownCopyFacts are the same with where it stands.
func ownCopyFacts(l *Locale, r OwnCopyReferral) []SummaryRow {
	rows := append([]SummaryRow{{Label: l.T("own.stands"), Values: append([]string{r.Card.Need, r.Card.State}, r.Card.Next...)}}, filledRows(
		SummaryRow{Label: l.T("own.service"), Values: filled(r.Card.Service)},
		SummaryRow{Label: l.T("own.since"), Values: filled(r.Card.Since)},
		SummaryRow{Label: l.T("own.note"), Values: filled(r.Note)},
		SummaryRow{Label: l.T("own.you-said"), Values: filled(r.Card.Said)},
	)...)
	return rows
}

package web

import (
	"strconv"

	"github.com/havenloop/havenloop/referrals"
)

// InboxRow is one referral of the inbox.
type InboxRow struct {
	ID, Version, Who, Href string
	Need, Service, From    string
	Urgent                 bool
	News                   string // how many messages wait
	Status                 string
	Tone                   Tone
	Due                    string
	DueTone                Tone
	Turn                   string
	// Decide offers to accept or decline: two taps each.
	Decide   bool
	Declines []Option
	// Move is the one next step otherwise, Action its word; without Move it
	// leads to the referral. Empty when it is the other side's turn.
	Move, Action string
	Wait         bool
	// Movable rows can be ticked, to be moved with others.
	Movable bool
}

// inboxRow tells a referral with the one thing to do next.
func inboxRow(l *Locale, v referrals.View, topic topics) InboxRow {
	r := InboxRow{
		ID: v.ID, Version: strconv.FormatInt(v.Version, 10), Who: personName(l, v), Href: referralPath(v.ID), Need: needName(l, v, topic),
		Service: v.ServiceName, From: joined(l, v.SenderOrganization.Name, v.Worker.Name), Urgent: v.Priority == referrals.Urgent,
		Status: l.Sentence(v.Label), Tone: referralTones[v.Status], Turn: l.T("referral.settled"),
		Movable: len(v.Moves) > 0,
	}
	if v.Turn == nil {
		return r
	}
	r.Turn, r.Due, r.DueTone = turnText(l, v, referrals.Agency), l.Due(v.Turn.Due), dueTone(l, v)
	if v.Turn.Party != referrals.Agency {
		r.Wait, r.Turn = true, l.T("turn.theirs", "name", r.Turn)
		return r
	}
	accept, decline := moveTo(v, referrals.Accepted), moveTo(v, referrals.Rejected)
	if accept != nil && decline != nil {
		r.Decide, r.Declines = true, codeOptions(l, decline.Reasons)
		return r
	}
	r.Action = l.T("referrals.open")
	if m, ok := directMove(v); ok {
		r.Move, r.Action = string(m.To), l.Sentence(m.Label)
	} else if moveTo(v, referrals.Completed) != nil {
		r.Action = l.T("inbox.finish")
	}
	return r
}

// moveTo is the move to the status; nil when it is not open.
func moveTo(v referrals.View, to referrals.Status) *referrals.MoveOption {
	for i := range v.Moves {
		if v.Moves[i].To == to {
			return &v.Moves[i]
		}
	}
	return nil
}

func codeOptions(l *Locale, codes []referrals.Code) []Option {
	out := make([]Option, len(codes))
	for i, c := range codes {
		out[i] = Option{Value: c.Code, Label: l.Sentence(c.Label)}
	}
	return out
}

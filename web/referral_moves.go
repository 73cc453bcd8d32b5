package web

import (
	"slices"

	"github.com/havenloop/havenloop/referrals"
)

// MoveView is a move open to the person: one button, or a small form where a
// reason, an outcome or a note belongs to it.
type MoveView struct {
	To, Label, Look string
	// Direct moves are one button.
	Direct            bool
	Reasons, Outcomes []Option
	// Open keeps the small form open after it was refused.
	Open bool
	Hint string
}

// moveHints say more about moves that are easily misunderstood.
var moveHints = map[referrals.Status]string{
	referrals.EnteredInError: "move-hint.entered-in-error", referrals.Cancelled: "move-hint.cancelled", referrals.Rejected: "move-hint.rejected",
}

// moveViews makes the buttons of the moves that the lifecycle allows.
func moveViews(l *Locale, f Form, r referrals.View) []MoveView {
	direct, _ := directMove(r)
	out := make([]MoveView, 0, len(r.Moves))
	for _, m := range r.Moves {
		v := MoveView{To: string(m.To), Label: l.Sentence(m.Label), Look: secondary, Direct: m.To == direct.To}
		for _, code := range m.Reasons {
			v.Reasons = append(v.Reasons, Option{Value: code.Code, Label: l.Sentence(code.Label)})
		}
		for _, code := range m.Outcomes {
			v.Outcomes = append(v.Outcomes, Option{Value: code.Code, Label: l.Sentence(code.Label)})
		}
		if v.Direct {
			v.Look = primary
		}
		if key := moveHints[m.To]; key != "" {
			v.Hint = l.T(key)
		}
		v.Open = f.Value("to") == v.To && len(f.Problems) > 0
		out = append(out, v)
	}
	slices.SortStableFunc(out, func(a, b MoveView) int { return rank(a) - rank(b) })
	return out
}

// rank puts the direct move first and taking it all back last.
func rank(m MoveView) int {
	switch {
	case m.Direct:
		return 0
	case m.To == string(referrals.EnteredInError):
		return 2
	}
	return 1
}

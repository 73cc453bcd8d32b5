package referrals

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/fault"
)

func TestTurnsGolden(t *testing.T) {
	var b strings.Builder
	friday := time.Date(2026, 3, 6, 23, 30, 0, 0, time.UTC) // 15:30 Pacific
	for _, since := range []time.Time{monday, friday} {
		zone := pacific.Location
		fmt.Fprintf(&b, "since %s; due in the party's own time\n", since.In(zone).Format("Mon 2006-01-02 15:04 MST"))
		for _, s := range Statuses {
			for _, p := range []Priority{Routine, Urgent} {
				turn := turnFor(s, p, nil, since, testCalendar)
				if turn == nil {
					fmt.Fprintf(&b, "%-16s %-8s settled\n", s, p)
					continue
				}
				due := turn.Due.In(testCalendar(turn.Party).Location).Format("Mon 2006-01-02 15:04 MST")
				fmt.Fprintf(&b, "%-16s %-8s %-6s until %s to %s\n", s, p, turn.Party, due, Expected(s))
			}
		}
	}
	golden(t, "turns.golden", b.String())
}

func TestEveryStatusButOneHasATurn(t *testing.T) {
	for _, s := range Statuses {
		if _, ok := turns[s]; ok == (s == EnteredInError) {
			t.Errorf("status %s has a turn: %v", s, ok)
		}
	}
}

func TestThreeTriesSettle(t *testing.T) {
	r := at(Completed)
	for n := 1; n <= notReachedTries; n++ {
		now := monday.Add(time.Duration(n) * time.Hour)
		if err := r.confirm(actOf(Sender, now), Confirmation{NotReached: true}); err != nil {
			t.Fatal(err)
		}
		if n < notReachedTries && (r.Settlement != nil || r.Turn == nil || !r.Turn.Since.Equal(now)) {
			t.Fatalf("after %d tries: settlement %v, turn %v; want an open referral with a new time", n, r.Settlement, r.Turn)
		}
	}
	if r.Settlement == nil || r.Settlement.As != SettledNotReached || r.Turn != nil {
		t.Errorf("after three tries: settlement %v, turn %v; want not-reached and none", r.Settlement, r.Turn)
	}
	if err := r.confirm(actOf(Sender, monday), Confirmation{NotReached: true}); !fault.Is(err, fault.Conflict) {
		t.Errorf("a fourth try = %v, want a conflict", err)
	}
}

func TestConfirmOnlyWhenClosed(t *testing.T) {
	yes := Confirmation{Received: ReceivedYes, By: "patient"}
	for _, s := range Statuses {
		r := at(s)
		err := r.confirm(actOf(Sender, monday), yes)
		may := s == Completed || s == Rejected || s == Failed || s == Cancelled
		if may != (err == nil) {
			t.Errorf("confirm a referral that is %s = %v", s, err)
		}
		if err != nil && !fault.Is(err, fault.Conflict) {
			t.Errorf("confirm a referral that is %s = %v, want a conflict", s, err)
		}
	}
}

func TestConfirmationCheck(t *testing.T) {
	yes := true
	for _, c := range []Confirmation{
		{Received: ReceivedPartly, By: "representative", NeedResolved: &yes},
		{Received: ReceivedUnknown, By: "worker"},
		{NotReached: true, Note: "no answer"},
	} {
		if err := c.check(); err != nil {
			t.Errorf("check(%+v) = %v, want nil", c, err)
		}
	}
	for name, c := range map[string]Confirmation{
		"nothing said":       {By: "patient"},
		"nobody said it":     {Received: ReceivedYes},
		"unknown word":       {Received: "maybe", By: "patient"},
		"unknown source":     {Received: ReceivedYes, By: "neighbor"},
		"reached and not":    {NotReached: true, Received: ReceivedYes, By: "patient"},
		"resolved unreached": {NotReached: true, NeedResolved: &yes},
	} {
		if err := c.check(); !fault.Is(err, fault.Invalid) {
			t.Errorf("check(%s) = %v, want an invalid fault", name, err)
		}
	}
}

package web

import (
	"slices"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/referrals/guests"
	"github.com/labstack/echo/v4"
)

// GuestCard tells the sender how far an agency without an account is.
type GuestCard struct {
	State string
	Tone  Tone
	Text  string
	// Withdraw and Again offer to end the link, or to send a new one.
	Withdraw, Again bool
}

// guestCard is nil for agencies with accounts.
func (h *Handlers) guestCard(c echo.Context, l *Locale, r referrals.View) (*GuestCard, error) {
	if h.Guests == nil || !identity.From(c.Request().Context()).May(identity.ReferralsSend) {
		return nil, nil
	}
	s, found, err := h.Guests.Standing(c.Request().Context(), r.ID)
	if err != nil || !found {
		return nil, err
	}
	return guestCardOf(l, s, r), nil
}

// guestTones are the tones of how far a link is.
var guestTones = map[string]Tone{"not-opened": Warning, "opened": Info, "answering": Good, "expired": Warning, "withdrawn": Plain, "locked": Urgent}

func guestCardOf(l *Locale, s guests.Standing, r referrals.View) *GuestCard {
	waits := r.Turn != nil && r.Turn.Party == referrals.Agency
	state := string(s.State)
	card := &GuestCard{State: l.T("guest.state." + state), Tone: guestTones[state], Again: waits && s.To != ""}
	switch {
	case s.To == "":
		card.Text = l.T("guest.no-address")
	case s.ToldAt.IsZero():
		card.Text = l.T("guest.not-told")
	case s.Via == notify.SMS:
		card.Text = l.T("guest.told-text", "to", s.To, "at", l.At(s.ToldAt))
	default:
		card.Text = l.T("guest.told-mail", "to", s.To, "at", l.At(s.ToldAt))
	}
	works := slices.Contains([]string{"not-opened", "opened", "answering"}, state)
	card.Withdraw = works && !s.ToldAt.IsZero()
	return card
}

// ChangeGuestLink answers POST /referrals/:id/link: it withdraws the agency's
// link or sends a new one.
func (h *Handlers) ChangeGuestLink(c echo.Context) error {
	id, ctx := c.Param("id"), c.Request().Context()
	change, notice := h.Guests.SendAgain, "guest-sent"
	if c.FormValue("do") == "withdraw" {
		change, notice = h.Guests.Withdraw, "guest-withdrawn"
	}
	if err := change(ctx, id); err != nil {
		return err
	}
	leaveNotice(c, notice)
	return see(c, referralPath(id))
}

package web

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/referrals"
)

// OwnReferralView is one referral, as its patient sees it.
type OwnReferralView struct {
	SelfPage
	Form Form
	Card OwnCard
	Note string // what the worker wrote to the agency
}

// OwnReferral answers GET /p/referrals/:id.
func (h *Handlers) OwnReferral(c echo.Context) error {
	p := h.ownPage(c, "own.one")
	return h.showOwn(c, http.StatusOK, p, p.form())
}

func (h *Handlers) showOwn(c echo.Context, status int, p SelfPage, f Form) error {
	r, err := h.Referrals.OwnReferral(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	card, err := h.ownCard(c.Request().Context(), p.Locale, r)
	if err != nil {
		return err
	}
	if f.Value(onceField) == "" {
		f = f.With(onceField, onceKey())
	}
	return h.renderSelf(c, status, ownReferralPage(OwnReferralView{p, f, card, r.Note}))
}

// OwnReferralAgain answers GET on the address of the answer.
func (h *Handlers) OwnReferralAgain(c echo.Context) error {
	return see(c, ownReferralPath(c.Param("id")))
}

// OwnAnswer answers POST /p/referrals/:id/answer: whether the agency helped.
func (h *Handlers) OwnAnswer(c echo.Context) error {
	p := h.ownPage(c, "own.one")
	f, err := formFrom(p.Page, c)
	if err != nil {
		return err
	}
	_, err = h.Referrals.AnswerOwn(once(c, f), c.Param("id"), referrals.Answer(f.Value("answer")))
	if err != nil {
		status, err := f.refuse(&p.Page, err, nil)
		if err != nil {
			return err
		}
		return h.showOwn(c, status, p, f)
	}
	leaveNotice(c, "own-answered")
	return see(c, ownHomePath)
}

// OwnWithdrawPage answers GET /p/referrals/:id/withdraw: it says what will
// happen, and asks.
func (h *Handlers) OwnWithdrawPage(c echo.Context) error {
	p := h.ownPage(c, "own.withdraw")
	r, err := h.Referrals.OwnReferral(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	if !r.CanWithdraw {
		return see(c, ownReferralPath(r.ID))
	}
	v := OwnReferralView{SelfPage: p, Form: p.form(), Card: ownCardOf(p.Locale, r, h.Screening.Topic)}
	return h.renderSelf(c, http.StatusOK, ownWithdrawPage(v))
}

// OwnWithdraw answers POST /p/referrals/:id/withdraw. When something has
// changed since the page was shown, the new state is shown first.
func (h *Handlers) OwnWithdraw(c echo.Context) error {
	version, _ := strconv.ParseInt(c.FormValue("version"), 10, 64) // what is no number is refused as too old
	_, err := h.Referrals.WithdrawOwn(c.Request().Context(), c.Param("id"), version)
	switch {
	case errors.Is(err, docstore.ErrConflict), fault.Is(err, fault.Invalid), fault.Is(err, fault.Conflict):
		p := h.ownPage(c, "own.one")
		f := p.form()
		f.Problems = []Problem{{Text: p.T("own.changed")}}
		return h.showOwn(c, http.StatusConflict, p, f)
	case err != nil:
		return err
	}
	leaveNotice(c, "own-withdrawn")
	return see(c, ownHomePath)
}

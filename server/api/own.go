package api

import (
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/audit"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/internal/secret"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/screening"
)

type (
	// ownCode is the code of a link to a patient's own record.
	ownCode struct {
		Code string `json:"code"`
	}
	// ownLocked is a session that waits for the PIN, or for the code that is
	// texted; the language is that of the link.
	ownLocked struct {
		Token    string `json:"token"`
		Proof    string `json:"proof"`
		Language string `json:"language"`
	}
	ownText struct {
		Token    string `json:"token"`
		Language string `json:"language,omitempty"`
	}
	ownProof struct {
		Token string `json:"token"`
		PIN   string `json:"pin"`
	}
	// ownSession is an open session; its token goes into "Authorization: Bearer".
	ownSession struct {
		Token string `json:"token"`
	}
	ownWithdrawal struct {
		Version int64 `json:"version"`
	}
	ownAnswer struct {
		Answer referrals.Answer `json:"answer"`
	}
	ownMessage struct {
		Text string `json:"text"`
	}
	// ownCopy is a copy of everything. Of needs that others must not see nothing
	// is in it, since somebody else may hold the phone.
	ownCopy struct {
		Patient    ownPatient             `json:"patient"`
		Needs      []screening.Need       `json:"needs"`
		Screenings []ownScreening         `json:"screenings"`
		Referrals  []referrals.Own        `json:"referrals"`
		Consents   []referrals.OwnConsent `json:"consents"`
		Letters    []referrals.Letter     `json:"letters"`
		Access     []audit.Entry          `json:"access"`
	}
	ownPatient struct {
		GivenName  string             `json:"givenName"`
		FamilyName string             `json:"familyName"`
		BirthDate  string             `json:"birthDate,omitempty"`
		Phone      string             `json:"phone,omitempty"`
		Email      string             `json:"email,omitempty"`
		Address    patients.Address   `json:"address"`
		Languages  patients.Languages `json:"languages"`
		Contact    patients.Contact   `json:"contact"`
	}
	ownScreening struct {
		ID         string            `json:"id"`
		Instrument string            `json:"instrument"`
		AnsweredAt time.Time         `json:"answeredAt"`
		Answers    screening.Answers `json:"answers"`
	}
)

// EnterOwn handles POST /own/enter: the code of a link begins a session, in
// which nothing is shown before the PIN or the texted code.
func (h *Handlers) EnterOwn(c echo.Context) error {
	var in ownCode
	if err := read(c, &in); err != nil {
		return err
	}
	token, l, err := h.Self.EnterOwn(c.Request().Context(), in.Code, h.Address(c))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, ownLocked{token, string(l.Proof), l.Language})
}

// TextOwn handles POST /own/text: it texts a new code to the patient's phone.
func (h *Handlers) TextOwn(c echo.Context) error {
	var in ownText
	if err := read(c, &in); err != nil {
		return err
	}
	err := h.Self.SendCode(c.Request().Context(), in.Token, func(code string) string { return h.Words(in.Language, "self.text-code", "code", code) })
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// UnlockOwn handles POST /own/unlock: the PIN, or the texted code, opens the
// session, which has another token from then on.
func (h *Handlers) UnlockOwn(c echo.Context) error {
	var in ownProof
	if err := read(c, &in); err != nil {
		return err
	}
	token, err := h.Self.Unlock(c.Request().Context(), in.Token, secret.Text(in.PIN))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, ownSession{token})
}

// LeaveOwn handles POST /own/leave: it ends the session.
func (h *Handlers) LeaveOwn(c echo.Context) error {
	_, token, _ := strings.Cut(c.Request().Header.Get(echo.HeaderAuthorization), " ")
	if err := h.Self.Leave(c.Request().Context(), strings.TrimSpace(token)); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// OwnReferrals handles GET /own/referrals.
func (h *Handlers) OwnReferrals(c echo.Context) error {
	list, err := h.Referrals.OwnReferrals(c.Request().Context())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, items[referrals.Own]{list})
}

// OwnReferral handles GET /own/referrals/:id.
func (h *Handlers) OwnReferral(c echo.Context) error {
	r, err := h.Referrals.OwnReferral(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, r)
}

// WithdrawOwn handles POST /own/referrals/:id/withdraw.
func (h *Handlers) WithdrawOwn(c echo.Context) error {
	var in ownWithdrawal
	if err := read(c, &in); err != nil {
		return err
	}
	r, err := h.Referrals.WithdrawOwn(c.Request().Context(), c.Param("id"), in.Version)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, r)
}

// AnswerOwn handles POST /own/referrals/:id/answer.
func (h *Handlers) AnswerOwn(c echo.Context) error {
	var in ownAnswer
	if err := read(c, &in); err != nil {
		return err
	}
	r, err := h.Referrals.AnswerOwn(c.Request().Context(), c.Param("id"), in.Answer)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, r)
}

// OwnConsents handles GET /own/consents.
func (h *Handlers) OwnConsents(c echo.Context) error {
	list, err := h.Referrals.OwnConsents(c.Request().Context())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, items[referrals.OwnConsent]{list})
}

// EndOwnConsent handles POST /own/consents/:id/end.
func (h *Handlers) EndOwnConsent(c echo.Context) error {
	x, err := h.Referrals.EndOwnConsent(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, x)
}

// OwnAccess handles GET /own/access.
func (h *Handlers) OwnAccess(c echo.Context) error {
	page, err := h.Referrals.OwnAccess(c.Request().Context(), c.QueryParam("cursor"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, page)
}

// OwnLetters handles GET /own/letters; those of the workers count as read.
func (h *Handlers) OwnLetters(c echo.Context) error {
	list, err := h.Referrals.OwnLetters(c.Request().Context())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, items[referrals.Letter]{list})
}

// WriteOwn handles POST /own/letters.
func (h *Handlers) WriteOwn(c echo.Context) error {
	var in ownMessage
	if err := read(c, &in); err != nil {
		return err
	}
	l, err := h.Referrals.WriteOwn(c.Request().Context(), in.Text)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, l)
}

// OwnCopy handles GET /own/copy.
func (h *Handlers) OwnCopy(c echo.Context) error {
	ctx := c.Request().Context()
	docs, needs, err := h.Screening.OwnRecord(ctx)
	if err != nil {
		return err
	}
	p, err := h.Patients.Open(ctx, identity.From(ctx).PatientID)
	if err != nil {
		return err
	}
	out := ownCopy{
		Needs: needs, Screenings: []ownScreening{}, Access: []audit.Entry{},
		Patient: ownPatient{p.GivenName, p.FamilyName, p.BirthDate, p.Phone, p.Email, p.Address, p.Languages, p.Contact},
	}
	for _, d := range docs {
		out.Screenings = append(out.Screenings, ownScreening{d.ID, d.InstrumentID, d.AnsweredAt, d.Answers})
	}
	if out.Referrals, err = h.Referrals.OwnReferrals(ctx); err != nil {
		return err
	}
	if out.Consents, err = h.Referrals.OwnConsents(ctx); err != nil {
		return err
	}
	if out.Letters, err = h.Referrals.OwnLetters(ctx); err != nil {
		return err
	}
	for cursor := ""; ; {
		page, err := h.Referrals.OwnAccess(ctx, cursor)
		if err != nil {
			return err
		}
		out.Access = append(out.Access, page.Items...)
		if cursor = page.Next; cursor == "" {
			return c.JSON(http.StatusOK, out)
		}
	}
}

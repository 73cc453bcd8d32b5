package web

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/screening/self"
)

// The addresses of a patient's own pages.
const (
	ownPath         = self.OwnPath
	ownHomePath     = ownPath + "/home"
	ownConsentsPath = ownPath + "/consents"
	ownAccessPath   = ownPath + "/access"
	ownLettersPath  = ownPath + "/letters"
	ownCopyPath     = ownPath + "/copy"
	ownFilePath     = ownCopyPath + "/file"
)

func ownReferralPath(id string) string { return ownPath + "/referrals/" + id }
func ownAnswerPath(id string) string   { return ownReferralPath(id) + "/answer" }
func ownWithdrawPath(id string) string { return ownReferralPath(id) + "/withdraw" }
func ownConsentPath(id string) string  { return ownConsentsPath + "/" + id }

// OwnHomeView is what a patient sees first: the question that waits for them,
// what was asked of whom, and where it stands.
type OwnHomeView struct {
	SelfPage
	// Asked is the referral that the question is about; nil for none.
	Asked *OwnCard
	Form  Form
	// Open is under way, Over is done.
	Open, Over []OwnCard
	// Letters counts the messages that wait to be read.
	Letters int
}

// OwnCard is a referral in plain words.
type OwnCard struct {
	ID, Need, Agency, Service string
	State                     string
	Tone                      Tone
	// Next is what happens next, and by when.
	Next []string
	// Call is the address of a call, Number the number as people write it.
	Call, Number string
	Since        string
	// CanAnswer and CanWithdraw say what the patient may do now.
	CanAnswer, CanWithdraw bool
	Version                int64
	Consent                string // the page of the consent it was sent under
	// Said is what the patient answered, or the worker for them.
	Said string
}

// ownPage prepares the frame of a patient's own page.
func (h *Handlers) ownPage(c echo.Context, title string, args ...any) SelfPage {
	return h.selfPage(c, "", title, args...)
}

// OwnHome answers GET /p/home.
func (h *Handlers) OwnHome(c echo.Context) error {
	p := h.ownPage(c, "own.title")
	return h.showOwnHome(c, http.StatusOK, p)
}

func (h *Handlers) showOwnHome(c echo.Context, status int, p SelfPage) error {
	ctx := c.Request().Context()
	all, err := h.Referrals.OwnReferrals(ctx)
	if err != nil {
		return err
	}
	v := OwnHomeView{SelfPage: p, Form: p.form().With(onceField, onceKey())}
	for _, r := range all {
		card, err := h.ownCard(ctx, p.Locale, r)
		if err != nil {
			return err
		}
		switch {
		case r.CanAnswer && v.Asked == nil:
			v.Asked = &card
		case r.Settled != "" || r.LogOnly:
			v.Over = append(v.Over, card)
		default:
			v.Open = append(v.Open, card)
		}
	}
	if v.Letters, err = h.Referrals.UnreadOwnLetters(ctx); err != nil {
		return err
	}
	return h.renderSelf(c, status, ownHomePage(v))
}

// ownCard tells a referral to its patient, with the number to call.
func (h *Handlers) ownCard(ctx context.Context, l *Locale, r referrals.Own) (OwnCard, error) {
	card := ownCardOf(l, r, h.Screening.Topic)
	number, err := h.numberOf(ctx, r)
	if number != "" {
		card.Call, card.Number = callAddress(number), l.Phone(number)
	}
	return card, err
}

// numberOf is the number of a service, else of its organization; "" for none.
func (h *Handlers) numberOf(ctx context.Context, r referrals.Own) (string, error) {
	s, err := h.Directory.ServiceByID(ctx, r.Service.ID)
	if errors.Is(err, docstore.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if number := directory.ToCall(s.Service.Phones); number != "" {
		return number, nil
	}
	o, err := h.Directory.OrganizationByID(ctx, s.Service.OrganizationID)
	if errors.Is(err, docstore.ErrNotFound) {
		return "", nil
	}
	return directory.ToCall(o.Organization.Phones), err
}

package web

import (
	"testing"

	"github.com/a-h/templ"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/links"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/referrals/guests"
)

// guestSamples are the pages of agencies without an account.
func guestSamples(t testing.TB) map[string]templ.Component {
	start := samplePage(t, "", "/a", "guest.title")
	wrong := start
	wrong.Invalid = true
	dead := start.form().With("code", "7F3K-QX2M-9ZRT")
	dead.Problems = []Problem{{Field: "code", Text: start.T("guest.dead")}}
	code := samplePage(t, "", "/a/code", "guest.code-title")
	join := samplePage(t, "", "/a/join", "guest.join-title")
	page := samplePage(t, "", "/a/referral", "referral.title")
	page.Actor = identity.Actor{Role: identity.AgencyGuest, OrganizationID: "bank", ReferralID: "r1"}
	asked := sampleReferral(referrals.Requested)
	asked.Turn.Party = referrals.Agency
	asked.Moves = []referrals.MoveOption{
		{To: referrals.Acknowledged, Label: "Acknowledge"}, {To: referrals.Accepted, Label: "Accept"},
		{To: referrals.Rejected, Label: "Decline", Reasons: referrals.Reasons(referrals.Rejected)},
	}
	decide := guestView(page, page.form(), asked, sampleTopic)
	decide.CanJoin = true
	sender := samplePage(t, identity.CHW, "/referrals/r1", "referral.title")
	told := referralView(sender, sender.form(), asked, sampleTopic)
	told.Guest = guestCardOf(sender.Locale, guests.Standing{Via: notify.Email, To: "f…@example.org", State: links.NotOpened, ToldAt: sampleNow, Until: sampleNow}, asked)
	return map[string]templ.Component{
		"guest-start":      guestStartPage(GuestStartView{start, start.form()}),
		"guest-dead":       guestStartPage(GuestStartView{wrong, dead}),
		"guest-code":       guestCodePage(GuestCodeView{code, code.form(), "f…@example.org", false}),
		"guest-code-sent":  guestCodePage(GuestCodeView{code, code.form(), "f…@example.org", true}),
		"guest-code-none":  guestCodePage(GuestCodeView{code, code.form(), "", false}),
		"guest-referral":   guestReferralPage(decide),
		"guest-join":       guestJoinPage(GuestJoinView{Page: join, Form: join.form()}),
		"guest-join-waits": guestJoinPage(GuestJoinView{Page: join, Waits: true}),
		"referral-told":    referralPage(told),
	}
}

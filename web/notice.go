package web

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// noticeCookie carries the key of a sentence to the next page. It holds
// nothing about anybody.
const noticeCookie = "notice"

// notices are the sentences that may be carried.
var notices = map[string]string{
	"patient-registered": "notice.patient-registered",
	"patient-changed":    "notice.patient-changed",
	"network-saved":      "notice.network-saved",
	"preferences-saved":  "preferences.saved",
	"webhook-saved":      "webhooks.saved",
	"notice-again":       "dead.sent-again",

	"rescreening-put-off":        "notice.rescreening-put-off",
	"rescreening-undo":           "notice.rescreening-undo",
	"rescreening-discharge":      "notice.rescreening-discharge",
	"rescreening-undo-discharge": "notice.rescreening-undo-discharge",

	"needs-saved":        "notice.needs-saved",
	"need-split":         "notice.need-split",
	"finished-elsewhere": "notice.finished-elsewhere",
	"signed-out":         "notice.signed-out",
	"referral-sent":      "notice.referral-sent",
	"referrals-sent":     "notice.referrals-sent",
	"referral-moved":     "notice.referral-moved",
	"message-sent":       "notice.message-sent",
	"note-added":         "talk.note-added",
	"confirmed":          "notice.confirmed",
	"not-reached":        "notice.not-reached",
	"consent-ended":      "notice.consent-ended",
	"own-answered":       "own.notice-answered",
	"own-withdrawn":      "own.notice-withdrawn",
	"own-written":        "own.notice-written",
	"own-ended":          "own.notice-ended",
	"letter-sent":        "letters.sent",
	"letter-read":        "letters.read",
	"page-added":         "notice.page-added",
	"escalation-done":    "notice.escalation-done",
	"reassigned":         "notice.reassigned",
	"organization-saved": "notice.organization-saved",
	"user-saved":         "notice.user-saved",
	"instrument-added":   "notice.instrument-added",
	"instrument-changed": "notice.instrument-changed",
	"reindexed":          "notice.reindexed",
	"capacity-saved":     "notice.capacity-saved",
	"service-added":      "notice.service-added",
	"shortlist-added":    "shortlist.notice-added",
	"listing-saved":      "notice.listing-saved",
	"listing-waits":      "notice.listing-waits",
	"listing-verified":   "notice.listing-verified",
	"listing-settled":    "notice.listing-settled",
	"proposal-accepted":  "notice.proposal-accepted",
	"proposal-refused":   "notice.proposal-refused",
	"link-withdrawn":     "notice.link-withdrawn",
	"link-texted":        "notice.link-texted",
	"duplicate-merge":    "duplicates.notice-merged",
	"duplicate-distinct": "duplicates.notice-distinct",
	"duplicate-undo":     "duplicates.notice-undone",
	"rule-saved":         "terms.notice-rule",
	"rule-removed":       "terms.notice-removed",
	"words-saved":        "terms.notice-words",
	"search-aside":       "terms.notice-search",
	"guest-sent":         "guest.notice-sent",
	"guest-withdrawn":    "guest.notice-withdrawn",
	"task-done":          "notice.task-done",
	"task-open":          "notice.task-open",
	"try-noted":          "notice.try-noted",
	"forward-sent":       "notice.forward-sent",
	"forward-asked":      "notice.forward-asked",
	"ladder-saved":       "notice.ladder-saved",
	"handed-over":        "notice.handed-over",
	"gave-noted":         "notice.gave-noted",
	"answer-back":        "notice.answer-back",
	"wish-sent":          "notice.wish-sent",
	"wish-aside":         "notice.wish-aside",
	"agency-taken":       "notice.agency-taken",
	"visit-sent":         "visit.notice-sent",
	"visit-aside":        "visit.notice-aside",
	"visit-up":           "visit.notice-up",
	"visit-passed":       "visit.notice-passed",
}

// leaveNotice tells the next page to say that the change succeeded.
func leaveNotice(c echo.Context, name string) {
	c.SetCookie(&http.Cookie{
		Name: noticeCookie, Value: name, Path: "/", MaxAge: 60,
		HttpOnly: true, Secure: c.IsTLS(), SameSite: http.SameSiteStrictMode,
	})
}

// takeNotice reads and clears what leaveNotice left.
func takeNotice(c echo.Context, l *Locale) string {
	cookie, err := c.Cookie(noticeCookie)
	if err != nil {
		return ""
	}
	c.SetCookie(&http.Cookie{Name: noticeCookie, Path: "/", MaxAge: -1, HttpOnly: true, Secure: c.IsTLS(), SameSite: http.SameSiteStrictMode})
	key, ok := notices[cookie.Value]
	if !ok {
		return ""
	}
	return l.T(key)
}

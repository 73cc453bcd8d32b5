package web

import (
	"time"

	"github.com/havenloop/havenloop/directory"
)

// span is a number of days in the largest unit that tells it: the ending of
// keys, and how many.
func span(days int) (unit string, n int) {
	switch {
	case days < 14:
		return "days", days
	case days < 60:
		return "weeks", days / 7
	case days < 365:
		return "months", days / 30
	default:
		return "years", days / 365
	}
}

// freshText tells when somebody last made sure of a listing.
func freshText(l *Locale, s directory.ServiceFacts) string {
	on, err := time.ParseInLocation(time.DateOnly, s.LastVerified, l.Now.Location())
	if err != nil {
		return l.T("service.never-verified")
	}
	days := -l.days(on)
	unit, n := span(days)
	switch {
	case unit == "years", s.Stale && unit == "months":
		return l.T("fresh.over-"+unit, "count", n)
	case s.Stale:
		return l.T("fresh.over-weeks")
	case days <= 0:
		return l.T("fresh.today")
	default:
		return l.T("fresh."+unit, "count", n)
	}
}

// ago tells how long since an instant.
func (l *Locale) ago(t time.Time) string {
	days := -l.days(t)
	if days <= 0 {
		return l.T("ago.today")
	}
	unit, n := span(days)
	return l.T("ago."+unit, "count", n)
}

package notify

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
)

// Kind is a kind of news; people choose for each how they hear of it.
type Kind string

// The kinds.
const (
	Referrals Kind = "referrals" // what happens to them
	Reminders Kind = "reminders" // what waits too long
	Messages  Kind = "messages"
	Visits    Kind = "visits" // visits and screenings
	Listings  Kind = "listings"
	// Personal is news for patients and for addresses, who choose nothing here.
	Personal Kind = "personal"
)

// Kinds lists those that people with an account choose channels for.
func Kinds() []Kind { return []Kind{Referrals, Reminders, Messages, Visits, Listings} }

// templates are all that is ever told. Their words are "told.NAME.subject" and
// "told.NAME.text" of the translations; the link to the page follows them.
// They say nothing about who or what it is about: other people may read the
// screen or the mailbox.
var templates = map[string]Kind{
	"referral.received":   Referrals,
	"referral.moved":      Referrals,
	"referral.cancelled":  Referrals,
	"referral.confirm":    Referrals,
	"referral.reminded":   Reminders,
	"referral.unanswered": Reminders,
	"task.raised":         Reminders,
	"agency.joined":       Listings,
	"referral.escalated":  Reminders,
	"referral.messaged":   Messages,
	"referral.mentioned":  Messages,
	"visit.attention":     Visits,
	"visit.escalated":     Visits,
	"screening.arrived":   Visits,
	"screening.due":       Visits,
	"listing.verify":      Listings,
	"listing.decided":     Listings,
	"guest.received":      Personal,
	"guest.reminded":      Personal,
	"patient.answered":    Referrals,
	"patient.ask":         Personal,
	"patient.letter":      Personal,
}

// Templates lists the names of all templates.
func Templates() []string { return slices.Sorted(maps.Keys(templates)) }

// path is what the one value of a notice looks like; so nobody can put a name into it.
// Behind the # may stand the code of a link, which browsers do not send.
var path = regexp.MustCompile(`^/[A-Za-z0-9/_-]*(#[0-9A-Z-]+)?$`)

// checkTemplate tells whether there is the template, and a page for its link.
func checkTemplate(name, page string) error {
	if _, ok := templates[name]; !ok {
		return fmt.Errorf("no template %q", name)
	}
	if !path.MatchString(page) {
		return errors.New("the path is none of a page")
	}
	return nil
}

package notify

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// template is the fixed text of a notice; {link} stands for the page to open.
type template struct{ subject, body string }

// templates are all that is ever told. The texts say nothing about who or
// what it is about: other people may read the screen or the mailbox.
var templates = map[string]template{
	"referral.received": {
		"A new referral is waiting",
		"A new referral is waiting for your answer. Sign in to read it: {link}"},
	"referral.reminded": {
		"A referral still needs your answer",
		"The time to answer a referral is almost over or has passed. Sign in to answer it: {link}"},
	"referral.escalated": {
		"A referral is overdue",
		"A referral has waited too long and was passed on to you. Sign in to see what is needed: {link}"},
	"referral.moved": {
		"A referral has news",
		"The status of a referral has changed. Sign in to see it: {link}"},
	"referral.messaged": {
		"You have a new message",
		"There is a new message about a referral. Sign in to read it: {link}"},
	"referral.confirm": {
		"Ask whether it helped",
		"An agency has finished its work on a referral. Ask the person whether it helped, then write down the answer: {link}"},
	"visit.attention": {
		"A visit needs your attention",
		"Something in a visit that you sent could not be stored. Sign in to mend it and send it on: {link}"},
	"visit.escalated": {
		"A visit has waited too long",
		"A visit of one of your workers waits to be mended. Sign in to see what is needed: {link}"},
	"screening.arrived": {
		"New answers have come in",
		"Somebody has sent in their answers. Sign in to read them: {link}"},
	"screening.due": {
		"Somebody is due for screening",
		"It is time to screen one or more people again. Sign in to see who: {link}"},
	"listing.verify": {
		"Is your listing still right?",
		"It is time to look at what the directory says about your services. Sign in, check it and press one button: {link}"},
	"listing.decided": {
		"Your change was looked at",
		"The network has looked at a change to your listing. Sign in to see what was decided: {link}"},
	"referral.cancelled": {
		"A referral was called off",
		"You need to do nothing more on a referral. Sign in to see it: {link}"},
}

// path is what the one value of a notice looks like; so nobody can put a name into it.
var path = regexp.MustCompile(`^/[A-Za-z0-9/_-]*$`)

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

// Text answers the notice's subject and body in English; baseURL stands before
// the path of its link.
func (n Notice) Text(baseURL string) (subject, body string) {
	t := templates[n.Template]
	return t.subject, strings.ReplaceAll(t.body, "{link}", baseURL+n.Data["path"])
}

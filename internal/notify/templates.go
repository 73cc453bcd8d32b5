package notify

import (
	"fmt"
	"regexp"
	"strings"
)

// template is the fixed text of a notice. In it {link} stands for the page to
// open and {count} for a number.
type template struct {
	// data names the values the notice must carry, and no others: "path" for
	// {link}, "count" for {count}.
	data          []string
	subject, body string
}

// templates are all that is ever told. The texts say nothing about who or
// what it is about: other people may read the screen or the mailbox.
var templates = map[string]template{
	"referral.received": {[]string{"path"},
		"A new referral is waiting",
		"A new referral is waiting for your answer. Sign in to read it: {link}"},
	"referral.reminded": {[]string{"path"},
		"A referral still needs your answer",
		"The time to answer a referral is almost over or has passed. Sign in to answer it: {link}"},
	"referral.escalated": {[]string{"path"},
		"A referral is overdue",
		"A referral has waited too long and was passed on to you. Sign in to see what is needed: {link}"},
	"referral.moved": {[]string{"path"},
		"A referral has news",
		"The status of a referral has changed. Sign in to see it: {link}"},
	"referral.messaged": {[]string{"path"},
		"You have a new message",
		"There is a new message about a referral. Sign in to read it: {link}"},
	"referral.confirm": {[]string{"path"},
		"Ask whether it helped",
		"An agency has finished its work on a referral. Ask the person whether it helped, then write down the answer: {link}"},
	"referral.cancelled": {[]string{"path"},
		"A referral was called off",
		"You need to do nothing more on a referral. Sign in to see it: {link}"},
	"consent.ended": {[]string{"path"},
		"A consent has ended",
		"A consent has ended, and what was shared under it can no longer be seen. Sign in to see which referrals this is about: {link}"},
	"work.due": {[]string{"path", "count"},
		"Work is due today",
		"On your list {count} things are due today. Sign in to see them: {link}"},
}

// values says what the values of notices look like; so nobody can put a name into one.
var values = map[string]*regexp.Regexp{
	"path":  regexp.MustCompile(`^/[A-Za-z0-9/_-]*$`),
	"count": regexp.MustCompile(`^[0-9]{1,6}$`),
}

// checkData tells whether the data is what the template asks for.
func checkData(name string, data map[string]string) error {
	t, ok := templates[name]
	if !ok {
		return fmt.Errorf("no template %q", name)
	}
	if len(data) != len(t.data) {
		return fmt.Errorf("template %s takes the values %v", name, t.data)
	}
	for _, key := range t.data {
		if !values[key].MatchString(data[key]) {
			return fmt.Errorf("template %s: bad value for %s", name, key)
		}
	}
	return nil
}

// Words is the text of a notice in English, as format and arguments for the
// translation layer to look up.
type Words struct {
	// Subject is a short line; Body the text, in which {link} and {count} stand
	// for values of the notice's Data.
	Subject, Body string
}

// Words answers the notice's text in English, with {link} and {count} left in.
func (n Notice) Words() Words {
	t := templates[n.Template]
	return Words{t.subject, t.body}
}

// Text answers the notice's subject and body in English; baseURL stands before
// the path of its link.
func (n Notice) Text(baseURL string) (subject, body string) {
	w := n.Words()
	return w.Subject, strings.NewReplacer("{link}", baseURL+n.Data["path"], "{count}", n.Data["count"]).Replace(w.Body)
}

package web

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/referrals"
)

// referralTones gives the tone of each status of a referral.
var referralTones = map[referrals.Status]Tone{
	referrals.Draft: Plain, referrals.Requested: Info, referrals.Acknowledged: Info, referrals.Accepted: Info,
	referrals.InProgress: Info, referrals.OnHold: Warning, referrals.Completed: Good, referrals.Rejected: Warning,
	referrals.Failed: Warning, referrals.Cancelled: Plain, referrals.EnteredInError: Plain, referrals.Withdrawn: Plain,
}

// splitWork puts apart what is due today, or was before, and what is due later.
// Referrals that are not open wait for nobody and are left out.
func splitWork(l *Locale, views []referrals.View, topic topics) (due, later []WorkRow) {
	for _, v := range views {
		switch {
		case v.Turn == nil:
		case l.days(v.Turn.Due) <= 0 || v.Overdue:
			due = append(due, workRow(l, v, topic))
		default:
			later = append(later, workRow(l, v, topic))
		}
	}
	return due, later
}

// workRow tells who a referral is about, what it is and what to do. The need
// of a private topic is not named.
func workRow(l *Locale, v referrals.View, topic topics) WorkRow {
	r := WorkRow{
		Title: l.T("work.somebody"), Href: referralPath(v.ID), Due: l.Due(v.Turn.Due), Tone: dueTone(l, v),
		Meta: joined(l, needName(l, v, topic), v.OrganizationName, sentenceCase(l.Sentence(v.Expected))),
	}
	if p := v.Patient; p != nil && p.GivenName+p.FamilyName != "" {
		r.Title = strings.TrimSpace(p.GivenName + " " + p.FamilyName)
	}
	return r
}

func dueTone(l *Locale, v referrals.View) Tone {
	switch {
	case v.Overdue:
		return Urgent
	case l.days(v.Turn.Due) <= 0:
		return Warning
	default:
		return Plain
	}
}

// needName is the need of a referral in words; neutral where it is private or unknown.
func needName(l *Locale, v referrals.View, topic topics) string {
	if v.Need == nil {
		return l.T("work.some-need")
	}
	if topic.private(v.Need.Topic) {
		return l.T("need.private")
	}
	return topic.named(l, v.Need.Topic, v.Need.Part)
}

// referralRow is a referral in a patient's overview.
func referralRow(l *Locale, v referrals.View, topic topics) LinkRow {
	r := LinkRow{
		Title: v.OrganizationName, Href: referralPath(v.ID), Tag: l.Sentence(v.Label), Tone: referralTones[v.Status],
		Meta: joined(l, needName(l, v, topic), v.ServiceName, l.T("work.sent", "date", l.Date(v.CreatedAt))),
	}
	if v.Overdue {
		r.Meta, r.Tone = joined(l, r.Meta, l.Due(v.Turn.Due)), Urgent
	}
	return r
}

// consentRow is a consent in a patient's overview: what is shared about what
// with whom, and until when. names gives the names of agencies by id.
func consentRow(l *Locale, c referrals.Consent, names map[string]string) LinkRow {
	with := []string{}
	for _, id := range c.Recipients.OrganizationIDs {
		with = append(with, names[id])
	}
	if c.Recipients.Class == referrals.NetworkAgencies {
		with = append(with, l.T("consent.network"))
	}
	about := []string{}
	for _, d := range c.Needs {
		about = append(about, l.T("domain."+d))
	}
	r := LinkRow{Title: l.join("list.comma", with), Tag: l.T("consent." + string(c.Status)), Tone: Plain}
	if c.InForce(l.Now) {
		r.Tone = Good
	}
	until := l.T("consent.given", "date", l.Date(c.GivenAt))
	if c.ExpiresOn != "" {
		until = l.T("consent.until", "date", l.Day(c.ExpiresOn))
	}
	missing := ""
	if c.AwaitsPage() {
		missing = l.T("consent.page-missing")
	}
	r.Meta = joined(l, consentAbout(l, c, about), until, missing)
	return r
}

// consentAbout names what a consent is about, unless that alone would endanger.
func consentAbout(l *Locale, c referrals.Consent, about []string) string {
	if slices.ContainsFunc(c.Needs, referrals.Violence) {
		return l.T("need.private")
	}
	return l.join("list.comma", about)
}

// organizationNames gives the names of organizations by id.
func organizationNames(list []accounts.Organization) map[string]string {
	names := make(map[string]string, len(list))
	for _, o := range list {
		names[o.ID] = o.Name
	}
	return names
}

// joined puts facts of one line together.
func joined(l *Locale, facts ...string) string {
	return l.join("list.separator", filled(facts...))
}

// sentenceCase begins a phrase with a capital.
func sentenceCase(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(first)) + s[n:]
}

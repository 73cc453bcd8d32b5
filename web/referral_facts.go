package web

import (
	"maps"
	"slices"

	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/screening"
)

// personRows tells what the consent lets the person who looks know of whom it
// is about.
func personRows(l *Locale, r referrals.View, ours referrals.Party, topic topics) []SummaryRow {
	p := r.Patient
	if p == nil {
		return nil
	}
	var rows []SummaryRow
	if r.Need != nil && topic.private(r.Need.Topic) {
		rows = append(rows, SummaryRow{Label: l.T("refer.need"), Values: []string{topic.named(l, r.Need.Topic, r.Need.Part)}, Private: l.T("need.private")})
	}
	if p.BirthDate != "" {
		rows = append(rows, SummaryRow{Label: l.T("patients.birth-date"), Values: []string{joined(l, l.Day(p.BirthDate), l.Age(p.BirthDate))}})
	}
	rows = append(rows, filledRows(
		SummaryRow{Label: l.T("patient.spoken"), Values: filled(languageName(p.Languages.Spoken))},
		SummaryRow{Label: l.T("patient.written"), Values: filled(languageName(p.Languages.Written))},
		SummaryRow{Label: l.T("patients.phone"), Values: phoneWords(l, p.Phone, p.Contact)},
		SummaryRow{Label: l.T("patient.safe-to-text"), Values: filled(flagText(l, p.Contact.SafeToText))},
		SummaryRow{Label: l.T("register.safe-hours"), Values: filled(joined(l, p.Contact.SafeHours, safeTimes(l, p.Contact)))},
		SummaryRow{Label: l.T("register.email"), Values: filled(p.Email)},
	)...)
	if address := addressRow(l, p.Address); !address.Muted {
		rows = append(rows, address)
	}
	for _, who := range p.Representatives {
		rows = append(rows, SummaryRow{Label: l.T("relationship." + who.Relationship), Values: filled(who.Name, l.Phone(who.Phone))})
	}
	if ours == referrals.Agency && len(rows) == 0 {
		rows = append(rows, SummaryRow{Label: l.T("referral.person"), Values: []string{l.T("referral.nothing-shared")}, Muted: true})
	}
	return rows
}

// neededAnswers tells the answers behind the need, in the words of the
// instruments. Without the words of its question, an answer is left out: a code
// says nothing to anybody.
func neededAnswers(l *Locale, r referrals.View, topic topics, library *screening.Library) []SummaryRow {
	if r.Need == nil {
		return nil
	}
	var rows []SummaryRow
	for _, id := range slices.Sorted(maps.Keys(r.Need.Answers)) {
		for _, info := range library.Infos() {
			if q, ok := library.Find(info.ID).Question(id); ok {
				row := answerRow(l, q, r.Need.Answers[id])
				if topic.private(r.Need.Topic) {
					row.Private, row.Label = row.Label, l.T("need.private")
				}
				rows = append(rows, row)
				break
			}
		}
	}
	return rows
}

// timelineOf tells what happened, the newest first.
func timelineOf(l *Locale, r referrals.View) []TimelineItem {
	items := make([]TimelineItem, 0, len(r.History))
	for _, s := range r.History {
		item := TimelineItem{Title: l.Sentence(s.To.Label()), At: l.At(s.At), By: stepBy(l, r, s), Note: s.Note, Tone: referralTones[s.To]}
		if s.TakesBack > 0 {
			item.Title = l.T("timeline.taken-back", "what", l.Sentence(s.From.Label()))
		}
		if s.Reason != "" {
			item.Title = l.T("timeline.reason", "what", item.Title, "why", l.Sentence(referrals.ReasonLabel(s.Reason)))
		}
		if s.Outcome != "" {
			item.Title = l.T("timeline.reason", "what", item.Title, "why", l.Sentence(s.Outcome.Label()))
		}
		items = append(items, item)
	}
	slices.Reverse(items)
	return items
}

// stepBy names who did a step and for which side.
func stepBy(l *Locale, r referrals.View, s referrals.Step) string {
	switch s.Party {
	case referrals.Agency:
		return joined(l, s.By, r.OrganizationName)
	case referrals.Sender:
		return joined(l, s.By, r.SenderOrganization.Name)
	}
	return l.T("timeline.system")
}

func messageItem(l *Locale, r referrals.View, m referrals.Message) TimelineItem {
	return TimelineItem{Title: m.Text, At: l.At(m.At), By: stepBy(l, r, referrals.Step{By: m.By, Party: m.Party})}
}

// outcomeRows tells how it ended, and what to do about it.
func outcomeRows(l *Locale, r referrals.View) []SummaryRow {
	var rows []SummaryRow
	if r.Outcome != "" {
		rows = append(rows, SummaryRow{Label: l.T("referral.outcome"), Values: []string{l.Sentence(r.OutcomeText)}})
	}
	if r.Reason != "" {
		rows = append(rows, SummaryRow{Label: l.T("referral.reason"), Values: []string{l.Sentence(referrals.ReasonLabel(r.Reason))}})
	}
	if r.Next != "" {
		rows = append(rows, SummaryRow{Label: l.T("referral.next"), Values: []string{l.Sentence(r.Next)}})
	}
	return rows
}

// confirmedRows tells what the person said in the end.
func confirmedRows(l *Locale, r referrals.View) []SummaryRow {
	c := r.Confirmation
	if c == nil {
		return nil
	}
	resolved := l.T("received.unknown")
	if c.NeedResolved != nil {
		resolved = flagText(l, c.NeedResolved)
	}
	return filledRows(
		SummaryRow{Label: l.T("confirm.received"), Values: []string{l.T("received." + string(c.Received))}},
		SummaryRow{Label: l.T("confirm.resolved"), Values: []string{resolved}},
		SummaryRow{Label: l.T("confirm.by"), Values: []string{joined(l, l.T("by."+c.By), l.At(c.At))}},
		SummaryRow{Label: l.T("refer.note"), Values: filled(c.Note)},
	)
}

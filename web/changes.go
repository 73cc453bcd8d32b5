package web

import "github.com/havenloop/havenloop/screening"

// ChangeRow tells what became of one topic since earlier screenings.
type ChangeRow struct {
	Title, Meta string
	Tag         string
	Tone        Tone
}

// changeTones gives the tone of each kind of change.
var changeTones = map[string]Tone{
	screening.ChangeNew: Warning, screening.ChangeFirst: Warning, screening.ChangeStill: Info,
	screening.ChangeGone: Good, screening.ChangeNotSettled: Plain, screening.ChangeNotAsked: Plain,
}

// changeRows tells what changed; a private topic is not named.
func changeRows(l *Locale, topic topics, list []screening.Change) []ChangeRow {
	rows := make([]ChangeRow, len(list))
	for i, c := range list {
		rows[i] = ChangeRow{Title: topic.name(l, c.Topic), Tag: l.T("change." + c.Kind), Tone: changeTones[c.Kind]}
		if c.Private {
			rows[i].Title = l.T("need.private")
		}
		if !c.Since.IsZero() {
			rows[i].Meta = l.T("change.since", "date", l.Date(c.Since))
		}
		if c.OtherInstrument {
			rows[i].Meta = joined(l, rows[i].Meta, l.T("change.other"))
		}
	}
	return rows
}

package web

import (
	"context"

	"github.com/havenloop/havenloop/directory"
)

// originRow tells everybody where most of a listing comes from.
func originRow(l *Locale, o *directory.Origin) SummaryRow {
	row := SummaryRow{Label: l.T("provenance.origin"), Values: []string{l.T("provenance.unknown")}}
	if o != nil {
		row.Values = []string{joined(l, feedText(l, o.Feed), l.Date(o.At))}
	}
	return row
}

// saidRows tell who says each field, and since when; the first row is for all
// that are not named.
func (h *Handlers) saidRows(ctx context.Context, l *Locale, list []directory.FieldSource) ([]SummaryRow, error) {
	var ids []string
	for _, s := range list {
		ids = append(ids, s.By)
	}
	people, err := h.namesOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	var rows []SummaryRow
	for _, s := range list {
		label := l.T("provenance.rest")
		if s.Field != "" {
			label = fieldLabel(l, s.Field)
		}
		rows = append(rows, SummaryRow{Label: label, Values: []string{sourceText(l, s.Source, people)}})
	}
	return rows, nil
}

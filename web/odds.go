package web

import (
	"context"

	"github.com/havenloop/havenloop/internal/geo"
	"github.com/havenloop/havenloop/referrals/figures"
)

// odds tells what became of other referrals for the need near the ZIP code; ""
// when too few have ended.
func (h *Handlers) odds(ctx context.Context, l *Locale, need, zip string) (string, error) {
	o, err := h.Figures.Odds(ctx, need, zip)
	if err != nil {
		return "", err
	}
	return oddsText(l, o), nil
}

func oddsText(l *Locale, o figures.Odds) string {
	if o.Area == figures.NoArea {
		return ""
	}
	place := o.Place
	if c, ok := geo.County(o.Place); ok {
		place = c.Name
	}
	text := l.T("odds."+string(o.Area), "place", place, "percent", o.Percent)
	if o.MedianDays != nil {
		text = l.T("odds.both", "odds", text, "days", l.T("figures.days", "count", *o.MedianDays))
	}
	return text
}

package clock

import "time"

// SubBusinessDays answers the same local clock time n business days before t.
// What happens on another day counts as of the business day before it. The
// answer is in UTC.
func (c Calendar) SubBusinessDays(t time.Time, n int) time.Time {
	local := t.In(c.location())
	day := c.businessDayBefore(date(local))
	for ; n > 0; n-- {
		day = c.businessDayBefore(day.AddDate(0, 0, -1))
	}
	h, m, s := local.Clock()
	return at(day, time.Duration(h*3600+m*60+s)*time.Second+time.Duration(local.Nanosecond()), c.location()).UTC()
}

// businessDayBefore is the last business day at or before day.
func (c Calendar) businessDayBefore(day time.Time) time.Time {
	for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday || c.Holidays[day.Format(DateLayout)] {
		day = day.AddDate(0, 0, -1)
	}
	return day
}

// SubOpeningHours answers the last instant since which the organization has
// been open for d until t. The answer is in UTC.
func (c Calendar) SubOpeningHours(t time.Time, d time.Duration) time.Time {
	loc, week := c.location(), c.week()
	for day := date(t.In(loc)); ; day = day.AddDate(0, 0, -1) {
		if c.Holidays[day.Format(DateLayout)] {
			continue
		}
		spans := week[day.Weekday()]
		for i := len(spans) - 1; i >= 0; i-- {
			from, to := at(day, time.Duration(spans[i].From)*time.Minute, loc), at(day, time.Duration(spans[i].To)*time.Minute, loc)
			if to.After(t) {
				to = t
			}
			open := to.Sub(from)
			if open <= 0 {
				continue
			}
			if d <= open {
				return to.Add(-max(d, 0)).UTC()
			}
			d -= open
		}
	}
}

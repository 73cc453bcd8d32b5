package seed

import (
	"fmt"

	"github.com/havenloop/havenloop/directory"
)

// span is one opening rule: iCalendar days, local times.
type span struct{ freq, days, opens, closes string }

func weekly(days, opens, closes string) span { return span{"WEEKLY", days, opens, closes} }

const weekdays = "MO,TU,WE,TH,FR"

// hourCodes are the opening hours that county.txt names.
var hourCodes = map[string][]span{
	"wk":          {weekly(weekdays, "09:00", "17:00")},
	"wk8":         {weekly(weekdays, "08:00", "16:30")},
	"wklunch":     {weekly(weekdays, "09:00", "12:00"), weekly(weekdays, "13:00", "17:00")},
	"wk+sat":      {weekly(weekdays, "09:00", "18:00"), weekly("SA", "09:00", "13:00")},
	"wk+eve":      {weekly(weekdays, "08:00", "20:00")},
	"school":      {weekly(weekdays, "07:30", "15:30")},
	"after":       {weekly(weekdays, "14:30", "18:30")},
	"eve":         {weekly(weekdays, "16:00", "20:00")},
	"dawn":        {weekly("MO,TU,WE,TH,FR,SA", "04:30", "07:00")},
	"tt":          {weekly("TU,TH", "10:00", "14:00")},
	"mwf":         {weekly("MO,WE,FR", "09:00", "13:00")},
	"fri":         {weekly("FR", "14:00", "18:00")},
	"wed-eve":     {weekly("WE", "16:00", "19:00")},
	"sat":         {weekly("SA", "09:00", "12:00")},
	"sat-noon":    {weekly("SA", "12:00", "14:00")},
	"market":      {weekly("SA", "08:00", "13:00")},
	"daily":       {weekly("MO,TU,WE,TH,FR,SA,SU", "07:00", "21:00")},
	"daily-lunch": {weekly("MO,TU,WE,TH,FR,SA,SU", "11:00", "13:00")},
	"dinner":      {weekly("MO,TU,WE,TH,FR,SA,SU", "17:30", "19:00")},
	"night":       {weekly("MO,TU,WE,TH,FR,SA,SU", "18:00", "08:00")},
	"24":          {weekly("MO,TU,WE,TH,FR,SA,SU", "00:00", "23:59")},
	"1sa":         {{"MONTHLY", "1SA", "09:00", "12:00"}},
	"2-4we":       {{"MONTHLY", "2WE,4WE", "10:00", "13:00"}},
	"appt":        nil, // by appointment: said in words
	"?":           nil,
	"":            nil,
}

// schedules makes the HSDS schedules of a code. id names what they belong to.
func schedules(code, id string) ([]directory.Schedule, error) {
	spans, ok := hourCodes[code]
	if !ok {
		return nil, fmt.Errorf("unknown hours %q", code)
	}
	if code == "appt" {
		return []directory.Schedule{{ID: ID(id + "/hours"), Description: "By appointment"}}, nil
	}
	var out []directory.Schedule
	for i, s := range spans {
		out = append(out, directory.Schedule{
			ID: ID(fmt.Sprintf("%s/hours/%d", id, i)), Freq: s.freq, ByDay: s.days, OpensAt: s.opens, ClosesAt: s.closes,
		})
	}
	return out, nil
}

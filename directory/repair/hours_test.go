package repair

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHours(t *testing.T) {
	week := func(days, opens, closes string) Opening { return Opening{ByDay: days, Opens: opens, Closes: closes} }
	month := func(days, opens, closes string) Opening {
		return Opening{ByDay: days, Monthly: true, Opens: opens, Closes: closes}
	}
	closed := func(day string) Opening { return Opening{ByDay: day, Closed: true} }
	tests := map[string][]Opening{
		"Monday - Friday 9:00AM - 5:00PM":                              {week("MO,TU,WE,TH,FR", "09:00", "17:00")},
		"Mon-Thurs 9-2pm, Fri 9-12pm":                                  {week("MO,TU,WE,TH", "09:00", "14:00"), week("FR", "09:00", "12:00")},
		"Tuesday and Thursday 5-6:30pm":                                {week("TU,TH", "17:00", "18:30")},
		"9am to 5pm, Monday through Friday":                            {week("MO,TU,WE,TH,FR", "09:00", "17:00")},
		"Mon & Wed 10am–noon":                                          {week("MO,WE", "10:00", "12:00")},
		"Monday &amp; Wednesday 10am-2pm":                              {week("MO,WE", "10:00", "14:00")},
		"Monday-Friday 9-5":                                            {week("MO,TU,WE,TH,FR", "09:00", "17:00")},
		"Mon 8:30 AM - 12:30 PM, 1:30 PM - 4 PM":                       {week("MO", "08:30", "12:30"), week("MO", "13:30", "16:00")},
		"Tuesday: 12:00:00-13:30:00, 12:00:00-13:30:00":                {week("TU", "12:00", "13:30")},
		"Weekly\\n Tuesday 5:30pm - 7:00pm\\n Friday 9:00am - 11:00am": {week("TU", "17:30", "19:00"), week("FR", "09:00", "11:00")},
		"Every Monday 8:00 AM 3:30 PM":                                 {week("MO", "08:00", "15:30")},
		"Monday: Closed Tuesday: 09:30 AM - 03:30 PM":                  {closed("MO"), week("TU", "09:30", "15:30")},
		"Mon-Fri 9am-5pm; closed Saturday and Sunday":                  {week("MO,TU,WE,TH,FR", "09:00", "17:00"), closed("SA,SU")},
		"24/7":                                           {week("MO,TU,WE,TH,FR,SA,SU", "00:00", "23:59")},
		"Saturday - Sunday 24 Hours":                     {week("SA,SU", "00:00", "23:59")},
		"Daily 6pm-6am":                                  {week("MO,TU,WE,TH,FR,SA,SU", "18:00", "06:00")},
		"Weekdays 8am-6pm, weekends 10am-2pm":            {week("MO,TU,WE,TH,FR", "08:00", "18:00"), week("SA,SU", "10:00", "14:00")},
		"Fri-Mon 1pm-3pm":                                {week("MO,FR,SA,SU", "13:00", "15:00")},
		"1st and 3rd Thursday 4:00pm-6:00pm":             {month("1TH,3TH", "16:00", "18:00")},
		"2nd and last Tuesday of the month, 5-6:30pm":    {month("2TU,-1TU", "17:00", "18:30")},
		"Monthly 2nd and 3rd Saturday 9:00am 12:00pm":    {month("2SA,3SA", "09:00", "12:00")},
		"Fri 10-11:30am, 1st thursday of month 5:30-7pm": {week("FR", "10:00", "11:30"), month("1TH", "17:30", "19:00")},
		"lunes y":          nil,
		"Lunes 9am - 12pm": {week("MO", "09:00", "12:00")},
		"Monday, Tuesday":  {week("MO,TU", "", "")},
		"<tr><td>Monday</td><td><time>4:00 PM - 6:00 PM</time></td></tr>": {week("MO", "16:00", "18:00")},

		"":                                  nil,
		"By appointment only":               nil,
		"monthly Wednesday 10am 12noon":     nil, // which one?
		"Twice per Month Friday 9AM 12PM":   nil,
		"Every other Monday 9am-5pm":        nil,
		"Mon-Fri 9am-5pm except holidays":   nil,
		"Monday 9am":                        nil, // until when?
		"5:00 pm - 6:00 pm":                 nil, // on which day?
		"Monday 5-6":                        nil, // morning or evening
		"Jan - Oct Monday 9am-5pm":          nil,
		"610-644-5555":                      nil,
		"1st Monday and Tuesday 9am-10am":   {month("1MO,1TU", "09:00", "10:00")},
		"Monday 9am-9am":                    nil,
		strings.Repeat("Mon 9am-5pm ", 400): nil,
	}
	for text, want := range tests {
		got, ok := Hours(text)
		if ok != (want != nil) {
			t.Errorf("Hours(%.80q) ok = %v, got %v", text, ok, got)
		} else if d := cmp.Diff(want, got); d != "" {
			t.Errorf("Hours(%.80q) (-want +got):\n%s", text, d)
		}
	}
}

func TestWeekdays(t *testing.T) {
	for text, want := range map[string]string{
		"Monday-Friday": "MO,TU,WE,TH,FR", "Mon - Tue & Thur - Fri": "MO,TU,TH,FR", "monday": "MO", "7": "SU", "1": "MO", "MO,WE": "MO,WE",
		"Tuesday, Thursday": "TU,TH", "Sunday-Saturday": "MO,TU,WE,TH,FR,SA,SU", "weekends": "SA,SU", "1st Saturday": "1SA",
		"": "", "8": "", "Mon 9-5": "", "Feb": "", "closed Monday": "",
	} {
		if got, ok := Weekdays(text); got != want || ok != (want != "") {
			t.Errorf("Weekdays(%q) = %q, %v, want %q", text, got, ok, want)
		}
	}
}

func TestTime(t *testing.T) {
	for text, want := range map[string]string{
		"9:00AM": "09:00", "9:30 a.m.": "09:30", "12:00 PM": "12:00", "12 am": "00:00", "5pm": "17:00", "1730": "17:30", "930": "09:30",
		"09:30:00": "09:30", "noon": "12:00", "Midnight": "00:00", "24:00": "00:00", "9": "09:00", "9.30": "09:30",
		"": "", "25:00": "", "9:75": "", "13am": "", "0pm": "", "later": "", "24:30": "",
	} {
		if got, ok := Time(text); got != want || ok != (want != "") {
			t.Errorf("Time(%q) = %q, %v, want %q", text, got, ok, want)
		}
	}
}

func TestDay(t *testing.T) {
	for text, want := range map[string]string{
		"2024-02-29": "2024-02-29", "2/3/2024": "2024-02-03", "January 5, 2011": "2011-01-05", "3/4/70": "1970-03-04", "20240102": "2024-01-02",
		"": "", "2024-02-30": "", "soon": "",
	} {
		if got, _ := Day(text); got != want {
			t.Errorf("Day(%q) = %q, want %q", text, got, want)
		}
	}
}

// FuzzHours: whatever is read has days, and times only in pairs.
func FuzzHours(f *testing.F) {
	for _, s := range []string{"Mon-Fri 9-5", "1st & 3rd Sat 10am-noon", "24/7", "closed Sunday", "9am - ; Monday", "Mon - - 9am 5pm", "last"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		list, ok := Hours(s)
		for _, o := range list {
			if !ok || o.ByDay == "" || (o.Opens == "") != (o.Closes == "") || o.Closed && o.Opens != "" {
				t.Errorf("Hours(%q) = %+v, %v", s, o, ok)
			}
		}
	})
}

package web

import (
	"strings"
	"testing"
	"time"
)

// speaking is a locale of the sample pages in a language.
func speaking(t testing.TB, tag string) *Locale {
	t.Helper()
	words, err := LoadWords()
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	return words.For(sampleNow, zone, tag)
}

// plainly leaves out what keeps stretches apart.
func plainly(s string) string {
	return strings.NewReplacer(firstStrong, "", leftToRight, "", rightToLeft, "", endOfStretch, "").Replace(s)
}

func TestTimesAndNumbersInEachLanguage(t *testing.T) {
	afternoon := time.Date(2026, 3, 5, 23, 5, 0, 0, time.UTC)
	tests := []struct{ tag, date, weekday, at, left, far, number string }{
		{"en", "Mar 5, 2026", "Thursday, March 5", "Today, 9:20 AM", "2 days left", "1.9 miles", "12,345"},
		{"es", "5 mar 2026", "Jueves, 5 de marzo", "Hoy, 9:20 a.m.", "Quedan 2 días", "1.9 millas", "12,345"},
		{"vi", "5 thg 3, 2026", "Thứ Năm, ngày 5 tháng 3", "Hôm nay, 9:20", "Còn 2 ngày", "1,9 dặm", "12.345"},
		{"zh-Hans", "2026年3月5日", "3月5日星期四", "今天 上午 9:20", "还剩 2 天", "1.9 英里", "12,345"},
		{"ar", "5 مارس 2026", "الخميس، 5 مارس", "اليوم، 9:20 صباحًا", "بقي يومان", "1.9 ميل", "12,345"},
	}
	for _, tt := range tests {
		l := speaking(t, tt.tag)
		for what, pair := range map[string][2]string{
			"date": {l.Date(afternoon), tt.date}, "weekday": {l.Weekday(afternoon), tt.weekday}, "at": {l.At(sampleNow), tt.at},
			"left": {l.Due(sampleNow.Add(48 * time.Hour)), tt.left}, "far": {l.Distance(3000), tt.far}, "number": {l.Number(12345), tt.number},
		} {
			if got := plainly(pair[0]); got != pair[1] {
				t.Errorf("%s: %s = %q, want %q", tt.tag, what, got, pair[1])
			}
		}
	}
}

func TestNumbers(t *testing.T) {
	en, vi := speaking(t, "en"), speaking(t, "vi")
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", -1234567: "-1,234,567"} {
		if got := en.Number(n); got != want {
			t.Errorf("Number(%d) = %q, want %q", n, got, want)
		}
	}
	for f, want := range map[float64]string{0.1: "0,1", 2: "2", 1234.56: "1.234,6", 9.96: "10"} {
		if got := vi.Decimal(f); got != want {
			t.Errorf("Decimal(%g) = %q, want %q", f, got, want)
		}
	}
}

func TestArabicPluralForms(t *testing.T) {
	l := speaking(t, "ar")
	for days, want := range map[int]string{2: "بقي يومان", 3: "بقيت 3 أيام", 11: "بقي 11 يومًا", 100: "بقي 100 يوم"} {
		if got := plainly(l.T("due.left", "count", days)); got != want {
			t.Errorf("%d days left = %q, want %q", days, got, want)
		}
	}
}

func TestTextsOfOtherDirectionStandApart(t *testing.T) {
	en, ar := speaking(t, "en"), speaking(t, "ar")
	tests := []struct{ name, got, want string }{
		{"a Latin name in English", en.isolate("Ana"), "Ana"},
		{"an Arabic name in English", en.isolate("سلمى"), firstStrong + "سلمى" + endOfStretch},
		{"a Latin name in Arabic", ar.isolate("Ana"), leftToRight + "Ana" + endOfStretch},
		{"an Arabic name in Arabic", ar.isolate("سلمى"), "سلمى"},
		{"an Arabic sentence with a name", ar.isolate("من Ana"), rightToLeft + "من Ana" + endOfStretch},
		{"a number", ar.isolate("1,234.5"), "1,234.5"},
		{"a time", ar.isolate("9:20"), "9:20"},
		{"digits with signs", ar.isolate("(209) 555"), leftToRight + "(209) 555" + endOfStretch},
		{"nothing", ar.isolate(""), ""},
		{"a phone in English", en.Phone("+12095550111"), "(209) 555-0111"},
		{"a phone in Arabic", ar.Phone("+12095550111"), leftToRight + "(209) 555-0111" + endOfStretch},
		{"no phone", ar.Phone(""), ""},
		{"a list", ar.join("list.comma", []string{"Ana", "Ben"}), leftToRight + "Ana" + endOfStretch + ar.T("list.comma") + leftToRight + "Ben" + endOfStretch},
		{"a sentence of another room", ar.Sentence("Use %s.", "A1"), "Use " + leftToRight + "A1" + endOfStretch + "."},
		{"a number in it", ar.Sentence("Use %d.", 7), "Use 7."},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s = %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}

func TestDatePartsFollowTheLanguage(t *testing.T) {
	for tag, want := range map[string]string{"en": "month day year", "es": "day month year", "vi": "day month year", "zh-Hans": "year month day", "ar": "day month year"} {
		got := ""
		for i, p := range dateOrder(speaking(t, tag)) {
			if i == 0 && p.id("birthDate", true) != "birthDate" {
				t.Errorf("%s: the first input has the id %q, want the field's name", tag, p.id("birthDate", true))
			}
			got += " " + string(p)
		}
		if got != " "+want {
			t.Errorf("%s: order =%s, want %s", tag, got, want)
		}
	}
}

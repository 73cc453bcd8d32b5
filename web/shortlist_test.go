package web

import (
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/identity"
)

func TestTextMessage(t *testing.T) {
	p := samplePage(t, identity.CHW, "/shortlist", "shortlist.title")
	v := sampleShortlist(t, p, p.form(), "en")
	want := "Food pantry\nHarbor Food Bank\n(415) 555-0123\n12 Pier Street, San Francisco 94109\n" +
		"Monday to Friday: 9:00 AM to 5:00 PM; Tuesday, March 17: Closed"
	if v.Texts[0].Text != want {
		t.Errorf("text = %q, want %q", v.Texts[0].Text, want)
	}
	body, err := url.QueryUnescape(strings.TrimPrefix(v.Texts[0].SMS, "sms:?&body="))
	if err != nil || body != want || strings.Contains(v.Texts[0].SMS, "+") {
		t.Errorf("sms address = %q, want the text in it and nobody as recipient", v.Texts[0].SMS)
	}
	if v.Texts[1].Text != "" || !v.Careful {
		t.Errorf("help with violence has the text %q, want none and a warning", v.Texts[1].Text)
	}
	for _, secret := range []string{"Maria", "need", "Food insecurity", "Enough food"} {
		if strings.Contains(v.Texts[0].Text, secret) {
			t.Errorf("text %q says %q", v.Texts[0].Text, secret)
		}
	}
}

// TestTextMessagesKeepTheirLength: whatever a listing says, the text is short
// and begins with the name.
func TestTextMessagesKeepTheirLength(t *testing.T) {
	p := samplePage(t, identity.CHW, "/shortlist", "shortlist.title")
	words, err := LoadWords()
	if err != nil {
		t.Fatal(err)
	}
	long := rapid.StringN(0, 400, -1)
	rapid.Check(t, func(t *rapid.T) {
		l := words.For(p.Now, p.Zone, rapid.SampledFrom(pageLanguages).Draw(t, "language"))
		s := directory.ServiceDetail{Places: []directory.PlaceDetail{{HoursNotes: []string{long.Draw(t, "hours")}}}}
		s.Name, s.OrganizationName, s.Phone = "Pantry "+long.Draw(t, "name"), long.Draw(t, "organization"), "+14155550123"
		s.Address = &directory.PostalAddress{Line: long.Draw(t, "line"), City: "San Francisco", PostalCode: "94109"}
		text := textMessage(l, s)
		if n := textLength(text); n > maxText {
			t.Fatalf("text of %d characters, want at most %d", n, maxText)
		}
		if name, _, _ := strings.Cut(text, "\n"); !strings.Contains(name, "Pantry") || !strings.Contains(text, "555-0123") {
			t.Fatalf("text = %q, want it to begin with the name and to have the telephone", text)
		}
	})
}

func TestTextLength(t *testing.T) {
	for text, want := range map[string]int{"": 0, "Food pantry": 11, "[a]": 5, "Málaga": 6, "Ma\u0142a": 4, "€1": 3, "食品": 2, "😀": 2, "é~": 3} {
		if got := textLength(text); got != want {
			t.Errorf("textLength(%q) = %d, want %d", text, got, want)
		}
	}
}

func TestSheetHours(t *testing.T) {
	l := samplePage(t, identity.CHW, "/shortlist", "shortlist.title").Locale
	span := func(from, to string) directory.DayHours {
		return directory.DayHours{Spans: []directory.Span{{From: from, To: to}}}
	}
	nine, all, unknown := span("09:00", "17:00"), span("00:00", "23:59"), directory.DayHours{Unknown: true}
	none := directory.DayHours{}
	for want, days := range map[string][7]directory.DayHours{
		"Monday to Friday: 9:00 AM to 5:00 PM":                             {nine, nine, nine, nine, nine, none, none},
		"Every day: 24 hours":                                              {all, all, all, all, all, all, all},
		"Monday and Tuesday: 9:00 AM to 5:00 PM|Saturday: Hours not known": {nine, nine, none, none, none, unknown, none},
		"Wednesday: 9:00 AM to 5:00 PM|Saturday and Sunday: 24 hours":      {none, none, nine, none, none, all, all},
		"": {unknown, unknown, unknown, unknown, unknown, unknown, unknown},
	} {
		if got := strings.Join(usualHours(l, &directory.UsualHours{Days: days}), "|"); got != want {
			t.Errorf("usualHours = %q, want %q", got, want)
		}
	}
	if got := sheetHours(l, directory.ServiceDetail{Places: []directory.PlaceDetail{{}}}); len(got) != 1 || got[0] != "Not known. Call first." {
		t.Errorf("sheetHours of unknown hours = %q, want that they are not known", got)
	}
}

func TestSheetIsInTheLanguageOfThePerson(t *testing.T) {
	p := samplePage(t, identity.CHW, "/shortlist", "shortlist.title")
	page := renderHTML(t, shortlistPage(sampleShortlist(t, p, p.form(), "ar")))
	for _, want := range []string{`lang="ar" dir="rtl"`, "أماكن يمكنها المساعدة", "<bdi>Food pantry</bdi>", "As text messages", "Is this list safe to take home?"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

package web

import (
	"testing"

	"github.com/a-h/templ"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// termsSamples renders the pages about synonyms, the crosswalk and searches
// without a result.
func termsSamples(t testing.TB) map[string]templ.Component {
	as := func(path, title string) Page { return samplePage(t, identity.NetworkAdmin, path, title) }
	p := as("/admin/services", "mapping.title")
	mapping := MappingView{
		Page: p, Form: p.form(), Index: IndexState{Title: "Works", Text: "241 services can be found.", Tone: Good},
		Progress: p.T("terms.progress", "done", 200, "n", 1656), Done: 200, Total: 1656,
		Work: []MappingWork{
			{Title: p.T("terms.work-terms"), Rows: unreadRows(p.Locale, []directory.Unread{{Kind: directory.TermRule, Text: "Community Support", Services: 41}})},
			{Title: p.T("terms.work-words"), Rows: unreadRows(p.Locale, []directory.Unread{{Kind: directory.PhraseRule, Text: "zither", Services: 2}})},
		},
		Rules: ruleRows(p.Locale, []directory.Rule{
			{Kind: directory.TermRule, Text: "Quilting", Domains: []string{"social-connection", "stress"}, Confidence: directory.Sure},
			{Kind: directory.PhraseRule, Text: "pet food", Confidence: directory.Sure},
		}),
	}
	rp := as("/admin/services", "terms.map-title")
	rule := RuleView{
		Page: rp, Form: rp.form().With("confidence", surenessValue(directory.Sure)), Kind: directory.TermRule, Text: "Community Support",
		Found: rp.T("terms.found", "n", 41, "unmapped", 30, "manual", 1), Names: []string{"Morning group", "Evening group"},
		Domains:   []Option{{Value: "food-insecurity", Label: rp.T("domain.food-insecurity")}, {Value: "stress", Label: rp.T("domain.stress")}},
		Languages: []Option{{Value: "", Label: rp.T("terms.any-language")}},
	}
	for _, s := range sureness {
		rule.Sureness = append(rule.Sureness, Option{Value: surenessValue(s.value), Label: rp.T(s.key), Hint: rp.T(s.key + "-hint")})
	}
	tried := rule
	tried.Tried, tried.Open = rp.T("terms.tried", "n", 30, "looked", 1656, "all", 1656), true
	wp := as(wordsPath, "terms.words-title")
	synonyms := SynonymsView{
		Page: wp, Form: wp.form().With("language", "en"), Pager: Pager{Status: wp.T("directory.showing", "from", 1, "to", 2, "total", 2)},
		Languages: []Option{{Value: "en", Label: "English", Lang: "en"}, {Value: "mul", Label: wp.T("terms.several")}},
		Own:       []SynonymRow{{Key: "a", Text: "gribble · wozzle", Language: "English", Edit: wordsPath + "?key=a"}},
		Shipped:   []SynonymRow{{Key: "b", Text: "shelter · refugio", Language: "English"}, {Key: "c", Text: "luz", Language: "Español", Off: true}},
	}
	wrong := synonyms
	wrong.Own, wrong.Open, wrong.Editing = nil, true, true
	var f fault.Fields
	f.Add("words", "Enter what people type.")
	if _, err := wrong.Form.refuse(&wrong.Page, f.Err(), nil); err != nil {
		t.Fatal(err)
	}
	sp := as(searchesPath, "terms.searches-title")
	searches := SearchesView{Page: sp, Rows: searchRows(sp.Locale, []directory.MissedSearch{{ID: "1", Text: "zwieback", Count: 12, Days: 4}}), Pager: Pager{Status: sp.T("terms.shown", "count", 1)}}
	aside := searches
	aside.Aside = true
	return map[string]templ.Component{
		"mapping-work": mappingPage(mapping), "rule": rulePage(rule), "rule-tried": rulePage(tried),
		"synonyms": synonymsPage(synonyms), "synonyms-wrong": synonymsPage(wrong),
		"searches": searchesPage(searches), "searches-aside": searchesPage(aside), "searches-none": searchesPage(SearchesView{Page: sp}),
	}
}

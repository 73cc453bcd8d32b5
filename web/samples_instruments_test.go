package web

import (
	"testing"

	"github.com/a-h/templ"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/screening"
)

// instrumentSamples renders the pages about the questions themselves.
func instrumentSamples(t testing.TB) map[string]templ.Component {
	p := samplePage(t, identity.NetworkAdmin, "/admin/instruments", "instruments.title")
	add := samplePage(t, identity.NetworkAdmin, "/admin/instruments/new", "instruments.add")
	wrong := add
	wrong.Invalid = true
	states := []screening.InstrumentState{
		{Info: screening.Info{ID: "essentials", URL: "urn:e", Version: "1.0.0", Title: "Essentials", Status: "active", Languages: []string{"en", "es"}}, Shipped: true, RulesVersion: "essentials-rules-1"},
		{Info: screening.Info{ID: "more", URL: "urn:m", Version: "1.0.0", Title: "More questions", Status: "draft", Languages: []string{"en"}}, Shipped: true},
		{Info: screening.Info{ID: "own", URL: "urn:own", Version: "2", Title: "Our own questions", Languages: []string{"en"}}, Retired: true},
		{Info: screening.Info{URL: "urn:old", Version: "1", Title: "urn:old"}, Problem: "a: items of type \"x\" are not supported"},
	}
	questions := []screening.ImportedQuestion{
		{LinkID: "a", Text: "Do you have enough food?", Type: screening.Choice, Options: []string{"Yes", "No"}, Required: true},
		{LinkID: "b", Text: "Who helps you?", Type: screening.OpenChoice, Multiple: true, Sometimes: true, Options: []string{"Family"}},
		{LinkID: "c", Text: "Score", Type: screening.Decimal, Calculated: true},
	}
	info := screening.Info{Title: "Our own questions"}
	f := add.form().With("questionnaire", "{…}")
	return map[string]templ.Component{
		"instruments":        instrumentsPage(InstrumentsView{Page: p, Rows: instrumentRows(p.Locale, states)}),
		"instrument-new":     importPage(ImportView{Page: add, Form: add.form()}),
		"instrument-checked": importPage(importView(add, f, screening.ImportReport{Accepted: true, Change: screening.ImportNew, Instrument: &info, Questions: questions, Aside: []string{"urn:aside"}})),
		"instrument-refused": importPage(importView(add, f, screening.ImportReport{Problems: []screening.Problem{{LinkID: "7", Reason: "items of type \"attachment\" are not supported"}, {Reason: "a questionnaire needs resourceType, url and version"}}})),
	}
}

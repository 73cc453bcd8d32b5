package web

import (
	"testing"

	"github.com/a-h/templ"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/referrals/figures"
)

// figureSamples renders the pages of figures.
func figureSamples(t testing.TB) map[string]templ.Component {
	page := func(by figures.Dimension, change func(*figures.Report)) templ.Component {
		p := samplePage(t, identity.NetworkAdmin, figuresPath, "figures.title")
		v := FiguresView{Page: p, Form: p.form()}
		r := sampleReport(by)
		change(&r)
		v.tell(r)
		return figuresPage(v)
	}
	p := samplePage(t, identity.Supervisor, figuresPath, "figures.title")
	fine := FiguresView{Page: p, Form: p.form(), Problem: "This would be too fine to show. Choose fewer filters."}
	fine.ask(figures.Report{By: figures.ByZIP})
	return map[string]templ.Component{
		"figures":             page(figures.ByNeed, func(*figures.Report) {}),
		"figures-reason":      page(figures.ByReason, func(*figures.Report) {}),
		"figures-too-few":     page(figures.ByZIP, func(r *figures.Report) { r.TooFew = true }),
		"figures-too-fine":    figuresPage(fine),
		"figures-definitions": definitionsPage(definitionsView(samplePage(t, identity.Supervisor, definitionsPath, "figures.definitions"))),
	}
}

func sampleReport(by figures.Dimension) figures.Report {
	values := map[figures.Dimension][]string{
		figures.ByNeed: {"food-insecurity", "housing-instability"}, figures.ByReason: {"no-capacity", "referred-elsewhere"},
	}[by]
	r := figures.Report{Network: true, By: by, Total: sampleLine(1200), Choices: []figures.Choice{
		{Dimension: figures.ByNeed, Value: "food-insecurity"}, {Dimension: figures.ByPeriod, Value: "2026-Q1"},
		{Dimension: figures.ByAgencyOf, Value: "a1", Name: "Harbor Food Bank"}, {Dimension: figures.ByLanguage, Value: "es"},
	}}
	for _, m := range figures.MeasureNames {
		r.Sources = append(r.Sources, figures.Reported{Measure: m, Agency: new(300), Team: new(120), Patient: nil, System: new(0)})
	}
	for i, v := range values {
		l := sampleLine(400 - 150*i)
		l.Value = v
		r.Lines = append(r.Lines, l)
	}
	others := sampleLine(14)
	others.Others, others.Received, others.Resolved = true, nil, nil
	r.Lines = append(r.Lines, others)
	return r
}

func sampleLine(n int) figures.Line {
	l := figures.Line{
		Sent: new(n), Acknowledged: new(n * 9 / 10), Closed: new(n * 8 / 10), Received: new(n * 6 / 10),
		Resolved: new(n / 2), Unhelped: new(n / 5), Silent: new(n / 10), Logged: new(0),
	}
	for _, s := range figures.Steps {
		l.Times = append(l.Times, figures.Time{Step: s, Median: new(1.9), Ninetieth: new(12.0)})
	}
	return l
}

package web

import (
	"slices"

	"github.com/havenloop/havenloop/directory"
)

func whoSection(l *Locale) section {
	needs, spoken := []Option{}, []Option{}
	for _, d := range directory.Domains() {
		needs = append(needs, Option{Value: d.Code, Label: l.T("domain." + d.Code)})
	}
	for _, t := range languages {
		spoken = append(spoken, Option{Value: directory.LanguageCode(t.tag), Label: t.name})
	}
	s := section{slug: "who", title: "service.for", fields: []listingField{
		paragraph(l, "eligibility", "service-add.eligibility", "service-add.eligibility-hint"),
		pick("languages", l.T("service-add.languages"), true, spoken), line(l, "interpreters", "listing.interpreters"), pick("needs", l.T("service-add.needs"), true, needs),
	}}
	s.fill = func(f Form, x listed) Form {
		v := x.service.Service
		f = f.With("eligibility", v.EligibilityDescription).With("interpreters", v.InterpretationServices)
		var codes, domains []string
		for _, g := range v.Languages {
			codes = append(codes, directory.LanguageCode(orText(g.Code, g.Name)))
		}
		for _, n := range x.service.Needs {
			domains = append(domains, n.Domain)
		}
		return f.With("languages", codes...).With("needs", domains...)
	}
	s.read = func(e *serviceEntry, before Form, x *listed) {
		v := &x.service.Service
		v.EligibilityDescription, v.InterpretationServices = e.text("eligibility"), e.text("interpreters")
		if differs(e, before, "languages") {
			v.Languages = mergeLanguages(v.Languages, e.languages(), spoken)
		}
		if differs(e, before, "needs") {
			x.service.Needs = e.needs()
		}
	}
	return s
}

// mergeLanguages are the languages chosen, and those that the form does not offer.
func mergeLanguages(old, chosen []directory.Language, offered []Option) []directory.Language {
	out := slices.DeleteFunc(slices.Clone(old), func(g directory.Language) bool {
		code := directory.LanguageCode(orText(g.Code, g.Name))
		return slices.ContainsFunc(offered, func(o Option) bool { return o.Value == code }) &&
			!slices.ContainsFunc(chosen, func(n directory.Language) bool { return n.Code == code })
	})
	for _, n := range chosen {
		if !slices.ContainsFunc(out, func(g directory.Language) bool { return directory.LanguageCode(orText(g.Code, g.Name)) == n.Code }) {
			out = append(out, n)
		}
	}
	return out
}

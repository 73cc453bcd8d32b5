package web

import (
	"slices"
	"strings"

	"github.com/havenloop/havenloop/directory"
)

func areaSection(l *Locale) section {
	s := section{slug: "area", title: "section.area", fields: []listingField{paragraph(l, "areas", "section.areas", "section.areas-hint")}}
	s.fill = func(f Form, x listed) Form {
		var names []string
		for _, a := range x.service.Service.ServiceAreas {
			names = append(names, orText(a.Name, orText(a.Description, a.Extent)))
		}
		return f.With("areas", strings.Join(filled(names...), "\n"))
	}
	s.read = func(e *serviceEntry, before Form, x *listed) {
		if strings.Join(linesOf(e.text("areas")), "\n") == before.Value("areas") {
			return
		}
		old, out := x.service.Service.ServiceAreas, []directory.ServiceArea{}
		for _, name := range linesOf(e.text("areas")) {
			i := slices.IndexFunc(old, func(a directory.ServiceArea) bool { return orText(a.Name, orText(a.Description, a.Extent)) == name })
			if i >= 0 {
				out = append(out, old[i])
			} else {
				out = append(out, directory.ServiceArea{Name: name})
			}
		}
		x.service.Service.ServiceAreas = out
	}
	return s
}

func takeSection(l *Locale) section {
	s := section{slug: "take", title: "section.take", fields: []listingField{
		paragraph(l, "documents", "service.bring", "section.documents-hint"), paragraph(l, "apply", "service.apply", "section.apply-hint"), line(l, "fees", "service.cost"),
	}}
	s.fields[2].Hint = l.T("section.fees-hint")
	s.fill = func(f Form, x listed) Form {
		v := x.service.Service
		var names []string
		for _, d := range v.RequiredDocuments {
			names = append(names, d.Document)
		}
		return f.With("documents", strings.Join(filled(names...), "\n")).With("apply", v.ApplicationProcess).With("fees", orText(v.FeesDescription, v.Fees))
	}
	s.read = func(e *serviceEntry, before Form, x *listed) {
		v := &x.service.Service
		v.ApplicationProcess = e.text("apply")
		if differs(e, before, "fees") {
			v.FeesDescription, v.Fees = e.text("fees"), ""
		}
		if strings.Join(linesOf(e.text("documents")), "\n") == before.Value("documents") {
			return
		}
		v.RequiredDocuments = nil
		for _, name := range linesOf(e.text("documents")) {
			v.RequiredDocuments = append(v.RequiredDocuments, directory.RequiredDocument{Document: name})
		}
	}
	return s
}

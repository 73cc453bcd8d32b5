package hsds

import (
	"bytes"
	"html/template"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"
)

// profilePage is for people who write clients; it is in English, as HSDS is.
var profilePage = template.Must(template.New("profile").Parse(`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>HSDS profile of Havenloop</title></head>
<body><main>
<h1>HSDS profile of Havenloop</h1>
<p>{{.About}} The API follows the <a href="https://docs.openreferral.org">Human Services Data Specification</a> {{.Version}}, with all of its required and optional endpoints and parameters. This page says what it adds and how it reads what the standard leaves open. <a href="{{.OpenAPI}}">The description in OpenAPI 3.1</a> has both.</p>
<h2>Additions</h2>
<h3>Endpoints</h3>
<dl>{{range .Endpoints}}<dt><code>{{.Path}}</code></dt><dd>{{.Summary}}</dd>{{end}}</dl>
<h3>Parameters</h3>
<dl>{{range .Parameters}}<dt><code>{{.Name}}</code></dt><dd>{{.Help}} Taken by {{range $i, $p := .Paths}}{{if $i}}, {{end}}<code>{{$p}}</code>{{end}}.</dd>{{end}}</dl>
<h2 id="guide">How to read the data</h2>
<ul>{{range .Rules}}<li>{{.}}</li>{{end}}</ul>
</main></body></html>
`))

// rules are our answers to what the standard leaves open.
var rules = []string{
	"Parameters combine with AND. A parameter that takes ids, postcodes, languages or a status may be repeated: one of the values must fit. Another parameter given twice, and a parameter that an endpoint does not have, is refused.",
	"POST on a list is a query: the same parameters, in the address, as a form or as a JSON object. Answers to it are never stored by caches.",
	"A page has at most 100 records; a page behind the last is empty. format=ndjson streams all records of the same query in the same order.",
	"List items have direct fields and one-to-one objects; full=true adds everything below. minimal=true gives id and last_modified.",
	"last_modified of a service moves when the service, its organization, one of its locations or anything below them changes. Ask with modified_after set to the last_modified of the last record you have: you get it again and everything after it. Ask for tombstones in the same way.",
	"Defunct services are not listed; their ids are among the tombstones and answer 404. Inactive and temporarily closed services are listed with their status.",
	"Hours, phones and areas of a service at a location: those of the service_at_location count, else of the service, else of the location, else of the organization.",
	"Times of schedules are wall-clock times of the place. No schedule means that the hours are unknown, not that it is closed. x_closed in a schedule marks days on which it is closed.",
	"A confidential place, such as a shelter from violence, shows its name, phones and languages, is of location_type virtual and has no address, no position, no contacts and no record of changes.",
	"The area of a service is read to ZIP codes, counties and states. An area that could not be read leaves nobody out.",
	"Errors are problem details (RFC 9457): 400 for a value that cannot be read, 404 for a record that is not there.",
}

type profileEntry struct {
	Path, Summary, Name, Help string
	Paths                     []string
}

// Profile handles GET /hsds/profile: what this API adds to the standard.
func (h *Handlers) Profile(c echo.Context) error {
	var ends, params []profileEntry
	for _, e := range endpoints {
		if e.id == "" {
			ends = append(ends, profileEntry{Path: "/hsds" + e.path, Summary: e.summary})
		}
	}
	for _, p := range parameters {
		var paths []string
		for _, e := range endpoints {
			if e.id != "" && slices.Contains(e.profile, p.name) {
				paths = append(paths, e.path)
			}
		}
		if paths != nil {
			params = append(params, profileEntry{Name: p.name, Help: p.help, Paths: paths})
		}
	}
	var b bytes.Buffer
	if err := profilePage.Execute(&b, map[string]any{
		"About": about, "Version": Version, "OpenAPI": h.baseURL + "/hsds/openapi.json",
		"Endpoints": ends, "Parameters": params, "Rules": rules,
	}); err != nil {
		return err
	}
	return h.sendBytes(c, http.StatusOK, echo.MIMETextHTMLCharsetUTF8, b.Bytes())
}

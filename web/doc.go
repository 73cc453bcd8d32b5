// Package web holds the pages that people see: sign-in, the worker's day,
// patients, screenings, and what agencies, supervisors and the network use.
// Pages are templ components; the text on them comes from locales/*/*.json; a
// small module of our own (client/) makes links and forms faster, and every
// page works without it.
//
// # How to add a page
//
//  1. Write a view struct in thing.go. It embeds [Page] and holds ready words:
//     strings already translated, dates already formatted, addresses already
//     built. A pure function thingView(p Page, …domain values…) fills it.
//  2. Write the component in thing.templ. It starts with @layout(v.Page), has
//     exactly one h1 (use @pageHead), and takes every word from v.T("key").
//     Put the words into a file of locales/en; a test finds missing and unused keys.
//  3. Write the handler on [Handlers]: bind, one service call, h.render. Errors
//     that belong to a form go through h.refuse, which shows the page again
//     with what was typed; return all others, the server shows the error page.
//  4. Add a sample to samples_test.go. It is then checked for one h1, labels,
//     valid nesting, and no style or script in the page.
//  5. Run `go generate ./web` and commit the generated files.
//
// # Components
//
// Look here before writing markup of your own:
//
//	page.templ    layout, pageHead, backLink, columns
//	button.templ  button, linkButton, postButton (a form that is one button)
//	field.templ   form, errorSummary, textField, textArea, selectField, dateField
//	choice.templ  radios, checkboxes
//	show.templ    card, tag, alert, empty, summaryList, timeline, steps
//	list.templ    tabs, chips, pagination, dataTable with cell, rows with row
//	icon.templ    icon (own drawings, listed in icon.go)
//
//	service_card.templ  serviceTop, serviceFacts, serviceContact
//	matches.templ       matchList: services to choose from, with reasons
//	home_roles.templ    figures: numbers that lead to what they count
//
// # Rules that hold everywhere
//
// No style or script inside the HTML (the content security policy forbids
// both); sizes and colors are tokens of client/styles/tokens.css; directions
// are logical (inline-start, not left); nothing about a person goes into a
// web address; a page that failed a check answers 4xx, names the problem on
// top and at the field, and keeps what was typed.
package web

//go:generate go tool templ generate -path .
//go:generate go run ./client/build

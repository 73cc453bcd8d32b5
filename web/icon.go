package web

import "fmt"

// icons are our own drawings on a grid of 24, stroked by CSS.
var icons = map[string]string{
	"home":     `<path d="M4 11.5 12 4.5l8 7V19a1 1 0 0 1-1 1h-4.5v-5.5h-5V20H5a1 1 0 0 1-1-1z"/>`,
	"people":   `<circle cx="9" cy="8.5" r="3.2"/><path d="M3 19.5c.4-3.4 2.8-5.2 6-5.2s5.6 1.8 6 5.2M15.8 5.6a3.2 3.2 0 0 1 0 5.8M17.5 14.6c2 .6 3.2 2.3 3.5 4.9"/>`,
	"person":   `<circle cx="12" cy="8" r="3.7"/><path d="M4.8 20c.5-4 3.4-6 7.2-6s6.7 2 7.2 6"/>`,
	"loop":     `<path d="M4.5 11a7.5 7.5 0 0 1 13.2-3.7L20 9.6M20 4.6v5h-5M19.5 13a7.5 7.5 0 0 1-13.2 3.7L4 14.4M4 19.4v-5h5"/>`,
	"search":   `<circle cx="10.8" cy="10.8" r="6.3"/><path d="m15.5 15.5 5 5"/>`,
	"flag":     `<path d="M6 21V4M6 4.5c4-2 7 2 12 0v9c-5 2-8-2-12 0"/>`,
	"building": `<path d="M5 20.5V5l8-2v17.5M13 9l6 2v9.5M3 20.5h18M8 8.5h2M8 12.5h2M8 16.5h2M16 14h.5M16 17h.5"/>`,
	"plus":     `<path d="M12 5v14M5 12h14"/>`,
	"check":    `<path d="m5 12.5 4.5 4.5L19 7.5"/>`,
	"cross":    `<path d="m6.5 6.5 11 11M17.5 6.5l-11 11"/>`,
	"alert":    `<path d="M12 4 2.8 19.5h18.4zM12 10v4.5M12 17v.2"/>`,
	"info":     `<circle cx="12" cy="12" r="8.5"/><path d="M12 11.5V16M12 8v.2"/>`,
	"clock":    `<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2.5"/>`,
	"phone":    `<path d="M6.5 4h3l1.5 4-2 1.5a11 11 0 0 0 5.5 5.5l1.5-2 4 1.5v3c0 1-.8 2-2 2C10.5 19.5 4.5 13 4.5 6c0-1 1-2 2-2z"/>`,
	"message":  `<path d="M4 5.5h16v11h-9l-4.5 3.5v-3.5H4z"/>`,
	"pin":      `<path d="M12 21c-4.5-4.5-6.8-8-6.8-11a6.8 6.8 0 0 1 13.6 0c0 3-2.3 6.5-6.8 11z"/><circle cx="12" cy="10" r="2.5"/>`,
	"more":     `<path d="M5.500 12h.2M12 12h.2M18.500 12h.2"/>`,
	"list":     `<path d="M8.5 6.5H20M8.5 12H20M8.5 17.5H20M4.2 6.5h.3M4.2 12h.3M4.2 17.5h.3"/>`,
	"lock":     `<path d="M5.5 11h13v9h-13zM8.5 11V8a3.5 3.5 0 0 1 7 0v3"/>`,
	"back":     `<path d="m14.5 5.5-6.5 6.5 6.5 6.5"/>`,
	"next":     `<path d="m9.5 5.5 6.5 6.5-6.5 6.5"/>`,
	"leave":    `<path d="M14 4.5H5.5v15H14M10 12h10.5M17 8.5l3.5 3.5-3.5 3.5"/>`,
	"chat":     `<path d="M3.5 5h12v8.5h-6L6 16.5v-3H3.5zM18.5 9.5h2V18H18v2.5L14.5 18h-4"/>`,
	"food":     `<path d="M4 11.5h16a8 8 0 0 1-5 7.4v1.6H9v-1.6a8 8 0 0 1-5-7.4zM8 8c-1-1.5 1-2 0-3.5M12 8c-1-1.5 1-2 0-3.5M16 8c-1-1.5 1-2 0-3.5"/>`,
	"bolt":     `<path d="M13 3.5 5.5 13.5H11l-1 7 8-10.5h-5.5z"/>`,
	"bus":      `<path d="M5 5.5h14v12H5zM5 11.5h14M8 17.5v2M16 17.5v2M8 14.6h.3M15.7 14.6h.3"/>`,
	"money":    `<path d="M3.5 7h17v10h-17z"/><circle cx="12" cy="12" r="2.4"/><path d="M6.5 12h.2M17.3 12h.2"/>`,
	"bag":      `<path d="M4 8.5h16v11H4zM9 8.5v-3h6v3M4 13h16"/>`,
	"book":     `<path d="M12 6.5c-2-1.5-4.5-2-8-2v13c3.5 0 6 .5 8 2 2-1.5 4.5-2 8-2v-13c-3.5 0-6 .5-8 2zM12 6.5v13"/>`,
	"shield":   `<path d="M12 3.5 5 6v5.5c0 4.5 3 7.5 7 9 4-1.5 7-4.5 7-9V6z"/>`,
	"bed":      `<path d="M3.5 6v13M3.5 15.5h17M20.5 19v-5a3 3 0 0 0-3-3H11v4.5M7.200 12.400h.2"/>`,
	"language": `<circle cx="12" cy="12" r="8.5"/><path d="M3.500 12h17M12 3.500c-5 5-5 12 0 17M12 3.500c5 5 5 12 0 17"/>`,
	"heart":    `<path d="M12 20S3.5 14.8 3.5 9.2A4.4 4.4 0 0 1 12 7.5a4.4 4.4 0 0 1 8.5 1.7C20.5 14.8 12 20 12 20z"/>`,
}

// drawing is the SVG of an icon; an unknown name is a programming error and panics.
func drawing(name string) string {
	d, ok := icons[name]
	if !ok {
		panic(fmt.Sprintf("no icon %s", name))
	}
	return `<svg class="icon icon-` + name + `" viewBox="0 0 24 24" aria-hidden="true" focusable="false">` + d + `</svg>`
}

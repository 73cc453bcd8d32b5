package web

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/language"
)

// shell is what the service worker keeps on the device, so that the app opens
// without a connection: no page with personal data is among it.
type shell struct {
	// version changes with every word and file of the shell.
	version string
	worker  []byte
}

// shellFiles are the files beside the page and the chunks that modules share.
var shellFiles = []string{"app.css", "app.js", "offline.js", "icon.svg"}

// appColor is the color around the app: --paper of client/styles/tokens.css.
const appColor = "#faf6ef"

// newShell puts the service worker together with what it keeps.
func newShell(words *Words) shell {
	sum := sha256.New()
	files := []string{offlinePath}
	names := slices.Clone(shellFiles)
	for name := range assets {
		if strings.HasPrefix(name, chunkPrefix) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		files = append(files, Asset(name))
		sum.Write([]byte(Asset(name)))
	}
	for _, tag := range words.tags {
		sum.Write([]byte(offlineWords(words.in(tag, time.UTC, time.Time{}))))
	}
	code := assets["sw.js"].body
	sum.Write(code)
	version := hex.EncodeToString(sum.Sum(nil)[:8])
	head := "self.shell=" + marshal(map[string]any{"version": version, "files": files}) + ";\n"
	return shell{version: version, worker: append([]byte(head), code...)}
}

// ServiceWorker answers GET /sw.js. It lies at the root so that it serves the
// whole site, and is asked for anew each time, so that a new version is noticed.
func (h *Handlers) ServiceWorker(c echo.Context) error {
	c.Response().Header().Set(echo.HeaderCacheControl, "no-cache")
	return c.Blob(http.StatusOK, "text/javascript; charset=utf-8", h.shell.worker)
}

// Manifest answers GET /manifest.webmanifest: how the app is installed
// (https://www.w3.org/TR/appmanifest/).
func (h *Handlers) Manifest(c echo.Context) error {
	p := h.page(c, "app.name")
	type image struct {
		Source  string `json:"src"`
		Type    string `json:"type"`
		Sizes   string `json:"sizes"`
		Purpose string `json:"purpose"`
	}
	c.Response().Header().Set(echo.HeaderCacheControl, "no-cache")
	c.Response().Header().Set(echo.HeaderContentType, "application/manifest+json")
	return c.JSON(http.StatusOK, map[string]any{
		"id": offlinePath, "name": p.T("app.name"), "short_name": p.T("app.name"), "description": p.T("offline.lead"),
		"lang": p.Language, "dir": p.Dir, "start_url": offlinePath, "scope": "/", "display": "standalone",
		"background_color": appColor, "theme_color": appColor,
		"icons": []image{
			{Asset("icon.svg"), "image/svg+xml", "any", "any"},
			{Asset("icon-192.png"), "image/png", "192x192", "any"},
			{Asset("icon-512.png"), "image/png", "512x512", "any"},
			{Asset("icon-mask-512.png"), "image/png", "512x512", "maskable"},
		},
	})
}

// in is the locale of a language.
func (w *Words) in(tag language.Tag, zone *time.Location, now time.Time) *Locale {
	return w.For(now, zone, tag.String())
}

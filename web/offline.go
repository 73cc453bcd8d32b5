package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/identity"
)

// OfflineView is the page of the app that works without a connection.
type OfflineView struct {
	Page
	// Words and Languages are JSON for the module.
	Words, Languages string
	// Consent is JSON too: the words in which consent is asked.
	Consent string
}

// offlinePath is where the app starts.
const offlinePath = "/offline"

// offlineIcons are the icons that the module draws.
var offlineIcons = []string{"check", "alert", "info", "back", "next", "person", "plus", "lock", "phone", "pin", "search", "clock", "message"}

// shellHeader names the version of the app that a page belongs to, so that the
// service worker never keeps a page whose files it does not have.
const shellHeader = "X-Shell"

// OfflinePage answers GET /offline. It is the same for everybody who reads the
// language, signed in or not, so that it can be kept on the device.
func (h *Handlers) OfflinePage(c echo.Context) error {
	p := h.page(c, "offline.title")
	p.Actor, p.Organization, p.Nav, p.Token, p.Notice = identity.Actor{}, "", nil, "", ""
	c.Response().Header().Set(shellHeader, h.shell.version)
	return h.render(c, http.StatusOK, offlinePage(OfflineView{
		Page: p, Words: offlineWords(p.Locale), Languages: offlineLanguages(), Consent: offlineConsent(h.in(p)),
	}))
}

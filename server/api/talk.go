package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/referrals"
)

// messageInput is a message to the other party.
type messageInput struct {
	Text string `json:"text,omitempty"`
	// Files are ids of files sent before.
	Files []string `json:"files,omitempty"`
	// Mentions are ids of colleagues.
	Mentions []string `json:"mentions,omitempty"`
}

// noteInput is a note for the own organization.
type noteInput struct {
	Text string `json:"text,omitempty"`
	// Files are ids of files sent before.
	Files    []string `json:"files,omitempty"`
	Mentions []string `json:"mentions,omitempty"`
}

// unreadAnswer says how much there is to read.
type unreadAnswer struct {
	// Referrals is on how many referrals messages wait for the asker.
	Referrals int `json:"referrals"`
}

// CreateMessage handles POST /referrals/:id/messages.
func (h *Handlers) CreateMessage(c echo.Context) error {
	var in messageInput
	if err := read(c, &in); err != nil {
		return err
	}
	m, err := h.Referrals.Write(c.Request().Context(), c.Param("id"), referrals.NewMessage(in))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, m)
}

// ListMessages handles GET /referrals/:id/messages.
func (h *Handlers) ListMessages(c echo.Context) error {
	list, err := h.Referrals.Messages(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return itemsOf(c, list)
}

// Unread handles GET /referrals/unread.
func (h *Handlers) Unread(c echo.Context) error {
	n, err := h.Referrals.UnreadReferrals(c.Request().Context())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, unreadAnswer{Referrals: n})
}

// CreateNote handles POST /referrals/:id/notes.
func (h *Handlers) CreateNote(c echo.Context) error {
	var in noteInput
	if err := read(c, &in); err != nil {
		return err
	}
	n, err := h.Referrals.WriteNote(c.Request().Context(), c.Param("id"), referrals.NewMessage(in))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, n)
}

// ListNotes handles GET /referrals/:id/notes.
func (h *Handlers) ListNotes(c echo.Context) error {
	list, err := h.Referrals.Notes(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return itemsOf(c, list)
}

// ListColleagues handles GET /referrals/:id/colleagues: whom one may mention.
func (h *Handlers) ListColleagues(c echo.Context) error {
	list, err := h.Referrals.Colleagues(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return itemsOf(c, list)
}

// CreateFile handles POST /referrals/:id/files?name=: the body is the file.
func (h *Handlers) CreateFile(c echo.Context) error {
	f, err := h.Referrals.AddFile(c.Request().Context(), c.Param("id"), c.QueryParam("name"), c.Request().Body)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, f)
}

// GetFile handles GET /referrals/:id/files/:file.
func (h *Handlers) GetFile(c echo.Context) error {
	f, body, err := h.Referrals.OpenFile(c.Request().Context(), c.Param("id"), c.Param("file"))
	if err != nil {
		return err
	}
	for name, value := range f.Headers() {
		c.Response().Header().Set(name, value)
	}
	return c.Stream(http.StatusOK, string(f.Type), body)
}

package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory/imports"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/files"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/referrals/guests"
	"github.com/havenloop/havenloop/screening/self"
	"github.com/havenloop/havenloop/server/auth"
)

// recoverPanic turns a panic into an error with its stack for the log.
func recoverPanic(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if r := recover(); r != nil {
				if r == http.ErrAbortHandler {
					panic(r)
				}
				err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
			}
		}()
		return next(c)
	}
}

// contentPolicy allows our own files only: no inline script or style, no
// frames, nothing from elsewhere.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// secureHeaders sets what every answer carries. Answers are not stored
// anywhere unless the handler says otherwise (static files do).
func (s *Server) secureHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	https := strings.HasPrefix(s.opts.BaseURL, "https://")
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if https {
			h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
		}
		return next(c)
	}
}

// importsPath takes files, which may be larger than anything else: maxImportBytes
// with the form around them, and importTime to send them.
const (
	importsPath    = "/admin/imports"
	maxImportBytes = imports.MaxFile + 1<<20
	importTime     = 15 * time.Minute
)

// Addresses to which people send files of messages, and signed pages.
const (
	messagesPath   = "/referrals/:id/messages"
	notesPath      = "/referrals/:id/notes"
	signedPagePath = "/patients/:id/consents/:consent/page"
	filesAPI       = "/api/v1/referrals/:id/files"
)

// maxFormBytes is the most of a form with files. It is more than the files may
// have, so that one too large is refused on the page, with all that was typed.
const maxFormBytes = 64 << 20

// larger are the routes that take files, with the most they take.
var larger = map[string]int64{
	importsPath: maxImportBytes, messagesPath: maxFormBytes, notesPath: maxFormBytes, signedPagePath: maxFormBytes, filesAPI: files.MaxSize + 1,
}

// limitBody refuses bodies larger than maxBodyBytes, or than files may be where
// they are sent, also when they come without a length.
func limitBody(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r, most := c.Request(), int64(maxBodyBytes)
		if more, ok := larger[c.Path()]; ok && r.Method == http.MethodPost {
			most = more
			// a file takes longer than a form; where there is no such limit, none is moved
			_ = http.NewResponseController(c.Response()).SetReadDeadline(time.Now().Add(importTime))
		}
		if r.ContentLength > most {
			if slices.Contains([]string{messagesPath, notesPath, filesAPI}, c.Path()) {
				return files.ErrTooLarge
			}
			return errTooLong
		}
		r.Body = http.MaxBytesReader(c.Response(), r.Body, most)
		return next(c)
	}
}

var errTooLong = fault.New(fault.TooLong, "What was sent is too large. Send at most 1 MB at a time.")

// maxKeyLength bounds an Idempotency-Key, in bytes.
const maxKeyLength = 255

// idempotent reads the Idempotency-Key of a change and lets the services
// create and change documents under it.
func idempotent(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		key := r.Header.Get("Idempotency-Key")
		if key == "" || r.Method == http.MethodGet || r.Method == http.MethodHead {
			return next(c)
		}
		if len(key) > maxKeyLength {
			return fault.New(fault.Invalid, "The Idempotency-Key is longer than %d characters.", maxKeyLength)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return bodyError(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %s\n%s", r.Method, r.URL.Path, body))
		c.SetRequest(r.WithContext(docstore.WithRequest(r.Context(), key, hex.EncodeToString(sum[:]))))
		return next(c)
	}
}

func bodyError(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return errTooLong
	}
	return fault.New(fault.Invalid, "What was sent could not be read to its end. Send it again.")
}

// selfStarts is where a patient goes whose session is over.
var selfStarts = map[identity.Permission]string{identity.SelfScreen: self.Path, identity.OwnRecord: self.OwnPath}

// permit lets a request pass whose actor may use the route. A person without
// a session who opens a page is sent to sign in and comes back afterwards.
func (s *Server) permit(r Route) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if r.Permission == identity.Public {
				return next(c)
			}
			_, err := identity.Require(c.Request().Context(), r.Permission)
			if fault.Is(err, fault.Login) && r.Permission == identity.GuestAnswer {
				return c.Redirect(http.StatusSeeOther, guests.Path+"?over")
			}
			if start := selfStarts[r.Permission]; fault.Is(err, fault.Login) && start != "" && !auth.ForOwnAPI(r.Path) {
				if r.Method != http.MethodGet { // why what was sent did not arrive
					start += "?over"
				}
				return c.Redirect(http.StatusSeeOther, start)
			}
			if fault.Is(err, fault.Login) && r.Method == http.MethodGet && wantsPage(c) {
				return c.Redirect(http.StatusSeeOther, "/signin?next="+url.QueryEscape(c.Request().URL.Path))
			}
			if err != nil {
				return err
			}
			return next(c)
		}
	}
}

package hsds

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
)

// page is a list of HSDS (schema Page), with all eight fields.
type page[T any] struct {
	TotalItems int  `json:"total_items"`
	TotalPages int  `json:"total_pages"`
	PageNumber int  `json:"page_number"`
	Size       int  `json:"size"` // on this page
	FirstPage  bool `json:"first_page"`
	LastPage   bool `json:"last_page"`
	Empty      bool `json:"empty"`
	Contents   []T  `json:"contents"`
}

// sendList answers a list as a page, or all of it line by line.
func sendList[T any](h *Handlers, c echo.Context, a asked, l directory.List[T], err error) error {
	if err != nil {
		return err
	}
	if a.ndjson {
		return stream(c, l)
	}
	per, total := a.per, l.Total()
	switch {
	case per == 0 && a.minimal:
		per = max(total, 1)
	case per == 0:
		per = perPageDefault
	}
	items, err := l.Page(c.Request().Context(), a.page, per)
	if err != nil {
		return err
	}
	pages := (total + per - 1) / per
	return h.send(c, page[T]{
		TotalItems: total, TotalPages: pages, PageNumber: a.page, Size: len(items),
		FirstPage: a.page == 1, LastPage: a.page >= pages, Empty: len(items) == 0, Contents: items,
	})
}

// open says to every browser and cache that the answer is public; a cache asks
// each time whether it is still good, since a withdrawn address must go at once.
func open(c echo.Context) {
	head := c.Response().Header()
	head.Set("Access-Control-Allow-Origin", "*")
	head.Set("Cross-Origin-Resource-Policy", "cross-origin")
	head.Set(echo.HeaderVary, echo.HeaderAcceptEncoding)
	if c.Request().Method == http.MethodGet { // what a POST searches for stays nowhere
		head.Set("Cache-Control", "public, no-cache")
	}
}

// send answers with JSON.
func (h *Handlers) send(c echo.Context, body any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(body); err != nil {
		return err
	}
	return h.sendBytes(c, http.StatusOK, echo.MIMEApplicationJSON, b.Bytes())
}

// worthPacking is the fewest bytes that are compressed; less fits one packet anyway.
const worthPacking = 1 << 10

// sendBytes answers with a body, its ETag, and compressed where the client
// takes that. A client that has it already is told so.
func (h *Handlers) sendBytes(c echo.Context, status int, kind string, body []byte) error {
	open(c)
	sum := sha256.Sum256(body)
	tag := `W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
	head, r := c.Response().Header(), c.Request()
	head.Set("ETag", tag)
	if r.Method == http.MethodGet && has(r.Header.Get("If-None-Match"), tag) {
		return c.NoContent(http.StatusNotModified)
	}
	head.Set(echo.HeaderContentType, kind)
	if len(body) < worthPacking || !packs(r) {
		return c.Blob(status, kind, body)
	}
	head.Set(echo.HeaderContentEncoding, "gzip")
	c.Response().WriteHeader(status)
	w := packer(c.Response())
	defer packers.Put(w)
	if _, err := w.Write(body); err != nil {
		return err
	}
	return w.Close()
}

// has tells whether an If-None-Match names the tag.
func has(header, tag string) bool {
	for one := range strings.SplitSeq(header, ",") {
		if one = strings.TrimSpace(one); one == "*" || strings.TrimPrefix(one, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}

// packs tells whether the client takes gzip.
func packs(r *http.Request) bool {
	for one := range strings.SplitSeq(r.Header.Get(echo.HeaderAcceptEncoding), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(one), ";")
		if weight = strings.ReplaceAll(weight, " ", ""); name == "gzip" && weight != "q=0" {
			return true
		}
	}
	return false
}

var packers = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed) // the level is a valid one
	return w
}}

func packer(to io.Writer) *gzip.Writer {
	w := packers.Get().(*gzip.Writer)
	w.Reset(to)
	return w
}

// streamBatch is how many records are written before the client gets them.
const streamBatch = 100

// stream answers with every record, one a line. Records are read while they
// are written, so that memory does not grow with the list. When reading fails
// in the middle, the connection is cut: the client must not take what it has
// for everything.
func stream[T any](c echo.Context, l directory.List[T]) error {
	open(c)
	head := c.Response().Header()
	head.Set(echo.HeaderContentType, "application/x-ndjson")
	var to io.Writer = c.Response()
	flush := c.Response().Flush
	if packs(c.Request()) {
		head.Set(echo.HeaderContentEncoding, "gzip")
		w := packer(c.Response())
		defer packers.Put(w)
		defer w.Close() //nolint:errcheck // the client is gone
		to, flush = w, func() { _ = w.Flush(); c.Response().Flush() }
	}
	c.Response().WriteHeader(http.StatusOK)
	control := http.NewResponseController(c.Response())
	out := bufio.NewWriterSize(to, 32<<10)
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	n := 0
	for record, err := range l.All(c.Request().Context()) {
		if err == nil {
			err = e.Encode(record)
		}
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		if n++; n%streamBatch == 0 {
			_ = control.SetWriteDeadline(time.Now().Add(writeTime)) // a writer without deadlines needs none
			if out.Flush() != nil {
				panic(http.ErrAbortHandler)
			}
			flush()
		}
	}
	return out.Flush()
}

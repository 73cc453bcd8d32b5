package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/fault"
)

// read decodes the JSON body of a request into v. A body that is no JSON, has
// a field that v does not know, a value of another type or anything behind its
// end is a fault.Invalid that names the field; one too large a fault.TooLong.
func read(c echo.Context, v any) error {
	r := c.Request()
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != echo.MIMEApplicationJSON {
		return fault.New(fault.Invalid, "Send the request as JSON, with the header Content-Type: application/json.")
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return decodeFault(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fault.New(fault.Invalid, "There is something behind the end of the JSON.")
	}
	return nil
}

// jsonType is what JSON calls values of the kind.
func jsonType(k reflect.Kind) string {
	switch k {
	case reflect.Struct, reflect.Map:
		return "object"
	case reflect.Slice, reflect.Array:
		return "array"
	case reflect.Bool:
		return "boolean"
	case reflect.String:
		return "string"
	}
	return "number"
}

// decodeFault says what is wrong with a JSON body without repeating its values.
func decodeFault(err error) error {
	if f, ok := errors.AsType[*fault.Error](err); ok { // from a type's own UnmarshalJSON
		return f
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fault.New(fault.TooLong, "What was sent is too large. Send at most 1 MB at a time.")
	}
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		var f fault.Fields
		f.Add(t.Field, "This must be of type %s.", jsonType(t.Type.Kind()))
		return f.Err()
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		var f fault.Fields
		f.Add(strings.Trim(name, `"`), "There is no such field.")
		return f.Err()
	}
	return fault.New(fault.Invalid, "The JSON could not be read. Check it and send it again.")
}

// query reads the parameters of a list or search and collects mistakes.
type query struct {
	c     echo.Context
	known map[string]bool
	wrong fault.Fields
}

func newQuery(c echo.Context) *query { return &query{c: c, known: map[string]bool{}} }

// text reads a parameter as it is; "" when absent.
func (q *query) text(name string) string {
	q.known[name] = true
	return q.c.QueryParam(name)
}

// list reads a parameter that may be repeated or hold several values with commas.
func (q *query) list(name string) []string {
	q.known[name] = true
	var out []string
	for _, v := range q.c.QueryParams()[name] {
		for part := range strings.SplitSeq(v, ",") {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}

// number reads a parameter as a number; nil when absent.
func (q *query) number(name string) *float64 {
	s := q.text(name)
	if s == "" {
		return nil
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || n != n {
		q.wrong.Add(name, "This must be a number.")
		return nil
	}
	return &n
}

// count reads a parameter as a whole number of 1 to most; 0 when absent.
func (q *query) count(name string, most int) int {
	s := q.text(name)
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > most {
		q.wrong.Add(name, "This must be a whole number from 1 to %d.", most)
		return 0
	}
	return n
}

// flag reads a parameter as true or false; false when absent.
func (q *query) flag(name string) bool {
	s := q.text(name)
	b, err := strconv.ParseBool(s)
	if s != "" && err != nil {
		q.wrong.Add(name, "This must be true or false.")
	}
	return b
}

// instant reads a parameter as an instant (RFC 3339); nil when absent.
func (q *query) instant(name string) *time.Time {
	s := q.text(name)
	if s == "" {
		return nil
	}
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		q.wrong.Add(name, "This must be a time such as 2026-11-28T18:00:00Z.")
		return nil
	}
	return &at
}

// zone reads a parameter as an IANA time zone; nil when absent.
func (q *query) zone(name string) *time.Location {
	s := q.text(name)
	if s == "" {
		return nil
	}
	zone, err := time.LoadLocation(s)
	if err != nil || s == "Local" { // that one is the server's
		q.wrong.Add(name, "This must be a time zone such as America/Los_Angeles.")
		return nil
	}
	return zone
}

// err tells all mistakes, unknown parameters among them; call it last.
func (q *query) err() error {
	for name := range q.c.QueryParams() {
		if !q.known[name] {
			q.wrong.Add(name, "There is no such parameter.")
		}
	}
	return q.wrong.Err()
}

// itemsOf answers a list as {"items": […]}, never null.
func itemsOf[T any](c echo.Context, items []T) error {
	if items == nil {
		items = []T{}
	}
	return c.JSON(http.StatusOK, map[string]any{"items": items})
}

// raw answers JSON that is kept as text.
func raw(c echo.Context, contentType string, body []byte) error {
	return c.Stream(http.StatusOK, contentType, bytes.NewReader(body))
}

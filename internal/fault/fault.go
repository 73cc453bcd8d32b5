// Package fault holds the failures that a client may read. Domain code returns
// them and knows no HTTP; the server turns a [Kind] into a status and writes
// the sentence, in one place.
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Kind says what sort of failure an [Error] is. The values are FHIR R4
// IssueType codes (http://hl7.org/fhir/issue-type), so that the FHIR API can
// answer with them as they are.
type Kind string

// The kinds, and the HTTP status the server answers with.
const (
	Invalid      Kind = "invalid"       // 400: the request cannot be understood or breaks a field's rule
	Login        Kind = "login"         // 401: nobody is signed in, or no longer
	Forbidden    Kind = "forbidden"     // 403: seen, but not allowed to do this
	NotFound     Kind = "not-found"     // 404: does not exist, or may not be seen
	Conflict     Kind = "conflict"      // 409: somebody was faster, or it exists already
	TooLong      Kind = "too-long"      // 413: the request is larger than accepted
	BusinessRule Kind = "business-rule" // 422: well formed, but a rule of the work forbids it
	Throttled    Kind = "throttled"     // 429: too many tries; wait
	Transient    Kind = "transient"     // 503: a part we need is away; try again
)

// Error is a failure the client may read. Wrap it with %w to add context for
// the log; only Detail, Fields and Extra leave.
type Error struct {
	Kind Kind
	// Format and Args make the sentence for the person: what happened and what
	// to do, without names, addresses or answers. Format is also the key under
	// which the translation layer looks for the sentence in other languages.
	Format string
	Args   []any
	// Fields names the inputs that are wrong, for forms and API clients.
	Fields []Field
	// Extra is further data for the client, written beside the sentence, for
	// example {"candidates": […]}.
	Extra map[string]any
	// RetryAfter says when trying again makes sense; zero where it does not.
	RetryAfter time.Duration
}

// Field is one wrong input of a request.
type Field struct {
	// Name is the JSON path or form name of the input, for example "birthDate".
	Name   string
	Format string
	Args   []any
}

// Detail is the sentence of the field in English.
func (f Field) Detail() string { return sentence(f.Format, f.Args) }

// New makes an error of the kind with a full sentence as format.
func New(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Format: format, Args: args}
}

// Detail is the sentence for the person, in English.
func (e *Error) Detail() string { return sentence(e.Format, e.Args) }

// Error answers kind and sentence, for the log.
func (e *Error) Error() string {
	s := string(e.Kind) + ": " + e.Detail()
	for _, f := range e.Fields {
		s += " [" + f.Name + ": " + f.Detail() + "]"
	}
	return s
}

// With adds data for the client and returns the error.
func (e *Error) With(key string, value any) *Error {
	if e.Extra == nil {
		e.Extra = map[string]any{}
	}
	e.Extra[key] = value
	return e
}

// Is reports whether err is, or wraps, an Error of the kind.
func Is(err error, kind Kind) bool {
	f, ok := errors.AsType[*Error](err)
	return ok && f.Kind == kind
}

// Fields collects wrong inputs, so that all of them are told at once.
type Fields struct{ list []Field }

// Add notes that the input called name is wrong.
func (f *Fields) Add(name, format string, args ...any) {
	f.list = append(f.list, Field{Name: name, Format: format, Args: args})
}

// Check notes the input as wrong unless ok.
func (f *Fields) Check(ok bool, name, format string, args ...any) {
	if !ok {
		f.Add(name, format, args...)
	}
}

// Err is an Invalid error that lists the wrong inputs, or nil when there are none.
func (f *Fields) Err() error {
	switch len(f.list) {
	case 0:
		return nil
	case 1:
		return &Error{Kind: Invalid, Format: f.list[0].Format, Args: f.list[0].Args, Fields: f.list}
	default:
		return &Error{Kind: Invalid, Format: "Some entries need to be changed.", Fields: f.list}
	}
}

func sentence(format string, args []any) string {
	if len(args) == 0 {
		return format
	}
	return fmt.Sprintf(format, args...)
}

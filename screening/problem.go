package screening

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Problem is one reason why an instrument cannot be used.
type Problem struct {
	// LinkID names the item; empty when it concerns the whole.
	LinkID string `json:"linkId,omitempty"`
	Reason string `json:"reason"`
}

// Refusal lists everything that stands against an instrument, in the order of
// its items.
type Refusal struct{ Problems []Problem }

// Error lists the problems in one line.
func (r *Refusal) Error() string {
	parts := make([]string, len(r.Problems))
	for n, p := range r.Problems {
		parts[n] = p.Reason
		if p.LinkID != "" {
			parts[n] = p.LinkID + ": " + p.Reason
		}
	}
	return strings.Join(parts, "; ")
}

// problems collects what stands against an instrument.
type problems struct{ list []Problem }

func (p *problems) add(linkID, format string, args ...any) {
	one := Problem{LinkID: linkID, Reason: fmt.Sprintf(format, args...)}
	if !slices.Contains(p.list, one) {
		p.list = append(p.list, one)
	}
}

// addErr adds an error, or each of those joined in it.
func (p *problems) addErr(what string, err error) {
	if joined, ok := errors.AsType[interface {
		error
		Unwrap() []error
	}](err); ok {
		for _, e := range joined.Unwrap() {
			p.addErr(what, e)
		}
	} else if err != nil {
		p.add("", "%s: %v", what, err)
	}
}

func (p *problems) err() error {
	if len(p.list) == 0 {
		return nil
	}
	return &Refusal{p.list}
}

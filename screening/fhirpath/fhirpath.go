// Package fhirpath reads and evaluates the part of FHIRPath
// (http://hl7.org/fhirpath/N1/) that scores of questionnaires are written in.
// docs/instruments.md lists it. What is outside is refused by [Parse], so that
// an expression that was taken in means what its author meant.
//
// Evaluation is pure and bounded: the same data give the same answer, and one
// that takes too many steps ends with an error.
package fhirpath

import (
	"errors"
	"maps"
	"slices"
)

// Collection is what an expression answers: values of JSON, which are bool,
// float64, string and map[string]any. Nothing is the empty collection.
type Collection []any

// Env has the values of variables by name, without the percent sign; "resource"
// is the QuestionnaireResponse, "questionnaire" the Questionnaire.
type Env map[string]Collection

// Expr is an expression that was read.
type Expr struct {
	root  node
	names map[string]bool
}

// Names lists the variables that the expression uses, without the percent sign.
func (e *Expr) Names() []string { return slices.Sorted(maps.Keys(e.names)) }

// Eval evaluates the expression. An error says that the data do not fit it,
// for example that a text is added to a number.
func (e *Expr) Eval(env Env) (Collection, error) {
	r := run{env: env}
	out := r.eval(e.root, scope{})
	return out, r.err
}

// The bounds of an expression and its evaluation.
const (
	maxLength = 4000    // characters of an expression
	maxDepth  = 60      // parts within parts
	maxSteps  = 100_000 // parts evaluated and values looked at
)

var errSteps = errors.New("the expression takes too many steps")

// node is a part of an expression.
type node interface {
	eval(r *run, s scope) Collection
}

// scope is where a part of an expression stands: the values that its path
// starts from, and what $this and $total mean.
type scope struct {
	in    Collection
	this  Collection
	total Collection
}

// run is one evaluation.
type run struct {
	env   Env
	steps int
	err   error
}

// eval evaluates a part, unless the run has failed.
func (r *run) eval(n node, s scope) Collection {
	if r.step(1); r.err != nil {
		return nil
	}
	out := n.eval(r, s)
	if r.step(len(out)); r.err != nil {
		return nil
	}
	return out
}

func (r *run) step(n int) {
	if r.steps += n; r.steps > maxSteps && r.err == nil {
		r.err = errSteps
	}
}

func (r *run) fail(message string) Collection {
	if r.err == nil {
		r.err = errors.New(message)
	}
	return nil
}

// one answers the only value; ok is false for none, and several are an error.
func (r *run) one(c Collection) (v any, ok bool) {
	switch len(c) {
	case 0:
		return nil, false
	case 1:
		return c[0], r.err == nil
	}
	r.fail("there are several values where one is needed")
	return nil, false
}

// truth is a collection as true or false; known is false for none. A single
// value that is no boolean counts as true (FHIRPath, 4.5 Singleton Evaluation).
func (r *run) truth(c Collection) (yes, known bool) {
	v, ok := r.one(c)
	if b, is := v.(bool); is {
		return b, true
	}
	return ok, ok
}

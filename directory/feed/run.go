package feed

import (
	"context"
	"errors"
	"fmt"

	"github.com/havenloop/havenloop/directory"
)

// Options say how a source is taken in.
type Options struct {
	Feed
	// DryRun reports everything and writes nothing.
	DryRun bool
	// Progress is told after each step how far the import is; nil for nobody.
	Progress func(Progress)
}

// Progress is how far an import is.
type Progress struct {
	Step string // "reading", or the kind of records that are being stored
	Done int    // records
	All  int    // records there are, where known
}

// Result is what an import did.
type Result struct {
	Feed   string                             `json:"feed"`
	DryRun bool                               `json:"dryRun,omitempty"`
	Rows   int                                `json:"rows"`
	Counts map[string]*directory.ImportCounts `json:"counts"`
	// Told is how many lines the report has, by rule and action.
	Told Counts `json:"told"`
	// Refused is how many records and rows were not taken.
	Refused int `json:"refused"`
}

// Run reads a source whole and stores what it holds: the good records also
// where others are refused. Everything that was mended, dropped or refused is a
// line of the report. It needs NetworkManage.
func Run(ctx context.Context, d *directory.Directory, s *Source, o Options, report *Report) (out Result, err error) {
	tell := func(p Progress) {
		if o.Progress != nil {
			o.Progress(p)
		}
	}
	im, err := d.StartImport(ctx, o.Name, o.DryRun, func(n directory.ImportNote) { report.add(lineOf(n)) })
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, im.Close(ctx)) }()
	tell(Progress{Step: "reading"})
	r, err := Read(ctx, s, o.Feed, report)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	for _, step := range []struct {
		kind string
		take func() error
	}{
		{"taxonomy", func() error {
			return im.Taxonomies(ctx, counted(r.Taxonomies(), "taxonomy", r.count("taxonomy"), tell))
		}},
		{"taxonomy_term", func() error {
			return im.Terms(ctx, counted(r.Terms(), "taxonomy_term", r.count("taxonomy_term"), tell))
		}},
		{"organization", func() error {
			return im.Organizations(ctx, counted(r.Organizations(), "organization", r.count("organization"), tell))
		}},
		{"location", func() error { return im.Locations(ctx, counted(r.Locations(), "location", r.count("location"), tell)) }},
		{"service", func() error { return im.Services(ctx, counted(r.Services(), "service", r.count("service"), tell)) }},
	} {
		if err := errors.Join(step.take(), r.b.spool.err); err != nil {
			return out, err
		}
	}
	r.Finish()
	if err := im.Finish(ctx); err != nil {
		return out, fmt.Errorf("mark what vanished from the feed: %w", err)
	}
	return Result{Feed: o.Name, DryRun: o.DryRun, Rows: r.Rows, Counts: im.Counts, Told: report.Counts, Refused: report.Errors}, nil
}

// lineOf is a note about a record as a line of the report.
func lineOf(n directory.ImportNote) Line {
	l := Line{File: n.Kind, Column: n.Field, Value: n.Name + " (" + n.ID + ")", Rule: n.Rule, Level: Warning, Done: Kept}
	if n.Refused {
		l.Level, l.Done = Error, Dropped
	}
	return l
}

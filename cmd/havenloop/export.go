package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/havenloop/havenloop/directory/feed"
	"github.com/havenloop/havenloop/internal/identity"
)

// exportCmd writes the directory for others to read.
type exportCmd struct {
	storeSettings
	Format string `help:"hsds-json (one list of objects), ndjson (one object a line) or hsds-csv (a tabular data package in a .zip)." enum:"hsds-json,ndjson,hsds-csv" default:"hsds-json"`
	Out    string `help:"File to write; it is replaced as a whole, or not at all." required:"" placeholder:"FILE"`
}

// Run exports, through the running server when there is one.
func (c *exportCmd) Run(con *console) error {
	out, err := filepath.Abs(c.Out)
	if err != nil {
		return err
	}
	args := []string{"export", "--format", c.Format, "--out", out}
	return con.withHouse(c.storeSettings, args, func(ctx context.Context, h *house) error {
		counts, err := exportTo(identity.With(ctx, identity.SystemActor("command:export")), h, feed.Format(c.Format), out)
		if err != nil {
			return err
		}
		for _, kind := range slices.Sorted(maps.Keys(counts)) {
			fmt.Fprintf(con.out, "%-16s %8d\n", kind, counts[kind])
		}
		return nil
	})
}

// exportTo writes beside the file first, so that a failure leaves what was there.
func exportTo(ctx context.Context, h *house, format feed.Format, out string) (counts map[string]int, err error) {
	f, err := os.CreateTemp(filepath.Dir(out), ".havenloop-export-*")
	if err != nil {
		return nil, err
	}
	counts, err = feed.Write(ctx, h.Directory, format, f, time.Now())
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), out)
	}
	if err != nil {
		return nil, errors.Join(err, os.Remove(f.Name()))
	}
	return counts, nil
}

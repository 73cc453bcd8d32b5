package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/havenloop/havenloop/directory/feed"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// importCmd takes a directory of services that somebody else publishes.
type importCmd struct {
	storeSettings
	Path string `arg:"" optional:"" help:"Folder, .zip, .csv, .json or .ndjson file, or the web address of a file."`
	Feed string `help:"Name of the feed; keep it the same, since ids of records are made from it. The name of the file when not given." placeholder:"NAME"`
	// Mapping is checked before anything is read.
	Mapping string `help:"How to read tables that are not those of HSDS: a mapping file, or the name of a ready one; \"list\" lists those." placeholder:"FILE|NAME"`
	DryRun  bool   `help:"Report everything and write nothing."`
	Report  string `help:"Write each line of the report to this file, which ends in .csv or .json." placeholder:"FILE"`
}

// errRefused says that the import is done, but not every record was taken.
var errRefused = errors.New("some records were not taken; the report says why")

// Run imports, through the running server when there is one.
func (c *importCmd) Run(con *console) error {
	if c.Mapping == listMappings {
		for _, m := range feed.ReadyMappings() {
			fmt.Fprintf(con.out, "%-12s %s\n", m.Name, m.About)
		}
		return nil
	}
	var p problems
	p.check(c.Path != "", "say which folder, file or address to import")
	_, err := c.mapping()
	p.check(err == nil, "--mapping: %s", mistakes(err))
	ending := filepath.Ext(c.Report)
	p.check(c.Report == "" || ending == ".csv" || ending == ".json", "--report: must end in .csv or .json")
	if err := p.err(); err != nil {
		return err
	}
	args := []string{"import"}
	remote := strings.HasPrefix(c.Path, "https://") || strings.HasPrefix(c.Path, "http://")
	if c.Feed == "" {
		c.Feed = feedName(c.Path)
	}
	for _, file := range []*string{&c.Path, &c.Report, &c.Mapping} { // the server may run in another folder
		if *file == "" || remote && file == &c.Path || file == &c.Mapping && !isFile(c.Mapping) {
			continue
		}
		full, err := filepath.Abs(*file)
		if err != nil {
			return err
		}
		*file = full
	}
	args = append(args, "--feed", c.Feed, c.Path)
	if c.DryRun {
		args = append(args, "--dry-run")
	}
	if c.Report != "" {
		args = append(args, "--report", c.Report)
	}
	if c.Mapping != "" {
		args = append(args, "--mapping", c.Mapping)
	}
	return con.withHouse(c.storeSettings, args, func(ctx context.Context, h *house) error {
		return c.take(identity.With(ctx, identity.SystemActor("command:import")), con, h, remote)
	})
}

// listMappings in the place of a mapping asks which ones there are.
const listMappings = "list"

// mapping reads the mapping that was asked for; nil for none.
func (c *importCmd) mapping() (*feed.Mapping, error) {
	switch {
	case c.Mapping == "":
		return nil, nil
	case !isFile(c.Mapping):
		return feed.ReadyMapping(c.Mapping)
	}
	f, err := os.Open(c.Mapping)
	if err != nil {
		return nil, err
	}
	m, err := feed.ParseMapping(f)
	return m, errors.Join(err, f.Close())
}

// isFile tells a mapping file from the name of a ready one.
func isFile(mapping string) bool { return strings.ContainsAny(mapping, `./\`) }

// mistakes are those of a mapping, a line each.
func mistakes(err error) string {
	wrong, ok := errors.AsType[*fault.Error](err)
	if !ok || len(wrong.Fields) == 0 {
		return fmt.Sprint(err)
	}
	var b strings.Builder
	for _, f := range wrong.Fields {
		fmt.Fprintf(&b, "\n    %s: %s", f.Name, f.Detail())
	}
	return b.String()
}

// feedName is the name of a feed that was given none: the host or the file.
func feedName(from string) string {
	if u, err := url.Parse(from); err == nil && u.Host != "" {
		return u.Host
	}
	name := filepath.Base(filepath.Clean(from))
	return strings.TrimSuffix(name, filepath.Ext(name))
}

func (c *importCmd) take(ctx context.Context, con *console, h *house, remote bool) (err error) {
	from := c.Path
	if remote {
		if from, err = download(ctx, c.Path); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.Remove(from)) }()
	}
	mapping, err := c.mapping()
	if err != nil {
		return err
	}
	source, err := feed.OpenSource(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	report, end, err := c.report()
	if err != nil {
		return err
	}
	told := newProgress(con.out)
	result, err := feed.Run(ctx, h.Directory, source, feed.Options{Feed: feed.Feed{Name: c.Feed, Mapping: mapping}, DryRun: c.DryRun, Progress: told.tell}, report)
	told.end()
	if err = errors.Join(err, end()); err != nil {
		return err
	}
	summarize(con.out, result)
	if result.Refused > 0 {
		return errRefused
	}
	return nil
}

// report opens the file of the report; end closes it.
func (c *importCmd) report() (*feed.Report, func() error, error) {
	if c.Report == "" {
		return &feed.Report{}, func() error { return nil }, nil
	}
	f, err := os.OpenFile(c.Report, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("report: %w", err)
	}
	form := feed.CSV
	if filepath.Ext(c.Report) == ".json" {
		form = feed.JSON
	}
	each, end := form(f)
	return &feed.Report{Each: each}, func() error { return errors.Join(end(), f.Close()) }, nil
}

// summarize tells what an import did.
func summarize(w io.Writer, r feed.Result) {
	if r.DryRun {
		fmt.Fprintln(w, "Dry run: nothing was written.")
	}
	fmt.Fprintf(w, "%d rows of the feed %q\n\n%-16s %8s %8s %10s %8s %8s\n", r.Rows, r.Feed, "", "new", "changed", "unchanged", "missing", "refused")
	for _, kind := range slices.Sorted(maps.Keys(r.Counts)) {
		n := r.Counts[kind]
		fmt.Fprintf(w, "%-16s %8d %8d %10d %8d %8d\n", kind, n.New, n.Changed, n.Unchanged, n.Missing, n.Refused)
	}
	fmt.Fprintf(w, "\n%-18s %8s %8s %8s\n", "what the report says", "kept", "repaired", "dropped")
	for _, rule := range slices.Sorted(maps.Keys(r.Told)) {
		n := r.Told[rule]
		fmt.Fprintf(w, "%-20s %8d %8d %8d\n", rule, n[feed.Kept], n[feed.Repaired], n[feed.Dropped])
	}
}

// maxDownload bounds a file that is fetched, in bytes; downloadTime the time for it.
const (
	maxDownload  = 1 << 30
	downloadTime = 10 * time.Minute
)

// download fetches a file into the folder for temporary files.
func download(ctx context.Context, address string) (name string, err error) {
	ctx, stop := context.WithTimeout(ctx, downloadTime)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	if res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the web server of the feed answered %s", res.Status)
	}
	ending := cmp.Or(path.Ext(req.URL.Path), ".json")
	f, err := os.CreateTemp("", "havenloop-import-*"+ending)
	if err != nil {
		return "", err
	}
	n, err := io.Copy(f, io.LimitReader(res.Body, maxDownload+1))
	if n > maxDownload {
		err = fmt.Errorf("the file is larger than %d MB", maxDownload>>20)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

package imports

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/havenloop/havenloop/directory/feed"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// MaxFile is the most that a file may have, in bytes.
const MaxFile = 200 << 20

// endings are those of files that can be read.
var endings = map[string]bool{".csv": true, ".json": true, ".ndjson": true, ".jsonl": true, ".zip": true}

// Ask says what to import.
type Ask struct {
	Feed string
	// File and FileName are what was sent; File is nil for an address.
	File     io.Reader
	FileName string
	Address  string
	// Mapping is the name of a ready mapping, MappingText one that was sent.
	Mapping, MappingText string
	DryRun               bool
}

// Why a file at an address cannot be had.
var (
	ErrPrivate     = fault.New(fault.BusinessRule, "This address leads into a private network. Only public web addresses are fetched.")
	ErrUnreachable = fault.New(fault.BusinessRule, "The web server of the feed could not be reached, or did not give the file.")
)

var (
	errAtOnce = fault.New(fault.Conflict, "This feed is being imported already. Wait until that is done.")
	errAgain  = fault.New(fault.Conflict, "The file of this import is no longer kept. Choose it again.")
)

// Start takes in what is to be imported; the work is done by a job. It needs
// NetworkManage. A feed is imported once at a time.
func (s *Service) Start(ctx context.Context, in Ask) (Run, error) {
	actor, err := identity.Require(ctx, identity.NetworkManage)
	if err != nil {
		return Run{}, err
	}
	if err := in.check(); err != nil {
		return Run{}, err
	}
	if err := s.free(ctx, in.Feed); err != nil {
		return Run{}, err
	}
	r := Run{
		Feed: in.Feed, Source: cmp.Or(in.Address, fileName(in.FileName)), Address: in.Address,
		Mapping: in.Mapping, MappingText: in.MappingText, DryRun: in.DryRun,
	}
	if in.File != nil {
		if r.File, err = s.keep(in.File, in.FileName); err != nil {
			return r, err
		}
	}
	return s.queue(ctx, actor, r)
}

// Again asks for an import once more, such as for good after a dry run. It needs
// NetworkManage.
func (s *Service) Again(ctx context.Context, id string, dry bool) (Run, error) {
	actor, err := identity.Require(ctx, identity.NetworkManage)
	if err != nil {
		return Run{}, err
	}
	old, err := s.runs.Get(ctx, id)
	switch {
	case err != nil:
		return old, err
	case !old.Over():
		return old, errAtOnce
	case !old.Repeatable():
		return old, errAgain
	}
	if err := s.free(ctx, old.Feed); err != nil {
		return old, err
	}
	r := Run{Feed: old.Feed, Source: old.Source, Address: old.Address, File: old.File, Mapping: old.Mapping, MappingText: old.MappingText, DryRun: dry}
	if r, err = s.queue(ctx, actor, r); err != nil || old.File == "" {
		return r, err
	}
	_, err = s.runs.Update(ctx, id, func(o *Run) error { o.File = ""; return nil }) // the file is the new one's
	return r, err
}

func (s *Service) queue(ctx context.Context, actor identity.Actor, r Run) (Run, error) {
	r.ID, r.State, r.By, r.ByName, r.AskedAt = docstore.NewID(ctx, actor.ID), Waiting, actor.ID, actor.Name, s.Now()
	return r, s.runs.Insert(ctx, &r)
}

func (in Ask) check() error {
	var wrong fault.Fields
	wrong.Check(strings.TrimSpace(in.Feed) != "" && len(in.Feed) <= 100, "feed", "Give the feed a name of at most 100 letters.")
	u, err := url.Parse(in.Address)
	web := err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
	switch {
	case in.File == nil && in.Address == "":
		wrong.Add("file", "Choose a file or enter a web address.")
	case in.File != nil:
		wrong.Check(endings[strings.ToLower(filepath.Ext(in.FileName))], "file", "Choose a file that ends in .csv, .json, .ndjson or .zip.")
	default:
		wrong.Check(web, "address", "Enter a web address that starts with https:// or http://.")
	}
	if _, err := in.mapping(); err != nil {
		in.tellMapping(&wrong, err)
	}
	return wrong.Err()
}

// tellMapping says why a mapping cannot be used: of one that was sent, the first
// mistake in it and where that is.
func (in Ask) tellMapping(wrong *fault.Fields, err error) {
	said, ok := errors.AsType[*fault.Error](err)
	switch {
	case in.MappingText == "":
		wrong.Add("mapping", "This mapping cannot be read.")
	case ok && len(said.Fields) > 0:
		wrong.Add("mapping-file", "This mapping has a mistake at “%s”: %s", said.Fields[0].Name, said.Fields[0].Detail())
	default:
		wrong.Add("mapping-file", "This mapping cannot be read.")
	}
}

func (in Ask) mapping() (*feed.Mapping, error) { return mapping(in.Mapping, in.MappingText) }

// mapping is the one that was sent, else the ready one of the name.
func mapping(name, text string) (*feed.Mapping, error) {
	switch {
	case text != "":
		return feed.ParseMapping(strings.NewReader(text))
	case name != "":
		return feed.ReadyMapping(name)
	}
	return nil, nil
}

// free refuses a feed that is being imported.
func (s *Service) free(ctx context.Context, name string) error {
	for _, state := range []State{Waiting, Running} {
		page, err := s.runs.Find(ctx, docstore.Query{Where: []docstore.Cond{docstore.Eq("state", docstore.String(string(state)))}, OrderBy: []string{"asked"}})
		if err != nil {
			return err
		}
		for _, r := range page.Items {
			if r.Feed == name {
				return errAtOnce
			}
		}
	}
	return nil
}

// keep writes what was sent to a file of that name.
func (s *Service) keep(r io.Reader, name string) (string, error) {
	return s.write(name, func(f *os.File) error {
		n, err := io.Copy(f, io.LimitReader(r, MaxFile+1))
		if n > MaxFile {
			return fault.New(fault.TooLong, "The file is too large. Send at most %d MB.", MaxFile>>20)
		}
		return err
	})
}

// write makes a file of that name, which tells what is in it, in a folder of its
// own; one that could not be written whole goes.
func (s *Service) write(name string, fill func(*os.File) error) (string, error) {
	if err := os.MkdirAll(s.Folder, 0o700); err != nil {
		return "", err
	}
	own, err := os.MkdirTemp(s.Folder, "import-*")
	if err != nil {
		return "", err
	}
	f, err := os.OpenFile(filepath.Join(own, fileName(name)), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err == nil {
		err = errors.Join(fill(f), f.Close())
	}
	if err != nil {
		return "", errors.Join(err, os.RemoveAll(own))
	}
	return f.Name(), nil
}

// longestName bounds the names of files, in bytes, as file systems do.
const longestName = 100

// fileName is the last part of a name that somebody sent; of a long one the end.
func fileName(name string) string {
	name = filepath.Base(strings.ReplaceAll(name, `\`, "/"))
	return name[max(0, len(name)-longestName):]
}

// remove takes a file away with its folder.
func remove(file string) error { return os.RemoveAll(filepath.Dir(file)) }

package imports

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path"
	"strings"
	"time"

	"github.com/havenloop/havenloop/directory/feed"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
)

const (
	// beat is how often a run says that it is alive, silence after how long
	// without it counts as interrupted.
	beat    = 10 * time.Second
	silence = time.Minute
	// step is how often progress is written down at most.
	step = time.Second
	// fileKept is how long a file waits for the import after its dry run, and
	// runKept how long a report can be read.
	fileKept = 24 * time.Hour
	runKept  = 90 * 24 * time.Hour
)

// Work carries out what waits, one import after the other, and tells of those
// that ended with their process; it is a job's.
func (s *Service) Work(ctx context.Context) (n int, err error) {
	running, err := s.inState(ctx, Running)
	if err != nil {
		return 0, err
	}
	for _, r := range running {
		if s.Now().Sub(r.BeatAt) > silence {
			if err := s.end(ctx, r.ID, Interrupted, nil, nil, ""); err != nil {
				return n, err
			}
		}
	}
	waiting, err := s.inState(ctx, Waiting)
	if err != nil {
		return 0, err
	}
	for _, r := range waiting {
		if err := s.carryOut(ctx, r); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func (s *Service) inState(ctx context.Context, state State) ([]Run, error) {
	page, err := s.runs.Find(ctx, docstore.Query{Where: []docstore.Cond{docstore.Eq("state", docstore.String(string(state)))}, OrderBy: []string{"asked"}})
	return page.Items, err
}

// errTaken ends the Update of a run that another process took.
var errTaken = errors.New("another process has it")

func (s *Service) carryOut(ctx context.Context, r Run) error {
	r, err := s.runs.Update(ctx, r.ID, func(r *Run) error {
		if r.State != Waiting {
			return errTaken
		}
		r.State, r.StartedAt, r.BeatAt, r.StepAt = Running, s.Now(), s.Now(), s.Now()
		return nil
	})
	if errors.Is(err, errTaken) {
		return nil
	}
	if err != nil {
		return err
	}
	book := &book{s: s, run: r.ID}
	result, failed := s.take(ctx, &r, book)
	kept := context.WithoutCancel(ctx) // the end is written down when the server stops, too
	if err := book.close(kept); err != nil {
		failed = errors.Join(failed, err)
	}
	switch {
	case ctx.Err() != nil:
		return s.end(kept, r.ID, Interrupted, nil, book.groups(), "")
	case failed != nil:
		s.Log.WarnContext(ctx, "import failed", "run", r.ID, "error", failed.Error())
		return s.end(kept, r.ID, Failed, nil, book.groups(), sentence(failed))
	}
	return s.end(kept, r.ID, Done, &result, book.groups(), "")
}

// causes are the sentences for what the reader of files may say of a source.
var causes = []struct {
	err  error
	told string
}{
	{feed.ErrNoArchive, "This is no ZIP file, or it is damaged. Make it again, and send it once more."},
	{feed.ErrUnsafe, "This ZIP file is not safe to open, so we did not. Make it again from the plain files."},
	{feed.ErrEmpty, "There is no file in it that we can read. Send .csv, .json or .ndjson files."},
	{feed.ErrNoFeed, "The file does not have the form that you chose. Choose the form it has, or add a mapping file."},
	{feed.ErrTooMuch, "There is more in this file than we can take at once. Send it in parts."},
	{feed.ErrManyFiles, "There is more in this file than we can take at once. Send it in parts."},
}

// sentence is what a person is told of a failure: a sentence of ours, or what
// the reader of files said, which names files and rows.
func sentence(err error) string {
	for _, c := range causes {
		if errors.Is(err, c.err) {
			return c.told
		}
	}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Detail()
	}
	return err.Error()
}

// take reads the file and stores what it holds.
func (s *Service) take(ctx context.Context, r *Run, b *book) (result feed.Result, err error) {
	stop := s.live(ctx, r.ID)
	defer stop()
	how, err := mapping(r.Mapping, r.MappingText)
	if err != nil {
		return result, err
	}
	if r.File == "" {
		if r.File, err = s.fetch(ctx, r.Address); err != nil {
			return result, err
		}
		defer func() { err = errors.Join(err, remove(r.File)) }()
	}
	source, err := feed.OpenSource(r.File)
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	var told time.Time
	var last feed.Progress
	return feed.Run(ctx, s.Directory, source, feed.Options{
		Feed: feed.Feed{Name: r.Feed, Mapping: how}, DryRun: r.DryRun,
		Progress: func(p feed.Progress) {
			now := s.Now()
			if p.Step == last.Step && now.Sub(told) < step && p.Done != p.All {
				return
			}
			fresh := p.Step != last.Step
			told, last = now, p
			s.note(ctx, r.ID, func(r *Run) {
				if r.Progress, r.BeatAt = p, now; fresh {
					r.StepAt = now
				}
			})
		},
	}, &feed.Report{Each: func(l feed.Line) { b.add(ctx, l) }})
}

func (s *Service) fetch(ctx context.Context, address string) (string, error) {
	name := "feed.json"
	if u, err := url.Parse(address); err == nil && endings[strings.ToLower(path.Ext(u.Path))] {
		name = path.Base(u.Path)
	}
	return s.write(name, func(f *os.File) error { return s.Fetch(ctx, address, f) })
}

// live says every few seconds that the run is alive; stop ends that.
func (s *Service) live(ctx context.Context, id string) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for t := time.NewTicker(beat); ; {
			select {
			case <-ctx.Done():
				t.Stop()
				return
			case <-t.C:
				s.note(ctx, id, func(r *Run) { r.BeatAt = s.Now() })
			}
		}
	}()
	return func() { cancel(); <-done }
}

// note writes progress down; that it could not is no reason to stop the import.
func (s *Service) note(ctx context.Context, id string, change func(*Run)) {
	if _, err := s.runs.Update(ctx, id, func(r *Run) error { change(r); return nil }); err != nil && ctx.Err() == nil {
		s.Log.WarnContext(ctx, "progress of an import not noted", "run", id, "error", err.Error())
	}
}

// end writes down how a run ended. The file of an import that is done for good goes.
func (s *Service) end(ctx context.Context, id string, state State, result *feed.Result, groups []Group, problem string) error {
	var file string
	_, err := s.runs.Update(ctx, id, func(r *Run) error {
		file = ""
		r.State, r.EndedAt, r.Result, r.Problem = state, s.Now(), result, problem
		if groups != nil {
			r.Groups = groups
		}
		if state == Done && !r.DryRun {
			file, r.File = r.File, ""
		}
		return nil
	})
	if err == nil && file != "" {
		err = remove(file)
	}
	return err
}

// Purge removes files that nobody came back for, and old reports; it is a job's.
func (s *Service) Purge(ctx context.Context) (n int, err error) {
	for r, err := range s.runs.All(ctx) {
		switch age := s.Now().Sub(r.AskedAt); {
		case err != nil:
			return n, err
		case !r.Over() || age < fileKept || r.File == "" && age < runKept:
			continue
		case r.File != "":
			if err := remove(r.File); err != nil {
				return n, err
			}
			s.note(ctx, r.ID, func(r *Run) { r.File = "" })
		default:
			if err := s.forget(ctx, r); err != nil {
				return n, err
			}
		}
		n++
	}
	return n, nil
}

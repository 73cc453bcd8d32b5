package server

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/snapshot"
)

// keptIndex is the file beside the store that keeps the search index from one
// start to the next, with its place in the events: what happened after it is
// brought in from there. The store stays the truth. A file that is of another
// program or store, damaged, or too far behind counts for nothing, and the
// index is built from the store.
type keptIndex struct {
	path    string
	index   directory.Saved
	program string // tells programs apart

	saving sync.Mutex
	mark   docstore.Mark // of the file, as far as known
}

// indexLabel says of what the file is.
type indexLabel struct {
	Program string        `json:"program"`
	Mark    docstore.Mark `json:"mark"`
}

// mostBehind is how many events are brought into a kept index; to build it anew
// is faster beyond.
const mostBehind = 5000

// program tells this program from every other one, also from the next build of
// the same version, whose index may hold something else.
var program = sync.OnceValues(func() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
})

// fillIndex fills the index of this process, from its file if it can.
func (r *Rooms) fillIndex(ctx context.Context, o RoomOptions) error {
	began := time.Now()
	if index, ok := o.Index.(directory.Saved); ok && o.IndexFile != "" {
		id, err := program()
		if err != nil {
			return fmt.Errorf("tell which program this is: %w", err)
		}
		r.kept = &keptIndex{path: o.IndexFile, index: index, program: id}
		switch err := r.loadIndex(ctx); {
		case err == nil:
			o.Log.InfoContext(ctx, "the search index is loaded", "took", time.Since(began).String())
			return nil
		case !errors.Is(err, fs.ErrNotExist):
			o.Log.InfoContext(ctx, "the search index is built anew", "why", err.Error())
		}
	}
	ctx = identity.With(ctx, identity.SystemActor("start"))
	if r.kept != nil { // from now on the time that passes for a kept index is known
		if _, err := r.Directory.Age(ctx); err != nil {
			return fmt.Errorf("fill the search index: %w", err)
		}
	}
	if _, err := r.Directory.Reindex(ctx); err != nil {
		return fmt.Errorf("fill the search index: %w", err)
	}
	return nil
}

// Why a kept index counts for nothing.
var (
	errOtherProgram = errors.New("the kept index is of another program")
	errOtherStore   = errors.New("the kept index does not fit the store, or is too far behind")
	errOutdated     = errors.New("taxonomy terms changed since the index was kept")
)

// loadIndex loads the index from its file and brings in what happened since.
func (r *Rooms) loadIndex(ctx context.Context) (err error) {
	f, err := snapshot.Open(r.kept.path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	var label indexLabel
	if err := json.Unmarshal(f.Label, &label); err != nil {
		return err
	}
	if label.Program != r.kept.program {
		return errOtherProgram
	}
	if err := r.kept.index.Load(f.Body); err != nil {
		return err
	}
	ok, err := r.Relay.Resume(ctx, r.Directory.Consumer().Name, label.Mark, mostBehind)
	if err != nil {
		return err
	}
	if !ok {
		return errOtherStore
	}
	if r.Directory.IndexOutdated() {
		return errOutdated
	}
	r.kept.mark = label.Mark
	return nil
}

// SaveIndex keeps the index of this process for its next start, unless nothing
// happened since it was kept last, and answers how many it kept. Searches go on
// meanwhile, changes wait.
func (r *Rooms) SaveIndex(ctx context.Context) (int, error) {
	k := r.kept
	if k == nil {
		return 0, nil
	}
	k.saving.Lock()
	defer k.saving.Unlock()
	if r.Directory.IndexOutdated() {
		k.mark = docstore.Mark{}
		if err := os.Remove(k.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return 0, err
		}
		return 0, nil
	}
	// The mark is read first: what comes in after it is brought in twice.
	mark, err := r.Relay.Mark(ctx, r.Directory.Consumer().Name)
	if err != nil || mark == (docstore.Mark{}) || mark == k.mark {
		return 0, err
	}
	label, err := json.Marshal(indexLabel{k.program, mark})
	if err != nil {
		return 0, err
	}
	if err := snapshot.Write(k.path, label, k.index.Save); err != nil {
		return 0, fmt.Errorf("keep the search index: %w", err)
	}
	k.mark = mark
	return 1, nil
}

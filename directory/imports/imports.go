// Package imports takes in feeds in the background for those who run a network:
// a person gives a file or an address on a page, a job carries it out, and the
// report stays to be read.
package imports

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/feed"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
)

// Run is one import that somebody asked for.
type Run struct {
	docstore.Meta
	Feed string `json:"feed"`
	// Source is the name of the file or its address, for people.
	Source string `json:"source"`
	// Address is where to fetch the file; "" for one that was sent.
	Address string `json:"address,omitempty"`
	// File is the path of the file while it is kept.
	File string `json:"file,omitempty"`
	// Mapping is the name of a ready mapping, MappingText one that was sent; both
	// "" for a feed in the form of HSDS.
	Mapping     string        `json:"mapping,omitempty"`
	MappingText string        `json:"mappingText,omitempty"`
	DryRun      bool          `json:"dryRun"`
	State       State         `json:"state"`
	Progress    feed.Progress `json:"progress"`
	// StepAt is when the step that is under way began.
	StepAt    time.Time    `json:"stepAt,omitzero"`
	By        string       `json:"by"`
	ByName    string       `json:"byName"`
	AskedAt   time.Time    `json:"askedAt"`
	StartedAt time.Time    `json:"startedAt,omitzero"`
	BeatAt    time.Time    `json:"beatAt,omitzero"` // when it last was seen alive
	EndedAt   time.Time    `json:"endedAt,omitzero"`
	Result    *feed.Result `json:"result,omitempty"`
	// Problem is why it failed, a sentence or what the reader of files said.
	Problem string `json:"problem,omitempty"`
	// Groups are the lines of the report by rule, severity and action.
	Groups []Group `json:"groups,omitempty"`
}

// State says how far an import is.
type State string

// The states.
const (
	Waiting     State = "waiting"
	Running     State = "running"
	Done        State = "done"
	Failed      State = "failed"
	Interrupted State = "interrupted" // the process ended in the middle
)

// Over tells whether nothing more happens by itself.
func (r Run) Over() bool { return r.State != Waiting && r.State != Running }

// Repeatable tells whether the import can be started again with what is kept.
func (r Run) Repeatable() bool { return r.Over() && (r.File != "" || r.Address != "") }

// Left is about how long the step under way still takes; 0 where that is not known.
func (r Run) Left() time.Duration {
	p, spent := r.Progress, r.BeatAt.Sub(r.StepAt)
	if r.State != Running || p.Done <= 0 || p.All <= p.Done || spent <= 0 {
		return 0
	}
	return time.Duration(float64(spent) * float64(p.All-p.Done) / float64(p.Done))
}

var runSpec = docstore.Spec[Run]{
	Name: "import_runs", Schema: 1,
	Meta: func(r *Run) *docstore.Meta { return &r.Meta },
	Keys: docstore.Keys[Run]{
		"state": func(r Run) docstore.Value { return docstore.String(string(r.State)) },
		"asked": func(r Run) docstore.Value { return docstore.Time(r.AskedAt) },
	},
	Kinds:   map[string]docstore.Kind{"asked": docstore.IntKind},
	Indexes: []docstore.Index{{"asked"}, {"state", "asked"}},
}

// Options are what imports need.
type Options struct {
	Directory *directory.Directory
	// Folder is where files are kept until they are taken in.
	Folder string
	// Fetch writes what is at a public web address to the file.
	Fetch func(ctx context.Context, address string, to *os.File) error
	Now   clock.Now
	Log   *slog.Logger
}

// Service keeps and carries out imports.
type Service struct {
	Options
	runs  *docstore.Collection[Run]
	parts *docstore.Collection[part]
}

// New opens the imports in the store.
func New(ctx context.Context, e docstore.Engine, o Options) (*Service, error) {
	s := &Service{Options: o}
	var err error
	if s.runs, err = docstore.Open(ctx, e, runSpec); err != nil {
		return nil, err
	}
	s.parts, err = docstore.Open(ctx, e, partSpec)
	return s, err
}

package imports

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/havenloop/havenloop/directory/feed"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// Group counts the lines of a report that are of one rule, severity and action.
type Group struct {
	Rule  string        `json:"rule"`
	Level feed.Severity `json:"severity"`
	Done  feed.Action   `json:"done"`
	Count int           `json:"count"`
}

func (g Group) key() string { return g.Rule + "/" + string(g.Level) + "/" + string(g.Done) }

// part is some lines of a report, all of one group, so that a filter reads only
// what it shows.
type part struct {
	docstore.Meta
	Run   string      `json:"run"`
	Group string      `json:"group"`
	Seq   int         `json:"seq"`
	Lines []feed.Line `json:"lines"`
}

// partLines is how many lines a part has at most.
const partLines = 100

var partSpec = docstore.Spec[part]{
	Name: "import_reports", Schema: 1,
	Meta: func(p *part) *docstore.Meta { return &p.Meta },
	Keys: docstore.Keys[part]{
		"run":   func(p part) docstore.Value { return docstore.String(p.Run) },
		"group": func(p part) docstore.Value { return docstore.String(p.Group) },
		"seq":   func(p part) docstore.Value { return docstore.Int(int64(p.Seq)) },
	},
	Kinds:   map[string]docstore.Kind{"seq": docstore.IntKind},
	Indexes: []docstore.Index{{"run", "group", "seq"}},
}

// book writes the lines of a report into parts as they come.
type book struct {
	s      *Service
	run    string
	mu     sync.Mutex
	open   map[string]*part
	counts map[string]*Group
	seq    int
	failed error
}

func (b *book) add(ctx context.Context, l feed.Line) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open == nil {
		b.open, b.counts = map[string]*part{}, map[string]*Group{}
	}
	g := Group{Rule: l.Rule, Level: l.Level, Done: l.Done}
	key := g.key()
	if b.counts[key] == nil {
		b.counts[key] = &g
	}
	b.counts[key].Count++
	p := b.open[key]
	if p == nil {
		p = &part{Run: b.run, Group: key}
		b.open[key] = p
	}
	if p.Lines = append(p.Lines, l); len(p.Lines) == partLines {
		b.write(ctx, p)
	}
}

// write stores a part that is full, or the last of its group.
func (b *book) write(ctx context.Context, p *part) {
	b.seq++
	p.Seq, p.ID = b.seq, fmt.Sprintf("%s/%d", b.run, b.seq)
	b.failed = errors.Join(b.failed, b.s.parts.Insert(ctx, p))
	delete(b.open, p.Group)
}

func (b *book) close(ctx context.Context) error {
	for _, p := range b.open {
		b.write(ctx, p)
	}
	return b.failed
}

// groups are the counts, errors first, then the most frequent.
func (b *book) groups() []Group {
	out := []Group{}
	for _, g := range b.counts {
		out = append(out, *g)
	}
	rank := []feed.Severity{feed.Error, feed.Warning, feed.Info}
	slices.SortFunc(out, func(x, y Group) int {
		return cmp.Or(slices.Index(rank, x.Level)-slices.Index(rank, y.Level), y.Count-x.Count, cmp.Compare(x.key(), y.key()))
	})
	return out
}

// Filter narrows a report down; empty fields ask for all.
type Filter struct {
	Rule  string
	Level feed.Severity
	Done  feed.Action
}

func (f Filter) fits(g Group) bool {
	return (f.Rule == "" || f.Rule == g.Rule) && (f.Level == "" || f.Level == g.Level) && (f.Done == "" || f.Done == g.Done)
}

// Runs lists imports, the newest first. It needs NetworkManage.
func (s *Service) Runs(ctx context.Context, cursor string, limit int) (docstore.Page[Run], error) {
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return docstore.Page[Run]{}, err
	}
	return s.runs.Find(ctx, docstore.Query{OrderBy: []string{"asked"}, Desc: true, After: cursor, Limit: limit})
}

// Run reads one import. It needs NetworkManage.
func (s *Service) Run(ctx context.Context, id string) (Run, error) {
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return Run{}, err
	}
	return s.runs.Get(ctx, id)
}

// Lines answers a page of a report's lines, of one rule after the other; a page
// has limit lines or a part more. It needs NetworkManage.
func (s *Service) Lines(ctx context.Context, r Run, f Filter, cursor string, limit int) (docstore.Page[feed.Line], error) {
	out := docstore.Page[feed.Line]{Items: []feed.Line{}}
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return out, err
	}
	var groups []docstore.Value
	for _, g := range r.Groups {
		if f.fits(g) {
			groups = append(groups, docstore.String(g.key()))
		}
	}
	if len(groups) == 0 {
		return out, nil
	}
	q := docstore.Query{
		Where:   []docstore.Cond{docstore.Eq("run", docstore.String(r.ID)), docstore.In("group", groups...)},
		OrderBy: []string{"seq"}, After: cursor, Limit: 1,
	}
	for len(out.Items) < limit {
		page, err := s.parts.Find(ctx, q)
		if err != nil {
			return out, err
		}
		for _, p := range page.Items {
			out.Items = append(out.Items, p.Lines...)
		}
		if q.After, out.Next = page.Next, page.Next; page.Next == "" {
			break
		}
	}
	return out, nil
}

// forget removes a run with its report.
func (s *Service) forget(ctx context.Context, r Run) error {
	for _, g := range r.Groups {
		page, err := s.parts.Find(ctx, docstore.Query{
			Where: []docstore.Cond{docstore.Eq("run", docstore.String(r.ID)), docstore.Eq("group", docstore.String(g.key()))}, OrderBy: []string{"seq"},
		})
		if err != nil {
			return err
		}
		for _, p := range page.Items {
			if err := s.parts.Delete(ctx, &p); err != nil {
				return err
			}
		}
	}
	return s.runs.Delete(ctx, &r)
}

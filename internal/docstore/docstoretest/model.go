package docstoretest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/havenloop/havenloop/internal/docstore"
)

// reference is what an engine should hold, in the plainest form.
type reference map[string]note

// answer is what a query should find: every document tried, then sorted.
func (r reference) answer(q modelQuery) []string {
	var found []note
	for _, n := range r {
		if q.fits(n) {
			found = append(found, n)
		}
	}
	slices.SortFunc(found, func(a, b note) int {
		o := cmp.Or(docstore.Time(a.Due).Compare(docstore.Time(b.Due)), cmp.Compare(a.ID, b.ID))
		if q.desc {
			return -o
		}
		return o
	})
	return ids(found)
}

// modelQuery is a query along (agency, status, due) or (agency, tag, due).
type modelQuery struct {
	agency, status []string
	tag            string
	lo, hi         docstore.Value
	desc           bool
	page           int
}

func (q modelQuery) fits(n note) bool {
	due := docstore.Time(n.Due)
	bounded := q.lo != docstore.None || q.hi != docstore.None
	switch {
	case !slices.Contains(q.agency, n.Agency),
		q.tag != "" && !slices.Contains(n.Tags, q.tag),
		q.tag == "" && !slices.Contains(q.status, n.Status),
		bounded && due == docstore.None,
		q.lo != docstore.None && due.Compare(q.lo) < 0,
		q.hi != docstore.None && due.Compare(q.hi) >= 0:
		return false
	}
	return true
}

func (q modelQuery) query() docstore.Query {
	out := docstore.Query{Where: []docstore.Cond{in("agency", q.agency...)}, OrderBy: []string{"due"}, Desc: q.desc}
	if q.tag != "" {
		out.Where = append(out.Where, eq("tag", q.tag))
	} else {
		out.Where = append(out.Where, in("status", q.status...))
	}
	if q.lo != docstore.None || q.hi != docstore.None {
		out.Where = append(out.Where, docstore.Range("due", q.lo, q.hi))
	}
	return out
}

// The draws are few, so that they meet often.
var (
	drawID     = rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "é", "\U0001F3E0"})
	drawAgency = rapid.SampledFrom([]string{"p", "q", ""})
	drawStatus = rapid.SampledFrom([]string{"new", "open", "done"})
	drawTag    = rapid.SampledFrom([]string{"x", "y", "z"})
	drawEmail  = rapid.SampledFrom([]string{"", "", "ann", "bob"})
	drawDue    = rapid.Map(rapid.IntRange(-1, 3), func(h int) time.Time {
		if h < 0 {
			return time.Time{}
		}
		return start.Add(time.Duration(h) * time.Hour)
	})
	drawBound = rapid.Map(rapid.IntRange(-2, 4), func(h int) docstore.Value {
		if h < -1 {
			return docstore.None
		}
		return at(h)
	})
)

func drawNote(t *rapid.T, id string) note {
	return note{
		Meta: docstore.Meta{ID: id}, Agency: drawAgency.Draw(t, "agency"), Status: drawStatus.Draw(t, "status"), Due: drawDue.Draw(t, "due"),
		Email: drawEmail.Draw(t, "email"), Tags: rapid.SliceOfN(drawTag, 0, 3).Draw(t, "tags"),
	}
}

// testModel makes random changes and queries, and compares with the reference.
func testModel(t *testing.T, open func(*testing.T) docstore.Engine) {
	c, ctx := openNotes(t, open), t.Context()
	rapid.Check(t, func(rt *rapid.T) {
		empty(ctx, rt, c)
		ref := reference{}
		rt.Repeat(map[string]func(*rapid.T){
			"insert": func(rt *rapid.T) {
				n := drawNote(rt, drawID.Draw(rt, "id"))
				_, there := ref[n.ID]
				err := c.Insert(ctx, &n)
				dup, refused := errors.AsType[*docstore.DuplicateError](err)
				switch {
				case refused && dup.Key == "id" && there:
				case refused && dup.Key == "email" && ref.taken(n) && !there:
				case err == nil && !there && !ref.taken(n):
					ref[n.ID] = n
				default:
					rt.Fatalf("Insert(%q, email %q): %v", n.ID, n.Email, err)
				}
			},
			"replace": func(rt *rapid.T) {
				n := drawNote(rt, drawID.Draw(rt, "id"))
				old, there := ref[n.ID]
				n.Version = max(1, old.Version+rapid.Int64Range(-1, 0).Draw(rt, "behind"))
				current := there && n.Version == old.Version
				err := c.Replace(ctx, &n)
				_, dup := errors.AsType[*docstore.DuplicateError](err)
				switch {
				case !there && errors.Is(err, docstore.ErrNotFound):
				case there && !current && errors.Is(err, docstore.ErrConflict) && !dup:
				case current && ref.taken(n) && dup:
				case current && !ref.taken(n) && err == nil:
					ref[n.ID] = n
				default:
					rt.Fatalf("Replace(%q, email %q, version %d of %d): %v", n.ID, n.Email, n.Version, old.Version, err)
				}
			},
			"delete": func(rt *rapid.T) {
				n, there := ref[drawID.Draw(rt, "id")]
				if !there {
					return
				}
				if err := c.Delete(ctx, &n); err != nil {
					rt.Fatalf("Delete(%q): %v", n.ID, err)
				}
				delete(ref, n.ID)
			},
			"find": func(rt *rapid.T) {
				q := modelQuery{
					agency: rapid.SliceOfNDistinct(drawAgency, 1, 3, rapid.ID).Draw(rt, "agency"),
					status: rapid.SliceOfNDistinct(drawStatus, 1, 3, rapid.ID).Draw(rt, "status"),
					lo:     drawBound.Draw(rt, "lo"), hi: drawBound.Draw(rt, "hi"), desc: rapid.Bool().Draw(rt, "desc"),
					page: rapid.IntRange(1, 4).Draw(rt, "page"),
				}
				if rapid.Bool().Draw(rt, "by tag") {
					q.tag = drawTag.Draw(rt, "tag")
				}
				ref.check(ctx, rt, c, q)
			},
			"": func(rt *rapid.T) {
				for id, want := range ref {
					got, err := c.Get(ctx, id)
					if err != nil || got.Version != want.Version || got.Status != want.Status || got.Email != want.Email {
						rt.Fatalf("Get(%q) = %+v, %v; want %+v", id, got, err, want)
					}
				}
			},
		})
	})
}

// taken tells whether another document has the email.
func (r reference) taken(n note) bool {
	for id, o := range r {
		if id != n.ID && o.Email == n.Email && n.Email != "" {
			return true
		}
	}
	return false
}

// check compares the answers to a query: documents by pages, count and group count.
func (r reference) check(ctx context.Context, rt *rapid.T, c *docstore.Collection[note], q modelQuery) {
	want := r.answer(q)
	got := []string{}
	query := q.query()
	for query.Limit = q.page; ; {
		p, err := c.Find(ctx, query)
		if err != nil {
			rt.Fatalf("Find(%+v): %v", q, err)
		}
		got = append(got, ids(p.Items)...)
		if query.After = p.Next; p.Next == "" {
			break
		}
	}
	if !slices.Equal(got, want) {
		rt.Fatalf("Find(%+v) = %v, want %v", q, got, want)
	}
	n, err := c.Count(ctx, q.query())
	if err != nil || n != int64(len(want)) {
		rt.Fatalf("Count(%+v) = %d, %v; want %d", q, n, err, len(want))
	}
	groups := map[docstore.Value]int64{}
	for _, id := range want {
		groups[docstore.Time(r[id].Due)]++
	}
	counted, err := c.GroupCount(ctx, q.query(), "due")
	if err != nil || fmt.Sprint(plain(counted)) != fmt.Sprint(plain(groups)) {
		rt.Fatalf("GroupCount(%+v) = %v, %v; want %v", q, plain(counted), err, plain(groups))
	}
}

// empty deletes all documents.
func empty(ctx context.Context, rt *rapid.T, c *docstore.Collection[note]) {
	var all []note
	for n, err := range c.All(ctx) {
		if err != nil {
			rt.Fatal(err)
		}
		all = append(all, n)
	}
	for i := range all {
		if err := c.Delete(ctx, &all[i]); err != nil {
			rt.Fatal(err)
		}
	}
}

package fhir

import (
	"context"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/referrals"
)

// shelf lists referrals that are kept under a status and may show another.
func shelf(kept map[referrals.Status][]referrals.View) lister {
	return func(_ context.Context, in referrals.ListInput) (docstore.Page[referrals.View], error) {
		all := kept[in.Status]
		from, _ := strconv.Atoi(in.Cursor)
		to := min(from+in.Limit, len(all))
		p := docstore.Page[referrals.View]{Items: all[from:to]}
		if to < len(all) {
			p.Next = strconv.Itoa(to)
		}
		return p, nil
	}
}

func TestWalkFindsEachOnce(t *testing.T) {
	view := func(id string, s referrals.Status) referrals.View { return referrals.View{ID: id, Status: s} }
	list := shelf(map[referrals.Status][]referrals.View{
		referrals.Requested:    {view("a", referrals.Requested), view("b", referrals.Withdrawn), view("c", referrals.Requested)},
		referrals.Acknowledged: {view("d", referrals.Acknowledged)},
		referrals.Accepted:     {view("e", referrals.Accepted), view("f", referrals.Accepted)},
	})
	codes := []string{"accepted", "requested"}
	for count := 1; count <= 6; count++ {
		var got []string
		cursor := ""
		for pages := 0; ; pages++ {
			if pages > 6 {
				t.Fatalf("the walk by %d does not end", count)
			}
			var wrong fault.Fields
			w := taskWalk{statuses: statusesOf(codes, &wrong), codes: codes, count: count}
			w.resume(cursor, &wrong)
			views, next, err := w.page(t.Context(), list)
			if err := wrong.Err(); err != nil {
				t.Fatal(err)
			}
			if err != nil || len(views) > count {
				t.Fatalf("page by %d = %d views, %v", count, len(views), err)
			}
			for _, v := range views {
				got = append(got, v.ID)
			}
			if cursor = next; next == "" {
				break
			}
		}
		if diff := cmp.Diff([]string{"a", "c", "d", "e", "f"}, got); diff != "" {
			t.Errorf("pages of %d (-want +got):\n%s", count, diff)
		}
	}
}

func TestStatusesOf(t *testing.T) {
	var wrong fault.Fields
	if got := statusesOf([]string{"requested"}, &wrong); !slices.Equal(got, []referrals.Status{referrals.Requested, referrals.Acknowledged}) || wrong.Err() != nil {
		t.Errorf("statusesOf(requested) = %v, %v; want both that show as requested", got, wrong.Err())
	}
	for _, bad := range []string{"ready", "acknowledged", ""} { // of Task but not of referrals; ours; none
		var wrong fault.Fields
		if statusesOf([]string{bad}, &wrong); !fault.Is(wrong.Err(), fault.Invalid) {
			t.Errorf("statusesOf(%q) error = %v, want invalid", bad, wrong.Err())
		}
	}
}

func TestForeignCursorIsRefused(t *testing.T) {
	for _, cursor := range []string{"x", "2.", "-1.", "."} {
		var wrong fault.Fields
		w := taskWalk{statuses: []referrals.Status{""}, count: 1}
		if w.resume(cursor, &wrong); !fault.Is(wrong.Err(), fault.Invalid) {
			t.Errorf("resume(%q) error = %v, want invalid", cursor, wrong.Err())
		}
	}
}

package directory

import (
	"cmp"
	"context"
	"slices"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// FeedState is a feed with how many of its records are known, and how many of
// those its last import did not have.
type FeedState struct {
	Name    string `json:"name"`
	Records int    `json:"records"`
	Missing int    `json:"missing"`
}

// Feeds lists the feeds that were imported, by name. It needs NetworkManage.
func (d *Directory) Feeds(ctx context.Context) ([]FeedState, error) {
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return nil, err
	}
	records, err := docstore.Open(ctx, d.engine, feedRecordSpec)
	if err != nil {
		return nil, err
	}
	known, err := records.GroupCount(ctx, docstore.Query{}, "feed")
	if err != nil {
		return nil, err
	}
	missing, err := records.GroupCount(ctx, docstore.Query{Where: []docstore.Cond{docstore.Eq("missing", docstore.Bool(true))}}, "feed")
	if err != nil {
		return nil, err
	}
	var out []FeedState
	for name, n := range known {
		out = append(out, FeedState{Name: name.Str(), Records: int(n), Missing: int(missing[name])})
	}
	slices.SortFunc(out, func(a, b FeedState) int { return cmp.Compare(a.Name, b.Name) })
	return out, nil
}

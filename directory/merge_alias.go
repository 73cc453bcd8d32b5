package directory

import (
	"context"
	"errors"

	"github.com/havenloop/havenloop/internal/docstore"
)

// alias says into which record another was merged, so that its id still leads
// to something: in links, in referrals, and in the feed that brought it.
type alias struct {
	docstore.Meta
	Kind     string `json:"kind"`
	RecordID string `json:"recordId"`
	Into     string `json:"into"`
	MergeID  string `json:"mergeId"`
}

var aliasSpec = docstore.Spec[alias]{
	Name: "merged_records", Schema: 1,
	Meta: func(a *alias) *docstore.Meta { return &a.Meta },
}

func aliasID(kind, id string) string { return kind + "/" + id }

// Resolve answers the id of the record into which the one of the id was merged,
// however often; the id itself when it was not. It checks nothing.
func (d *Directory) Resolve(ctx context.Context, kind, id string) (string, error) {
	seen := map[string]bool{}
	for !seen[id] {
		seen[id] = true
		a, err := d.aliases.Get(ctx, aliasID(kind, id))
		if errors.Is(err, docstore.ErrNotFound) {
			break
		}
		if err != nil {
			return id, err
		}
		id = a.Into
	}
	return id, nil
}

// resolved reads a record; one that was merged into another is the other.
func resolved[T any](ctx context.Context, d *Directory, kind, id string, read func(context.Context, string) (T, error)) (T, error) {
	out, err := read(ctx, id)
	if !errors.Is(err, docstore.ErrNotFound) {
		return out, err
	}
	into, resolveErr := d.Resolve(ctx, kind, id)
	if resolveErr != nil || into == id {
		return out, errors.Join(err, resolveErr)
	}
	return read(ctx, into)
}

// mergedRecords answers, for each kind, which id stands for which now.
func (d *Directory) mergedRecords(ctx context.Context) (map[string]map[string]string, error) {
	out := map[string]map[string]string{KindOrganization: {}, KindService: {}, KindLocation: {}}
	for a, err := range d.aliases.All(ctx) {
		if err != nil {
			return nil, err
		}
		out[a.Kind][a.RecordID] = a.Into
	}
	for _, into := range out {
		for id := range into {
			seen := map[string]bool{id: true}
			for next, more := into[into[id]]; more && !seen[next]; next, more = into[next] {
				seen[next] = true
				into[id] = next
			}
		}
	}
	return out, nil
}

// mergedListing is the service into which the one of the id was merged, if it was.
func (d *Directory) mergedListing(ctx context.Context, id string) ([]listing, error) {
	into, err := d.Resolve(ctx, KindService, id)
	if err != nil || into == id {
		return nil, err
	}
	return d.listings(ctx, []string{into})
}

package meili

import (
	"context"
	"errors"
	"fmt"

	"github.com/meilisearch/meilisearch-go"

	"github.com/havenloop/havenloop/directory/index/words"
)

// maxHits is how many services a query can be paged through.
const maxHits = 100_000

// settings are those of fact sheet HSDS, section 10. The order by distance,
// quality and freshness is given with each query, since Meilisearch has one
// place for it, behind all that says how well a text fits.
func settings(w *words.Set) *meilisearch.Settings {
	key := keyField
	return &meilisearch.Settings{
		SearchableAttributes: []string{
			"service_name", "alternate_names", "synonym_terms", "taxonomy_names", "organization_name",
			"program_name", "eligibility", "description", "city", "required_documents",
		},
		FilterableAttributes: []string{
			key, "service_id", "organization_id", "needs", "taxonomy_ids", "languages", "accessibility", "capacity", "cost_free",
			"age_from", "age_end", "open_slots", "unknown_slots", "area_codes", "area_unknown", "exempt", "has_point", "several", "_geo",
			"facets.languages", "facets.city", "facets.capacity", "facets.accessibility",
		},
		SortableAttributes: []string{"_geo", "quality_score", "verified_epoch", "last_modified_epoch", "sort_name", "service_id", "entry_id"},
		RankingRules:       []string{"words", "typo", "proximity", "attributeRank", "wordPosition", "exactness", "sort"},
		StopWords:          words.Stop(),
		Synonyms:           w.Synonyms,
		// TypoTolerance is sent whole: what is left out would be sent as zero.
		TypoTolerance: &meilisearch.TypoTolerance{
			Enabled:             true,
			MinWordSizeForTypos: meilisearch.MinWordSizeForTypos{OneTypo: 5, TwoTypos: 9},
			DisableOnWords:      words.Exact(),
			DisableOnAttributes: []string{},
			DisableOnNumbers:    true,
		},
		Pagination: &meilisearch.Pagination{MaxTotalHits: maxHits},
		Faceting: &meilisearch.Faceting{
			MaxValuesPerFacet: 10_000,
			SortFacetValuesBy: map[string]meilisearch.SortFacetType{"*": meilisearch.SortFacetTypeCount},
		},
	}
}

// olderRankingRules are for servers that know one rule for field and position.
var olderRankingRules = []string{"words", "typo", "proximity", "attribute", "exactness", "sort"}

// alreadyThere is the server's code for an index that exists.
const alreadyThere = "index_already_exists"

// create makes an index with our settings; one that is there gets the settings.
func (x *Index) create(ctx context.Context, uid string) error {
	doing := "create search index " + uid
	info, err := x.server.CreateIndexWithContext(ctx, &meilisearch.IndexConfig{Uid: uid, PrimaryKey: keyField})
	if err != nil {
		return failed(ctx, doing, err)
	}
	if err := x.wait(ctx, doing, info.TaskUID, alreadyThere); err != nil {
		return err
	}
	ours := settings(x.words.Load())
	info, err = x.server.Index(uid).UpdateSettingsWithContext(ctx, ours)
	if e, ok := errors.AsType[*meilisearch.Error](err); ok && e.MeilisearchApiError.Code == "invalid_settings_ranking_rules" {
		ours.RankingRules = olderRankingRules
		info, err = x.server.Index(uid).UpdateSettingsWithContext(ctx, ours)
	}
	if err != nil {
		return failed(ctx, doing, err)
	}
	return x.wait(ctx, doing, info.TaskUID)
}

// wait waits for a task of the server. A task that failed is an error, unless
// its code is one of those that do no harm.
func (x *Index) wait(ctx context.Context, doing string, task int64, harmless ...string) error {
	t, err := x.server.WaitForTaskWithContext(ctx, task, x.poll)
	if err != nil {
		return failed(ctx, doing, err)
	}
	if t.Status == meilisearch.TaskStatusSucceeded {
		return nil
	}
	for _, code := range harmless {
		if t.Error.Code == code {
			return nil
		}
	}
	return fmt.Errorf("%s: task %d of the search server is %s: %s: %s", doing, task, t.Status, t.Error.Code, t.Error.Message)
}

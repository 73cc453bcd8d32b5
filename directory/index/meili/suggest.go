package meili

import (
	"context"
	"strings"

	"github.com/meilisearch/meilisearch-go"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/words"
)

// maxSuggestions is the most that Suggest answers.
const maxSuggestions = 50

// Suggest implements [directory.Index]: services whose name has the words,
// organizations, and what people need, each asked for in its own fields.
func (x *Index) Suggest(ctx context.Context, prefix string, limit int) ([]directory.Suggestion, error) {
	if err := x.ensure(ctx); err != nil {
		return nil, err
	}
	text := clean(prefix)
	limit = min(limit, maxSuggestions)
	if text == "" || limit <= 0 {
		return []directory.Suggestion{}, nil
	}
	kinds := []struct {
		kind   string
		fields []string
	}{
		{"need", []string{"synonym_terms", "taxonomy_names"}},
		{"service", []string{"service_name"}},
		{"organization", []string{"organization_name"}},
	}
	var queries []*meilisearch.SearchRequest
	for _, k := range kinds {
		queries = append(queries, &meilisearch.SearchRequest{
			IndexUID: x.uid, Query: text, MatchingStrategy: meilisearch.All, AttributesToSearchOn: k.fields,
			AttributesToRetrieve: k.fields, Limit: int64(4 * limit),
		})
	}
	response, err := x.server.MultiSearchWithContext(ctx, &meilisearch.MultiSearchRequest{Queries: queries})
	if err != nil {
		return nil, failed(ctx, "suggest", err)
	}
	out := []directory.Suggestion{}
	for i, r := range response.Results {
		var docs []document
		if err := r.Hits.DecodeInto(&docs); err != nil {
			return nil, failed(ctx, "suggest", err)
		}
		room := limit - len(out)
		if i < len(kinds)-1 {
			room = (room + 1) / 2 // the later kinds have a share
		}
		for _, d := range docs {
			for _, s := range suggestionsOf(&d, kinds[i].kind, text) {
				if room > 0 && !has(out, s) {
					out = append(out, s)
					room--
				}
			}
		}
	}
	return out, nil
}

// suggestionsOf lists what a document found offers to complete the text.
func suggestionsOf(d *document, kind, text string) []directory.Suggestion {
	var out []directory.Suggestion
	for _, s := range append(present(d.Name), present(d.OrganizationName)...) {
		out = append(out, directory.Suggestion{Text: s, Kind: kind})
	}
	for _, s := range append(d.Keywords, d.TaxonomyNames...) {
		if completes(s, text) {
			out = append(out, directory.Suggestion{Text: s, Kind: kind})
		}
	}
	return out
}

// completes tells whether the phrase has the beginning of each typed word.
func completes(phrase, text string) bool {
	for typed := range words.Split(words.Fold(text)) {
		begins := false
		for w := range words.Split(words.Fold(phrase)) {
			begins = begins || strings.HasPrefix(w, typed)
		}
		if !begins {
			return false
		}
	}
	return true
}

// has tells whether a suggestion is there already, perhaps in other case.
func has(list []directory.Suggestion, s directory.Suggestion) bool {
	for _, have := range list {
		if have.Kind == s.Kind && strings.EqualFold(have.Text, s.Text) {
			return true
		}
	}
	return false
}

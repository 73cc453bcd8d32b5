package meili

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/meilisearch/meilisearch-go"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/words"
)

// searchTiers answers a query in the order of its tiers, by two calls: one
// counts the services of each tier, the other gets the part of the page that
// lies in each. A query without tiers takes one call.
func (x *Index) searchTiers(ctx context.Context, q *directory.Query, text string) (directory.Results, error) {
	from, per := page(q)
	tiers := tierConditions(q)
	if q.Sort != directory.ByRelevance {
		tiers = []condition{""}
	}
	if len(tiers) == 1 {
		r := withFacets(x.request(q, text, ""), q.Facets)
		size := int64(per)
		r.HitsPerPage, r.Page, r.ShowRankingScore = &size, int64(from/per)+1, text != ""
		answers, err := x.ask(ctx, r)
		if err != nil {
			return directory.Results{}, err
		}
		return results(q, text, answers[0], answers[0].hits), nil
	}
	whole, spans, err := x.countTiers(ctx, q, text, tiers)
	if err != nil {
		return directory.Results{}, err
	}
	var windows []*meilisearch.SearchRequest
	for _, s := range spans {
		first, last := max(from, s.from), min(from+per, s.to)
		if first >= last {
			continue
		}
		more := s.tier
		if s.repeats {
			ids, err := x.several(ctx, q, text, s.better)
			if err != nil {
				return directory.Results{}, err
			}
			more = and(more, not(in("service_id", ids...)))
		}
		r := x.request(q, text, more)
		r.Offset, r.Limit, r.ShowRankingScore = int64(first-s.from), int64(last-first), text != ""
		windows = append(windows, r)
	}
	answers, err := x.ask(ctx, windows...)
	if err != nil {
		return directory.Results{}, err
	}
	var hits []found
	for _, a := range answers {
		hits = append(hits, a.hits...)
	}
	return results(q, text, whole, hits), nil
}

// span is where the services of a tier stand among all that were found.
type span struct {
	tier, better condition // of this tier, and of all before it
	from, to     int
	// repeats says that services of better tiers have documents in this tier
	// too; they stand in the better tier only.
	repeats bool
}

// countTiers counts the services of each tier, of each with all better ones,
// and of all; the last answer has the facets.
func (x *Index) countTiers(ctx context.Context, q *directory.Query, text string, tiers []condition) (whole answer, spans []span, err error) {
	requests := []*meilisearch.SearchRequest{count(withFacets(x.request(q, text, ""), q.Facets))}
	var up []condition // the tiers so far
	for _, tier := range tiers {
		if tier == never {
			continue
		}
		s := span{tier: tier}
		if len(up) > 0 {
			s.better = either(up...)
		}
		up = append(up, "("+tier+")")
		spans = append(spans, s)
		requests = append(requests, count(x.request(q, text, tier)), count(x.request(q, text, either(up...))))
	}
	answers, err := x.ask(ctx, requests...)
	if err != nil {
		return answer{}, nil, err
	}
	before := 0
	for i := range spans {
		alone, upTo := answers[1+2*i].total, answers[2+2*i].total
		spans[i].from, spans[i].to = before, upTo
		spans[i].repeats = upTo-before < alone
		before = upTo
	}
	return answers[0], spans, nil
}

// several lists the services with several documents that are found under a condition.
func (x *Index) several(ctx context.Context, q *directory.Query, text string, under condition) ([]string, error) {
	r := x.request(q, text, and(under, "several = true"))
	r.AttributesToRetrieve, r.Limit, r.Sort = []string{"service_id"}, maxHits, nil
	answers, err := x.ask(ctx, r)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(answers[0].hits))
	for i, h := range answers[0].hits {
		ids[i] = h.ServiceID
	}
	return ids, nil
}

// searchSorted answers a text query in an order that is not the text's. The
// server would put what fits better first, so all that fits is fetched, in
// short, and sorted here.
func (x *Index) searchSorted(ctx context.Context, q *directory.Query, text string) (directory.Results, error) {
	r := withFacets(x.request(q, text, ""), q.Facets)
	size := int64(maxHits)
	r.HitsPerPage, r.Page = &size, 1
	answers, err := x.ask(ctx, r)
	if err != nil {
		return directory.Results{}, err
	}
	all := answers[0].hits
	slices.SortFunc(all, func(a, b found) int {
		d := 0
		if q.Sort == directory.ByDistance {
			x, y := hit(q, &a, ""), hit(q, &b, "")
			switch {
			case x.DistanceMeters != nil && y.DistanceMeters != nil:
				d = cmp.Compare(*x.DistanceMeters, *y.DistanceMeters)
			case x.DistanceMeters != nil:
				d = -1
			case y.DistanceMeters != nil:
				d = 1
			}
		}
		return cmp.Or(d, strings.Compare(a.SortName, b.SortName), strings.Compare(a.ServiceID, b.ServiceID))
	})
	from, per := page(q)
	return results(q, text, answers[0], all[min(from, len(all)):min(from+per, len(all))]), nil
}

// results makes an answer of the counts of one query and the hits of the page.
func results(q *directory.Query, text string, whole answer, hits []found) directory.Results {
	out := directory.Results{Total: whole.total, Hits: make([]directory.Hit, len(hits)), Facets: facets(q.Facets, whole.facets)}
	for i := range hits {
		out.Hits[i] = hit(q, &hits[i], text)
	}
	return out
}

// relax looks for services that have some of the typed words, when none has
// all: it leaves out the words that nothing has, and then always the one that
// most have; the rarest words are kept the longest.
func (x *Index) relax(ctx context.Context, q *directory.Query, text string) (directory.Results, error) {
	var all []string
	for _, w := range strings.Fields(text) {
		if !stopWords()[words.Fold(w)] && len(all) < 10 {
			all = append(all, w)
		}
	}
	requests := make([]*meilisearch.SearchRequest, len(all))
	for i, w := range all {
		requests[i] = count(x.request(q, w, ""))
	}
	answers, err := x.ask(ctx, requests...)
	if err != nil {
		return directory.Results{}, err
	}
	var useful []int // places in all, the rarest first
	for i, a := range answers {
		if a.total > 0 {
			useful = append(useful, i)
		}
	}
	slices.SortStableFunc(useful, func(a, b int) int { return answers[a].total - answers[b].total })
	for ; len(useful) > 0; useful = useful[:len(useful)-1] {
		var kept []string
		for i, w := range all {
			if slices.Contains(useful, i) {
				kept = append(kept, w)
			}
		}
		r, err := x.search(ctx, q, strings.Join(kept, " "))
		if err != nil || r.Total > 0 {
			return r, err
		}
	}
	return directory.Results{Hits: []directory.Hit{}, Facets: facets(q.Facets, nil)}, nil
}

// stopWords are the words that the server leaves out of a query.
var stopWords = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for _, w := range words.Stop() {
		set[w] = true
	}
	return set
})

package figures

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/havenloop/havenloop/internal/clock"
)

// million is a table of a million facts: 20 needs, 300 agencies, 200 ZIP codes,
// 10 languages, 12 quarters, 300,000 people.
var million = sync.OnceValue(func() *Service {
	s := &Service{Options: Options{Now: clock.NewFake(now).Now}, table: newTable(), loaded: true}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 1_000_000 {
		f := Fact{
			Of: 1, Kind: Counted, Need: fmt.Sprint("need-", r.IntN(20)), Agency: fmt.Sprint("agency-", r.IntN(300)), Sender: fmt.Sprint("clinic-", r.IntN(20)),
			ZIP: fmt.Sprint(95000 + r.IntN(200)), Language: fmt.Sprint("l", r.IntN(10)), Person: uint32(r.IntN(300_000)),
			Sent: now.AddDate(0, 0, -r.IntN(1080)).UnixMilli(),
		}
		f.ID = fmt.Sprintf("00000000-0000-4000-8000-%012d", i)
		if r.IntN(10) < 8 {
			f.By[Acknowledged], f.Acknowledged = ByAgency, f.Sent+r.Int64N(1e9)
			f.By[Closed], f.Closed = ByAgency, f.Acknowledged+r.Int64N(1e9)
			f.By[Received] = Source(r.IntN(4))
			f.Unhelped = f.By[Received] == Nobody
		}
		s.table.set(f)
	}
	return s
})

// BenchmarkReport answers one page of figures over a million referrals.
func BenchmarkReport(b *testing.B) {
	for name, q := range map[string]struct {
		f  Filter
		by Dimension
	}{
		"need": {Filter{}, ByNeed}, "agency": {Filter{}, ByAgencyOf},
		"zip-of-need": {Filter{Need: "need-3"}, ByZIP}, "need-of-quarter": {Filter{Period: "2025-Q3"}, ByNeed},
		"zip-of-need-and-quarter": {Filter{Need: "need-3", Period: "2025-Q3"}, ByZIP},
	} {
		b.Run(name, func(b *testing.B) {
			s := million()
			for b.Loop() {
				if _, err := s.Report(as(net), q.f, q.by); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkOdds tells the odds over a million referrals.
func BenchmarkOdds(b *testing.B) {
	s := million()
	for b.Loop() {
		if _, err := s.Odds(as(chw), "need-3", "95010"); err != nil {
			b.Fatal(err)
		}
	}
}

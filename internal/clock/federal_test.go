package clock

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The expected dates are those of the Office of Personnel Management's lists
// of federal holidays, with the weekend days they stand for added.
func TestFederalHolidays(t *testing.T) {
	tests := map[int][]string{
		2021: {
			"2021-01-01", "2021-01-18", "2021-02-15", "2021-05-31", "2021-06-18", "2021-06-19", "2021-07-04", "2021-07-05",
			"2021-09-06", "2021-10-11", "2021-11-11", "2021-11-25", "2021-12-24", "2021-12-25", "2021-12-31",
		},
		2022: {
			"2022-01-01", "2022-01-17", "2022-02-21", "2022-05-30", "2022-06-19", "2022-06-20", "2022-07-04",
			"2022-09-05", "2022-10-10", "2022-11-11", "2022-11-24", "2022-12-25", "2022-12-26",
		},
		2026: {
			"2026-01-01", "2026-01-19", "2026-02-16", "2026-05-25", "2026-06-19", "2026-07-03", "2026-07-04",
			"2026-09-07", "2026-10-12", "2026-11-11", "2026-11-26", "2026-12-25",
		},
	}
	for year, want := range tests {
		if diff := cmp.Diff(want, FederalHolidays(year)); diff != "" {
			t.Errorf("FederalHolidays(%d) (-want +got):\n%s", year, diff)
		}
	}
}

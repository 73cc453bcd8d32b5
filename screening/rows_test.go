package screening

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEverySafetySum tries every set of answers to the four safety questions,
// unanswered ones among them: the score exists when all four are answered, 11
// or more from those answered is a need, and less is none only when all are.
func TestEverySafetySum(t *testing.T) {
	i := instrument(t, "ahc-hrsn-core")
	codes := []string{"", "LA6270-8", "LA10066-1", "LA10082-8", "LA16644-9", "LA6482-9"}
	links := []string{"/95618-5", "/95617-7", "/95616-9", "/95615-1"}
	for n := range 6 * 6 * 6 * 6 {
		answers, sum, missing, rest := Answers{}, 0, 0, n
		for _, link := range links {
			if points := rest % 6; points > 0 {
				answers[link], sum = Codes(codes[points]), sum+points
			} else {
				missing++
			}
			rest /= 6
		}
		d := Derive(i, answers)
		score, scored := d.Scores["/95614-4"]
		if scored != (missing == 0) || scored && score != float64(sum) {
			t.Errorf("%v: score = %v, %v, want %d when all are answered", answers, score, scored, sum)
		}
		f := slices.IndexFunc(d.Findings, func(f Finding) bool { return f.Topic == "safety" })
		switch {
		case sum >= 11 && (f < 0 || !d.Findings[f].Positive || !d.Findings[f].Private || !d.Findings[f].Urgent):
			t.Errorf("%v with %d points is no private urgent need: %+v", answers, sum, d.Findings)
		case sum < 11 && missing == 0 && (f < 0 || d.Findings[f].Positive):
			t.Errorf("%v with %d points is not told as no need: %+v", answers, sum, d.Findings)
		case sum < 11 && missing > 0 && f >= 0:
			t.Errorf("%v with %d points says something although %d are missing: %+v", answers, sum, missing, d.Findings)
		}
	}
}

// TestEveryActivity tries each number of days and of minutes at three ages: 150
// minutes a week from 18 on, 60 a day on average from 6 to 17, nothing below.
func TestEveryActivity(t *testing.T) {
	i := instrument(t, "ahc-hrsn-supplemental")
	days, _ := i.Question("/89555-7")
	minutes, _ := i.Question("/68516-4")
	points := []float64{0, 10, 20, 30, 40, 50, 60, 90, 120, 150}
	if len(days.Options) != 8 || len(minutes.Options) != len(points) {
		t.Fatalf("%d days and %d minutes can be chosen, want 8 and %d", len(days.Options), len(minutes.Options), len(points))
	}
	for age, least := range map[float64]float64{5: -1, 12: 420, 40: 150} {
		for d := range 8 {
			for m, length := range points {
				answers := Answers{"/30525-0": Number(age), "/89555-7": Codes(days.Options[d].Code), "/68516-4": Codes(minutes.Options[m].Code)}
				got := Derive(i, answers)
				weekly := float64(d) * length
				if score, scored := got.Scores["/77594-0"]; scored != (least >= 0) || scored && score != weekly {
					t.Errorf("%d days of %v minutes are %v a week, want %v", d, length, got.Scores["/77594-0"], weekly)
				}
				f := slices.IndexFunc(got.Findings, func(f Finding) bool { return f.Topic == "physical-activity" })
				if (f >= 0) != (least >= 0) || f >= 0 && got.Findings[f].Positive != (weekly < least) {
					t.Errorf("age %v, %v minutes a week: findings = %+v", age, weekly, got.Findings)
				}
			}
		}
	}
}

// TestCategoriesFollowTheQuestion holds the category codes of each question's
// topic, which coded observations carry whatever the answer.
func TestCategoriesFollowTheQuestion(t *testing.T) {
	l, err := Shipped()
	if err != nil {
		t.Fatalf("Shipped: %v", err)
	}
	unspecified := []string{"sdoh-category-unspecified"}
	violence, food := []string{"intimate-partner-violence"}, []string{"food-insecurity"}
	want := map[string][]string{
		"/71802-3": {"housing-instability", "homelessness"}, "/96778-6": {"inadequate-housing"}, "/88122-7": food, "/88123-5": food,
		"/93030-5": {"transportation-insecurity"}, "/96779-4": {"utility-insecurity"},
		"/95618-5": violence, "/95617-7": violence, "/95616-9": violence, "/95615-1": violence,
		"/76513-1": {"financial-insecurity"}, "/96780-2": {"employment-status"}, "/96781-0": unspecified, "/93159-2": {"social-connection"},
		"/97027-7": {"language-access"}, "/96782-8": {"educational-attainment"}, "/89555-7": unspecified, "/68516-4": unspecified,
		"/68517-2": unspecified, "/96842-0": unspecified, "/95530-2": unspecified, "/68524-8": unspecified,
		"/44250-9": unspecified, "/44255-8": unspecified, "/93038-8": {"stress"}, "/69858-9": unspecified, "/69861-3": unspecified,
	}
	got := map[string][]string{}
	for _, i := range l.list {
		for _, q := range i.Questions {
			if info, ok := l.Topic(q.Topic); ok {
				got[q.LinkID] = info.Categories
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("categories by question (-want +got):\n%s", diff)
	}
}

package words_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/directory/index/words"
)

func TestSplit(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"Food Pantry, Mon-Fri", []string{"food", "pantry", "mon", "fri"}},
		{"Women's & Children’s Clinic", []string{"women", "children", "clinic"}},
		{"s", []string{"s"}},
		{"Guardería NIÑOS Đà Nẵng", []string{"guarderia", "ninos", "da", "nang"}},
		{"食物banco", []string{"食", "物", "banco"}},
		{"住房", []string{"住", "房"}},
		{"عَرَبِيّ", []string{"عربي"}},
		{"🍎\x00 \xff!", nil},
		{strings.Repeat("é", 60), []string{strings.Repeat("e", 48)}},
	} {
		if diff := cmp.Diff(tt.want, slices.Collect(words.Split(words.Fold(tt.text)))); diff != "" {
			t.Errorf("Split(Fold(%q)) (-want +got):\n%s", tt.text, diff)
		}
	}
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{"", "food pantri", "niños’s", "\x00\xff", "食物", strings.Repeat("x", 100)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for w := range words.Split(words.Fold(s)) {
			if w == "" || len(w) > 48 {
				t.Errorf("Split(Fold(%q)) gives %q, want 1 to 48 bytes", s, w)
			}
		}
	})
}

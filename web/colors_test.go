package web

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// pairs are the texts and grounds that meet on pages, and the least contrast
// they need: 4.5 for text, 3 for edges and focus (WCAG 2.2, 1.4.3 and 1.4.11).
var pairs = []struct {
	front, ground string
	least         float64
}{
	{"ink", "paper", 4.5}, {"ink", "surface", 4.5}, {"ink", "sunken", 4.5},
	{"muted", "paper", 4.5}, {"muted", "surface", 4.5}, {"muted", "sunken", 4.5},
	{"brand", "paper", 4.5}, {"brand", "surface", 4.5}, {"brand", "brand-soft", 4.5},
	{"brand-deep", "surface", 4.5}, {"ink", "brand-soft", 4.5}, {"muted", "brand-soft", 4.5},
	{"on-brand", "brand", 4.5}, {"on-brand", "brand-deep", 4.5},
	{"info", "info-soft", 4.5}, {"good", "good-soft", 4.5}, {"warning", "warning-soft", 4.5}, {"urgent", "urgent-soft", 4.5},
	{"ink", "info-soft", 4.5}, {"ink", "good-soft", 4.5}, {"ink", "warning-soft", 4.5}, {"ink", "urgent-soft", 4.5},
	{"urgent", "surface", 4.5}, {"urgent", "paper", 4.5},
	{"edge", "surface", 3}, {"edge", "paper", 3}, {"focus", "surface", 3}, {"focus", "paper", 3},
}

var token = regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6});`)

func TestColorsCanBeRead(t *testing.T) {
	b, err := os.ReadFile("client/styles/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	light, dark, ok := strings.Cut(string(b), "prefers-color-scheme: dark")
	if !ok {
		t.Fatal("tokens.css has no colors for the dark")
	}
	for mode, css := range map[string]string{"light": light, "dark": dark} {
		colors := map[string]float64{}
		for _, m := range token.FindAllStringSubmatch(css, -1) {
			colors[m[1]] = luminance(t, m[2])
		}
		for _, p := range pairs {
			front, ok := colors[p.front]
			ground, ok2 := colors[p.ground]
			if !ok || !ok2 {
				t.Errorf("%s: no color for %s or %s", mode, p.front, p.ground)
				continue
			}
			if c := contrast(front, ground); c < p.least {
				t.Errorf("%s: %s on %s = %.2f:1, want %.1f:1", mode, p.front, p.ground, c, p.least)
			}
		}
	}
}

// luminance is the relative luminance of an sRGB color (WCAG 2.2, definitions).
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(v) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func contrast(a, b float64) float64 { return (max(a, b) + 0.05) / (min(a, b) + 0.05) }

package main

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

// TestReadmeNamesEverySetting holds the README's table against the binary.
func TestReadmeNamesEverySetting(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, m := range regexp.MustCompile("(?m)^\\| `(HAVENLOOP_[A-Z_]+)`").FindAllSubmatch(readme, -1) {
		told = append(told, string(m[1]))
	}
	known := knownVariables(t)
	for _, name := range known {
		if !slices.Contains(told, name) {
			t.Errorf("README.md does not name the setting %s", name)
		}
	}
	for _, name := range told {
		if !slices.Contains(known, name) {
			t.Errorf("README.md names the setting %s, which serve does not know", name)
		}
	}
}

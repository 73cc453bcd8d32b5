package feed

import (
	"maps"
	"slices"
)

// ruleTexts say in a plain sentence what each rule found or did. Pages show it in
// the language of whoever reads; files keep the code and this sentence.
var ruleTexts = map[string]string{
	"no-name":                  "It has no name.",
	"no-organization":          "Its organization is not there.",
	"no-location":              "Its place is not there.",
	"no-need-found":            "We found no need that it helps with.",
	"no-parent":                "What this row belongs to is not there.",
	"edited-here":              "A person changed it here, so it stays.",
	"missing-from-feed":        "It was in the feed before and is not there now.",
	"same-id-twice":            "Two records have the same id.",
	"repeated-row":             "The same row is there twice.",
	"ages-contradict":          "The youngest age is above the oldest age.",
	"breaks-a-rule":            "It breaks a rule of the directory.",
	"unknown-status":           "We do not know this status.",
	"status":                   "We wrote the status as the standard does.",
	"unknown-type":             "We do not know this kind of place.",
	"incomplete-part":          "A part of it is not complete.",
	"empty-record":             "The row says nothing that we can use.",
	"organization-of-location": "We took the organization from its place.",
	"ages-read":                "We read the ages from the text.",
	"unknown-file":             "We do not know this file.",
	"unknown-column":           "We do not know this column.",
	"unknown-field":            "We do not know this field.",
	"unreadable-row":           "This row cannot be read.",
	"unreadable-json":          "This is not JSON that we can read.",
	"no-heading":               "These cells stand under no heading.",
	"no-such-column":           "The mapping names a column that the file does not have.",
	"not-mapped":               "The mapping does not use this column.",
	"left-out":                 "The mapping leaves this column out.",
	"not-used":                 "It was not needed.",
	"no-rule":                  "The mapping says nothing about such a row.",
	"lists-differ":             "Lists that belong together are not equally long.",
	"html-entities":            "Signs written as code were turned into plain signs.",
	"html-tags":                "Web page code was taken out of the text.",
	"encoding":                 "Letters that had been garbled were mended.",
	"line-breaks":              "Line breaks written as letters became real ones.",
	"placeholder":              "It stands for nothing, so we left it empty.",
	"spaces":                   "Spaces that were too many were taken out.",
	"several-in-one":           "There were several values in one cell.",
	"extension":                "The phone extension was moved to a field of its own.",
	"swapped":                  "Latitude and longitude were swapped.",
	"projected":                "The position was in meters. We made degrees of it.",
	"no-place":                 "This position is not a place on the map.",
	"zero-in-front":            "A zero that was lost in front of the ZIP code was put back.",
	"times":                    "The time was written another way.",
	"days":                     "The days were written another way.",
	"hours-read":               "We read the hours from the text.",
	"no-times":                 "Days without times say nothing about hours.",
	"unreadable":               "We could not read this.",
	"web-address":              "We put https:// in front of the web address.",
	"not-an-address":           "This is not an address on the web or for email.",
	"date":                     "The date was written another way.",
	"two-digit-year":           "We added the century to the year.",
	"in-another-field":         "It stood in the wrong field, so we moved it.",
	"not-a-number":             "This is not a number.",
}

// RuleText is the sentence of a rule in English; a rule that has none is its own.
func RuleText(rule string) string {
	if text, ok := ruleTexts[rule]; ok {
		return text
	}
	return rule
}

// Rules are the codes of all rules that a report can tell of, in order.
func Rules() []string { return slices.Sorted(maps.Keys(ruleTexts)) }

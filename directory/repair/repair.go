// Package repair mends what directories of services carry in practice: texts
// with HTML and wrong encodings, stand-ins for nothing, several phone numbers
// in one cell, coordinates that are swapped or in metres, opening hours in
// words. All functions are pure. Each answers what it made of a value and the
// rules that it applied, so that an import can tell what was done and why; what
// cannot be read is never guessed.
package repair

// Rule names a repair, for reports.
type Rule string

// The rules.
const (
	Entities    Rule = "html-entities"    // &amp; became &
	Tags        Rule = "html-tags"        // markup was taken out
	Encoding    Rule = "encoding"         // UTF-8 that was read as Windows-1252
	LineBreaks  Rule = "line-breaks"      // \n in letters became a line break
	Placeholder Rule = "placeholder"      // "NA" and the like became empty
	Spaces      Rule = "spaces"           // spaces at the ends, or several in a row
	ManyInOne   Rule = "several-in-one"   // a cell with several values was split
	Extension   Rule = "extension"        // an extension was taken out of a number
	Swapped     Rule = "swapped"          // latitude and longitude were swapped
	Projected   Rule = "projected"        // metres of Web Mercator became degrees
	NoPlace     Rule = "no-place"         // 0,0 or a point outside of the world was dropped
	Times       Rule = "times"            // a time was written as HH:MM
	Days        Rule = "days"             // days were written as RRULE codes
	Unreadable  Rule = "unreadable"       // kept as text, counts as unknown
	Scheme      Rule = "web-address"      // https:// was put in front
	NotAnURL    Rule = "not-an-address"   // dropped: no web address
	Date        Rule = "date"             // a date was written as YYYY-MM-DD
	TwoDigits   Rule = "two-digit-year"   // the century of a year was added
	Misplaced   Rule = "in-another-field" // moved to where it belongs
)

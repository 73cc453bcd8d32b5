package web

// Tone is the meaning that a color supports; words always say it too.
type Tone string

// The tones.
const (
	Plain   Tone = "plain"
	Info    Tone = "info"
	Good    Tone = "good"
	Warning Tone = "warning"
	Urgent  Tone = "urgent"
)

// toneIcons gives the drawing that stands for a tone in alerts.
var toneIcons = map[Tone]string{Plain: "info", Info: "info", Good: "check", Warning: "alert", Urgent: "alert"}

// SummaryRow is a line of a summary list: a name and what it is.
type SummaryRow struct {
	Label string
	// Values are shown below each other.
	Values []string
	// Muted marks a value that is missing rather than given.
	Muted bool
	// Private is a question that is shown, with the values, only when asked
	// for; Label is then a neutral word. Empty for a row that all may see.
	Private string
	// Change is the address where the line is changed; empty for none.
	Change string
}

// TimelineItem is one thing that happened.
type TimelineItem struct {
	Title string
	By    string // who did it; empty when nobody in person
	At    string
	Note  string
	Tone  Tone
}

// Tab is a view of a list, with how many are in it.
type Tab struct {
	Label, Href string
	Count       int
	Current     bool
}

// Chip is a filter in use.
type Chip struct {
	Label, Remove string

	field string // of the form, that it stands for
}

// Pager leads through a list. Empty addresses are left out.
type Pager struct {
	Status     string // for example "Showing 1 to 10 of 42"
	Prev, Next string
}

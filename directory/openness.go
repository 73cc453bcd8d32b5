package directory

// Openness says whether a place is open at an instant. Unknown is a value of
// its own: who does not know the hours must not be told that it is closed.
type Openness int

// The values of Openness.
const (
	OpenUnknown Openness = iota
	Closed
	Open
)

// Known is true for Open, false for Closed and nil for unknown, as in the API.
func (o Openness) Known() *bool {
	if o == OpenUnknown {
		return nil
	}
	open := o == Open
	return &open
}

// String answers "open", "closed" or "unknown".
func (o Openness) String() string {
	return [...]string{OpenUnknown: "unknown", Closed: "closed", Open: "open"}[o]
}

package directory

// Past is how a service answered the referrals sent to it lately. It holds
// counts and no patient.
type Past struct {
	// Sent counts referrals that were answered, or waited long enough for an answer.
	Sent         int `json:"sent"`
	Acknowledged int `json:"acknowledged"` // of those sent
	Accepted     int `json:"accepted"`     // of those sent
	Settled      int `json:"settled"`      // of those sent: what came of it is known
	Served       int `json:"served"`       // of those settled: the person got the service, or a part of it
	// MedianDaysToAccept is in days from sending to accepting; 0 when none was accepted.
	MedianDaysToAccept float64 `json:"medianDaysToAccept"`
	// Usual is the same of the whole network together, against which few
	// referrals are weighed; nil when nothing is known.
	Usual *Past `json:"-"`
}

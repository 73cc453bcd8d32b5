package directory

// Schedule is one recurring opening interval (HSDS schedule). Two intervals in
// a day are two schedules. [CompileHours] tells what the fields mean.
type Schedule struct {
	ID                  string      `json:"id"`
	ServiceID           string      `json:"service_id,omitempty"`
	LocationID          string      `json:"location_id,omitempty"`
	ServiceAtLocationID string      `json:"service_at_location_id,omitempty"`
	ValidFrom           string      `json:"valid_from,omitempty"`
	ValidTo             string      `json:"valid_to,omitempty"`
	DTStart             string      `json:"dtstart,omitempty"`
	Timezone            *float64    `json:"timezone,omitempty"` // offset from UTC in hours
	Until               string      `json:"until,omitempty"`
	Count               *float64    `json:"count,omitempty"`
	WkSt                string      `json:"wkst,omitempty"`
	Freq                string      `json:"freq,omitempty"` // WEEKLY or MONTHLY
	Interval            *float64    `json:"interval,omitempty"`
	ByDay               string      `json:"byday,omitempty"`
	ByWeekNo            string      `json:"byweekno,omitempty"`
	ByMonthDay          string      `json:"bymonthday,omitempty"`
	ByYearDay           string      `json:"byyearday,omitempty"`
	Description         string      `json:"description,omitempty"`
	OpensAt             string      `json:"opens_at,omitempty"`
	ClosesAt            string      `json:"closes_at,omitempty"`
	ScheduleLink        string      `json:"schedule_link,omitempty"`
	AttendingType       string      `json:"attending_type,omitempty"`
	Notes               string      `json:"notes,omitempty"`
	Attributes          []Attribute `json:"attributes,omitempty"`
	Metadata            []Metadata  `json:"metadata,omitempty"`

	// Closed is our own addition: the days of this schedule are closed, for
	// example on a holiday. The standard has no field for it.
	Closed bool `json:"x_closed,omitempty"`
}

package visits

// HoursText is hoursText, for tests.
var HoursText = hoursText

package web

import "math"

// Bar is one bar of a chart: how much of the whole, from 0 to 1. A bar that is
// not told has no length.
type Bar struct {
	Label, Value string
	Share        float64
}

const (
	chartWidth  = 320.0 // units of a chart, about pixels on a phone
	chartRow    = 44.0  // for the words and the bar below them
	chartThick  = 14.0
	chartText   = 16.0 // where the words of a row stand
	chartMost   = 12   // bars of a chart; the table beside it has them all
	chartOffset = 22.0 // where the bar of a row begins
)

// chartBars are the bars that a chart draws.
func chartBars(all []Bar) []Bar { return all[:min(len(all), chartMost)] }

// chartHeight is the height of a chart in units.
func chartHeight(bars []Bar) string { return mapUnits(chartRow * float64(len(bars))) }

// chartStart and chartEnd are where lines begin and end in the language's direction.
func chartStart(l *Locale) string { return chartSide(l.Dir == "rtl") }

func chartEnd(l *Locale) string { return chartSide(l.Dir != "rtl") }

func chartSide(right bool) string {
	if right {
		return mapUnits(chartWidth)
	}
	return "0"
}

// length is how long the bar is, in units.
func (b Bar) length() float64 { return math.Round(chartWidth * min(max(b.Share, 0), 1)) }

// from is where the bar begins on the left.
func (b Bar) from(l *Locale) string {
	if l.Dir == "rtl" {
		return mapUnits(chartWidth - b.length())
	}
	return "0"
}

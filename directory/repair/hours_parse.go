package repair

import (
	"slices"
	"strconv"
	"strings"
)

// hoursParser goes through the words of a text about hours. Days hold for the
// times that follow; where times come first, for those before.
type hoursParser struct {
	tokens []token
	at     int
	out    []Opening

	days    []string // RRULE days that the next times are for
	monthly bool
	used    bool        // the days have had a time, or were closed
	waiting [][2]string // times without days yet
	months  bool        // "monthly" was said: the next days must be numbered
}

func (p *hoursParser) run() bool {
	for p.at < len(p.tokens) {
		t := p.tokens[p.at]
		ok := true
		switch t.kind {
		case unknownWord:
			return false
		case dayWord, nthWord, dailyWord, workdayWord, weekendWord:
			ok = p.readDays()
		case timeWord:
			ok = p.readSpan()
		case closedWord:
			p.at++
			ok = p.close()
		case allDayWord:
			p.at++
			if t.n == 7 && len(p.days) == 0 {
				p.days = codes[:]
			}
			ok = p.add("00:00", "23:59")
		case dashWord:
			return false // of nothing
		case monthWord:
			p.months = true
			p.at++
		default:
			p.at++
		}
		if !ok {
			return false
		}
	}
	return p.end()
}

// readDays reads a list of days: "Mon-Wed & Fri", "1st and 3rd Saturday".
func (p *hoursParser) readDays() bool {
	p.leave()
	var days []int
	var nths []int
	last := -1 // the day that a dash may go on from
	for ; p.at < len(p.tokens); p.at++ {
		switch t := p.tokens[p.at]; t.kind {
		case dayWord:
			days, last = append(days, t.n), t.n
		case nthWord:
			if len(days) > 0 && len(nths) == 0 {
				return false // "Saturday 1st": a date, perhaps
			}
			if len(days) > 0 { // "1st Monday and 3rd Tuesday"
				if !p.keep(days, nths) {
					return false
				}
				days, nths = nil, nil
			}
			nths = append(nths, t.n)
		case dailyWord:
			days = append(days, 0, 1, 2, 3, 4, 5, 6)
		case workdayWord:
			days = append(days, 0, 1, 2, 3, 4)
		case weekendWord:
			days = append(days, 5, 6)
		case dashWord:
			if p.at+1 >= len(p.tokens) || p.tokens[p.at+1].kind != dayWord {
				if p.at+1 < len(p.tokens) && p.tokens[p.at+1].kind == timeWord { // "Monday - 9am"
					continue
				}
				return false
			}
			if last < 0 {
				return false
			}
			for d := (last + 1) % 7; d != p.tokens[p.at+1].n; d = (d + 1) % 7 {
				days = append(days, d)
			}
		case monthWord:
			p.months = true
		case andWord, fillWord:
			// "Monday, 9am": the list ends where no day follows
		default:
			return p.keep(days, nths)
		}
	}
	return p.keep(days, nths)
}

// keep takes the days read.
func (p *hoursParser) keep(days, nths []int) bool {
	if len(days) == 0 || p.months && len(nths) == 0 {
		return false // "monthly Wednesday" does not say which one
	}
	p.months = false
	if len(nths) > 0 {
		p.monthly = true
	}
	for _, d := range days {
		if len(nths) == 0 {
			if p.monthly {
				return false // "1st Monday and Tuesday": of the month, or of each week
			}
			p.days = append(p.days, codes[d])
		}
		for _, n := range nths {
			p.days = append(p.days, strconv.Itoa(n)+codes[d])
		}
	}
	slices.SortStableFunc(p.days, func(a, b string) int { return order(a) - order(b) })
	p.days = slices.Compact(p.days)
	if len(p.waiting) > 0 && len(p.out) == 0 { // "9am-5pm Monday-Friday"
		for _, w := range p.waiting {
			p.put(Opening{Opens: w[0], Closes: w[1]})
		}
		p.waiting = nil
	}
	return true
}

// order puts days as in a week, and the first of a month before the second.
func order(code string) int {
	n := 0
	if len(code) > 2 {
		n, _ = strconv.Atoi(code[:len(code)-2])
		if n < 0 {
			n = 6
		}
	}
	return n*7 + slices.Index(codes[:], code[len(code)-2:])
}

// leave ends the days before; those without any time are open at times unknown.
func (p *hoursParser) leave() {
	if len(p.days) > 0 && !p.used {
		p.put(Opening{})
	}
	p.days, p.monthly, p.used = nil, false, false
}

// readSpan reads "9am - 5pm", or two times after each other.
func (p *hoursParser) readSpan() bool {
	from := p.tokens[p.at].at
	next := p.at + 1
	for next < len(p.tokens) && p.tokens[next].kind == dashWord {
		next++
	}
	if next >= len(p.tokens) || p.tokens[next].kind != timeWord {
		return false
	}
	opens, closes, ok := span(from, p.tokens[next].at)
	p.at = next + 1
	return ok && p.add(opens, closes)
}

func (p *hoursParser) add(opens, closes string) bool {
	if len(p.days) == 0 {
		p.waiting = append(p.waiting, [2]string{opens, closes})
		return true
	}
	p.put(Opening{Opens: opens, Closes: closes})
	return true
}

func (p *hoursParser) close() bool {
	if len(p.days) == 0 { // "Closed Sunday"
		for p.at < len(p.tokens) && p.tokens[p.at].kind == fillWord {
			p.at++
		}
		if p.at >= len(p.tokens) || p.tokens[p.at].kind != dayWord || !p.readDays() {
			return false
		}
	} else if p.used { // "Mon 9-5, closed Sunday"
		p.leave()
		if p.at >= len(p.tokens) || p.tokens[p.at].kind != dayWord || !p.readDays() {
			return false
		}
	}
	p.put(Opening{Closed: true})
	return true
}

func (p *hoursParser) put(o Opening) {
	o.ByDay, o.Monthly = strings.Join(p.days, ","), p.monthly
	p.used = true
	if !slices.Contains(p.out, o) {
		p.out = append(p.out, o)
	}
}

// end settles what is left: times that no day belongs to cannot be used.
func (p *hoursParser) end() bool {
	p.leave()
	return len(p.waiting) == 0 && !p.months
}

package directory

// past weighs how the service answered referrals. Few of its own are drawn
// towards what is usual in the network.
func (w *weighing) past(p *Past) {
	if p == nil {
		w.add(FactorPast, Past{}.score())
		return
	}
	w.add(FactorPast, p.score())
	w.tellPast(*p)
}

// score is how well the service answers, from 0 to 1.
func (p Past) score() float64 {
	usual := usualPast
	if p.Usual != nil && p.Usual.Sent > 0 {
		usual = *p.Usual
	}
	days := drawn(p.MedianDaysToAccept, usual.MedianDaysToAccept, p.Accepted)
	return pastParts.acknowledged*drawn(share(p.Acknowledged, p.Sent, 0), share(usual.Acknowledged, usual.Sent, 0.5), p.Sent) +
		pastParts.accepted*drawn(share(p.Accepted, p.Sent, 0), share(usual.Accepted, usual.Sent, 0.5), p.Sent) +
		pastParts.served*drawn(share(p.Served, p.Settled, 0), share(usual.Served, usual.Settled, 0.5), p.Settled) +
		pastParts.soon*slowDays/(slowDays+max(days, 0))
}

// share is a part of a whole, or otherwise when there is none.
func share(part, whole int, otherwise float64) float64 {
	if whole <= 0 {
		return otherwise
	}
	return min(max(float64(part)/float64(whole), 0), 1)
}

// drawn is the mean of own values and priorReferrals usual ones.
func drawn(own, usual float64, n int) float64 {
	k := float64(max(n, 0))
	return (k*own + priorReferrals*usual) / (k + priorReferrals)
}

// tellPast says in words how it answers, when enough were sent that nothing is
// told of a single person.
func (w *weighing) tellPast(p Past) {
	if p.Sent < fewestShown {
		return
	}
	switch {
	case 2*p.Acknowledged < p.Sent:
		w.unsure(UnknownPast, "Many referrals sent there got no answer. Call to check.")
	case 2*p.Accepted >= p.Sent && p.Accepted >= fewestShown:
		w.because(ReasonPast, "It says yes to most referrals, often within %s.", Days(p.MedianDaysToAccept))
	}
	if p.Settled >= fewestShown && 2*p.Served >= p.Settled {
		w.because(ReasonServed, "Most people sent there got help.")
	}
}

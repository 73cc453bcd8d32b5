package memory

// place is where in a document a term stands: the field that counts most in
// the upper four bits, then whether it is a stray (in no name of a taxonomy
// term), and its first position in that field.
type place uint16

const (
	stray       place = 1 << 11
	maxPosition       = 1<<11 - 1 // the last position that is told apart
)

func placeAt(field, position int) place { return place(field<<12 | min(position, maxPosition)) }

func (p place) field() int { return int(p >> 12) }

// cost is what the place costs.
func (p place) cost() cost { return cost(p>>12)*fieldCost + cost(p/stray&1)*strayCost }

// gap is how far b stands after a, from 0 for the next word to farGap for far
// away or another field.
func gap(a, b place) uint32 {
	if a>>12 != b>>12 {
		return farGap
	}
	d := int(b&maxPosition) - int(a&maxPosition)
	if d <= 0 {
		d = 2 - d // the other way round is one worse
	}
	return uint32(min(d-1, farGap))
}

const farGap = 7

// level is a group of fields that count about alike. The documents of a term
// are listed apart by the level of its best place, so that a search can look
// first where the best matches are; see [core.rankByField].
type level int

const (
	inName  level = iota
	inLabel       // other names, keywords, taxonomy terms, the organization
	inText        // all the others
	levels  = 3
)

// levelOf is the level of each field, in the order of texts.
var levelOf = [...]level{inName, inLabel, inLabel, inLabel, inLabel, inLabel, inText, inText, inText, inText}

func (p place) level() level { return levelOf[p.field()] }

// costAfter is the least that a place costs which is in no field up to the level.
func (l level) costAfter() cost {
	for field, of := range levelOf {
		if of > l {
			return cost(field) * fieldCost
		}
	}
	return none
}

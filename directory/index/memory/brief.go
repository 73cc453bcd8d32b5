package memory

import "math"

// brief is how many words the name of a document has, in the lower bits, and
// what its quality is at most. The column is small enough to stay close to the
// processor, and spares most documents of a search the look at the others.
type brief uint16

const (
	nameWordsBits = 4
	// maxNameWords is told apart from all more; no search has so many clauses.
	maxNameWords = 1<<nameWordsBits - 1
	// qualityBits are left out of a quality, which is at most 1 and has 30.
	qualityBits = 30 - (16 - nameWordsBits)
)

func briefOf(quality float32, nameWords int) brief {
	rounded := (math.Float32bits(quality) + 1<<qualityBits - 1) >> qualityBits
	return brief(rounded)<<nameWordsBits | brief(min(nameWords, maxNameWords))
}

// nameWords is how many words the name has.
func (b brief) nameWords() int { return int(b & maxNameWords) }

// quality is that of the document or a little more.
func (b brief) quality() float32 {
	return math.Float32frombits(uint32(b>>nameWordsBits) << qualityBits)
}

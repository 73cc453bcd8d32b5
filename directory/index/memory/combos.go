package memory

// combos is the number of the combination of each document, in two halves:
// there are mostly so few of them that the upper one is all zeros, and left out.
type combos struct {
	low, high []uint16 // high may be nil
}

// grow makes room for one more document, of the first combination.
func (c *combos) grow() {
	c.low = append(c.low, 0)
	if c.high != nil {
		c.high = append(c.high, 0)
	}
}

func (c *combos) get(doc uint32) uint32 {
	combo := uint32(c.low[doc])
	if c.high != nil {
		combo |= uint32(c.high[doc]) << 16
	}
	return combo
}

func (c *combos) set(doc, combo uint32) {
	c.low[doc] = uint16(combo)
	if c.high == nil && combo>>16 != 0 {
		c.high = make([]uint16, len(c.low), cap(c.low))
	}
	if c.high != nil {
		c.high[doc] = uint16(combo >> 16)
	}
}

// count adds the documents, by their combinations, to counts.
func (c *combos) count(docs, counts []uint32) {
	if c.high != nil {
		for _, doc := range docs {
			counts[c.get(doc)]++
		}
		return
	}
	low := c.low
	for _, doc := range docs {
		counts[low[doc]]++
	}
}

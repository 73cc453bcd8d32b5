package figures

// madeHalf is the size of one half of madeFacts: some batches of events.
const madeHalf = 1024

// madeFacts remembers the facts made last. When the newer half is full, the
// older one is dropped.
type madeFacts struct{ newer, older map[string]Fact }

func (m *madeFacts) get(id string) (Fact, bool) {
	if f, ok := m.newer[id]; ok {
		return f, true
	}
	f, ok := m.older[id]
	return f, ok
}

func (m *madeFacts) put(f Fact) {
	if m.newer == nil || len(m.newer) >= madeHalf {
		m.newer, m.older = make(map[string]Fact, madeHalf), m.newer
	}
	m.newer[f.ID] = f
}

package web

import (
	"testing"
)

// TestTermsFlow lets an admin change synonyms and the crosswalk.
func TestTermsFlow(t *testing.T) {
	s := newCounty(t)
	s.as("park")

	// Synonyms: a new group, a wrong one, then it is taken out; a shipped one is switched off.
	words := s.get("/admin/words?words=gribble").shows(t, 200, "gribble", "Words that come with Havenloop")
	s.sendForm(words, "/admin/words", "key", "", "words", "gribble", "also", "", "language", "en").shows(t, 400, "Enter two words or more")
	s.sendForm(words, "/admin/words", "key", "", "words", "gribble\nGribbles", "also", "food pantry", "language", "en").shows(t, 200, "Searches use it now", "gribble · gribbles finds food pantry")
	s.get("/admin/words?key=gribble%3E").shows(t, 200, "Change words", "food pantry")
	own := s.get("/admin/words?q=gribbl").shows(t, 200, "gribble · gribbles", "No words like this")
	s.sendForm(own, "/admin/words/remove", "key", "gribble>").shows(t, 200, "None yet.")
	s.sendForm(s.get("/admin/words?q=estampillas"), "/admin/words/switch", "to", "off").shows(t, 200, "Switch on", "estampillas")
	s.get("/admin/words?from=50").shows(t, 200, "Showing 51 to 100 of", "Previous")
	for _, beyond := range []string{"-1", "100000", "x"} {
		s.get("/admin/words?from="+beyond).shows(t, 200, "Showing 1 to 50 of")
	}

	s.get("/admin/services/map").shows(t, 200, "Services and needs") // without a term there is nothing to map

	// The crosswalk: what a rule would do, then it is stored, and taken out.
	page := s.get("/admin/services/map?kind=phrase&text=zither").shows(t, 200, "Services that have it: 0")
	s.sendForm(page, "/admin/services/map", "text", "zither", "domain", "stress", "try", "1").shows(t, 200, "Services that would change: 0")
	s.sendForm(page, "/admin/services/map", "text", "zither", "domain", "music").shows(t, 400, "Choose needs from the list.")
	mapped := s.sendForm(page, "/admin/services/map", "text", "zither", "domain", "stress").shows(t, 200, "Services change within a minute", "zither")
	s.sendForm(mapped, "/admin/services/map/remove", "key", "phrase:zither").shows(t, 200, "Taken out.")
	s.get("/admin/services/map?kind=guess&text=zither").shows(t, 400, "Choose a term or words.")

	s.get("/admin/searches").shows(t, 200, "Nothing to do here")
	s.get("/admin/searches?show=aside").shows(t, 200, "Show what is to be done")

	s.as("vega") // a community health worker
	for _, path := range []string{"/admin/words", "/admin/searches", "/admin/services/map?kind=term&text=x"} {
		s.get(path).shows(t, 403)
	}
}

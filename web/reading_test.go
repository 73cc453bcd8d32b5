package web

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// The most that our own words may ask of a reader, as US school grades: of all
// words that a patient reads or is read, of one of their sentences, and of all
// words of a room for staff. The words of an instrument are not ours.
const (
	patientGrade  = 6.0
	sentenceGrade = 9.0
	staffGrade    = 8.0
	worstGrade    = 12.0 // of one sentence that tells staff of a failure
)

// The formula was made for passages: labels of fewer words than shortest are
// left out, so that they do not make a room look easy, and a sentence is rated
// by itself from longSentence words on.
const (
	shortest     = 5
	longSentence = 9
)

// forPatients are the rooms, and keys of other rooms, that patients read
// themselves or that are read to them word by word.
var forPatients = regexp.MustCompile(`^(self|absent|choice|question|kiosk|lines|refer\.say|respondent|summary|text)\b`)

// passage counts what the formula asks for.
type passage struct{ words, sentences, syllables int }

// grade is the US school grade that is needed to read the passage. Source:
// Kincaid, Fishburne, Rogers, Chissom: Derivation of new readability formulas
// for Navy enlisted personnel, Research Branch Report 8-75, 1975.
func (p passage) grade() float64 {
	return 0.39*float64(p.words)/float64(p.sentences) + 11.8*float64(p.syllables)/float64(p.words) - 15.59
}

func (p *passage) add(o passage) {
	p.words, p.sentences, p.syllables = p.words+o.words, p.sentences+o.sentences, p.syllables+o.syllables
}

var sentenceEnd = regexp.MustCompile(`[.!?:;](?:\s|$)|\n|·`)

// sentencesOf splits a text; a value that is put in counts as a short word.
func sentencesOf(text string) []string {
	var out []string
	for _, s := range sentenceEnd.Split(placeholder.ReplaceAllString(text, "it"), -1) {
		if strings.ContainsFunc(s, unicode.IsLetter) {
			out = append(out, strings.TrimSpace(s))
		}
	}
	return out
}

func rate(sentence string) passage {
	p := passage{sentences: 1}
	for _, w := range strings.FieldsFunc(sentence, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '’' }) {
		p.words++
		p.syllables += syllables(w)
	}
	return p
}

var (
	vowels = regexp.MustCompile(`[aeiouy]+`)
	// silent endings are written but not said: "make", "called", "sometimes".
	silent = regexp.MustCompile(`([^aeiouylr]|[^aeiouy][lr]|[aeiouy][lr])e$|[^aeiouytd]ed$|[^aeiouysxzcgh]es$`)
	// split are two vowels that are said apart: "area", "being", "quiet".
	split = regexp.MustCompile(`ia[^tnl]|ie[t]|[^g]ua[lt]|eo|io[^nu]|yi|ei[n]g|uou|rea[^cdlmst]|rea$|iu`)
	// inner is such an ending within a word: "safely", "sometimes".
	inner = regexp.MustCompile(`^(some|home|care|there|where|else|voice|time)[b-df-hj-np-tv-xz]|e(ly|ment|ments|ful|less|where|thing|body)$`)
)

// syllables counts those of an English word by its groups of vowels, without
// endings that are not said. It is within one of the dictionary for nearly all
// words, which is enough for a mean.
func syllables(word string) int {
	w := strings.ToLower(strings.Trim(word, "'’"))
	if len(w) <= 3 {
		return 1
	}
	n := len(vowels.FindAllString(w, -1)) + len(split.FindAllString(w, -1))
	if silent.MatchString(w) && !strings.HasSuffix(w, "le") {
		n--
	}
	if inner.MatchString(w) {
		n--
	}
	return max(n, 1)
}

func TestSyllables(t *testing.T) {
	for word, want := range map[string]int{
		"the": 1, "make": 1, "called": 1, "wanted": 2, "needed": 2, "table": 2, "person": 2, "question": 2, "area": 3, "quiet": 2,
		"service": 2, "services": 3, "somebody": 3, "sometimes": 2, "caregiver": 3, "somewhere": 2, "organization": 5, "referral": 3, "language": 2, "safely": 2,
		"help": 1, "asked": 1, "being": 2, "agency": 3, "you’re": 1, "nobody": 3, "house": 1, "places": 2,
	} {
		if got := syllables(word); got != want {
			t.Errorf("syllables(%q) = %d, want %d", word, got, want)
		}
	}
}

func TestGrade(t *testing.T) {
	easy, hard := rate("The cat sat on the mat"), rate("Organizational representatives administer confidential documentation")
	if g := easy.grade(); g > 0 {
		t.Errorf("grade of an easy sentence = %.1f, want below 0", g)
	}
	if g := hard.grade(); g < 20 {
		t.Errorf("grade of a hard sentence = %.1f, want above 20", g)
	}
}

// TestReadingLevel holds our own English to what most people read with ease.
func TestReadingLevel(t *testing.T) {
	files, err := filepath.Glob("locales/en/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("locales/en has %d files, %v", len(files), err)
	}
	var patients passage
	for _, file := range files {
		var staff passage
		type hard struct {
			grade float64
			text  string
		}
		var hardest []hard
		for key, text := range textsOf(t, file) {
			for _, s := range sentencesOf(text) {
				p := rate(s)
				if p.words < shortest {
					continue
				}
				hardest = append(hardest, hard{p.grade() * float64(p.words), s})
				if !forPatients.MatchString(key) {
					staff.add(p)
					continue
				}
				patients.add(p)
				if g := p.grade(); p.words >= longSentence && g > sentenceGrade {
					t.Errorf("%s: %s has grade %.1f, want at most %g: %q", filepath.Base(file), key, g, sentenceGrade, s)
				}
			}
		}
		if staff.words == 0 {
			continue
		}
		t.Logf("%s: grade %.1f of %d words", filepath.Base(file), staff.grade(), staff.words)
		if g := staff.grade(); g > staffGrade {
			slices.SortFunc(hardest, func(a, b hard) int { return cmp.Compare(b.grade, a.grade) })
			t.Errorf("%s has grade %.1f, want at most %g; hardest: %v", filepath.Base(file), g, staffGrade, hardest[:min(8, len(hardest))])
		}
	}
	for _, pattern := range []string{"../internal/*/*.go", "../screening/*.go", "../directory/*.go", "../referrals/*.go", "*.go"} {
		sources, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, source := range sources {
			for _, text := range failures(t, source) {
				for _, s := range sentencesOf(text) {
					if p := rate(s); !strings.HasSuffix(source, "_test.go") && !forMachines[text] && p.words >= longSentence && p.grade() > worstGrade {
						t.Errorf("%s: grade %.1f, want at most %g: %q", source, p.grade(), worstGrade, s)
					}
				}
			}
		}
	}
	t.Logf("for patients: grade %.1f of %d words", patients.grade(), patients.words)
	if g := patients.grade(); g > patientGrade {
		t.Errorf("what patients read has grade %.1f, want at most %g", g, patientGrade)
	}
}

// textsOf are the texts of a room by key; sentences of other rooms by number.
func textsOf(t *testing.T, file string) map[string]string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var room map[string]json.RawMessage
	if err := json.Unmarshal(b, &room); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for key, words := range room {
		var many forms
		var one string
		if json.Unmarshal(words, &one) == nil {
			out[key] = one
		} else if err := json.Unmarshal(words, &many); err == nil {
			out[key] = many["other"]
		}
	}
	return out
}

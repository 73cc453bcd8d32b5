package web

import (
	"slices"

	"golang.org/x/text/language"
)

// questionView tells one question. Its words are in the language of the
// questions, those around it in that of the page.
func (h *Handlers) questionView(p Page, f Form, a asked) QuestionView {
	spoken := a.spoken()
	words := p.Locale
	if spoken != p.Language && slices.Contains(pageLanguages, spoken) {
		words = h.words.For(p.Now, p.Zone, spoken)
	}
	return questionIn(p, f, a, words)
}

// questionView tells one question with all words in the language of the page.
func questionView(p Page, f Form, a asked) QuestionView { return questionIn(p, f, a, p.Locale) }

func questionIn(p Page, f Form, a asked, words *Locale) QuestionView {
	q := a.question
	spoken := f
	spoken.Locale = words
	v := QuestionView{
		Page: p, Form: f, N: a.n, Of: len(a.questions), Name: a.name, LinkID: q.LinkID, Section: q.Section,
		Action: questionPath(a.draft.ID, a.n), Back: questionPath(a.draft.ID, a.n-1),
		Skip: questionPath(a.draft.ID, a.n+1), Leave: patientPath(a.draft.PatientID),
		Progress: p.T("question.title", "n", a.n, "of", len(a.questions)),
		Fields:   answerFields(spoken, q), Words: spoken, Language: a.spoken(), Spoken: a.languages(),
		Review: a.review, Unreviewed: !a.official,
	}
	v.Dir = direction(language.Make(v.Language))
	v.Task = true
	switch {
	case a.review:
		v.Back, v.Skip = reviewPath(a.draft.ID), ""
	case a.n == 1:
		v.Back = v.Leave
	}
	if !a.review && a.n == len(a.questions) {
		v.Skip = reviewPath(a.draft.ID)
	}
	return v
}

// spoken is the language that the questions are told in: the draft's where
// there is a translation, else the instrument's own.
func (a asked) spoken() string {
	if slices.Contains(a.instrument.Languages, a.draft.Language) {
		return a.draft.Language
	}
	return a.instrument.Languages[0]
}

// languages are those that the questions can be told in.
func (a asked) languages() []LanguageChoice {
	var out []LanguageChoice
	for _, tag := range a.instrument.Languages {
		out = append(out, LanguageChoice{Tag: tag, Name: languageName(tag), Dir: direction(language.Make(tag)), Current: tag == a.spoken()})
	}
	return out
}

package screening

// The parts of a FHIR R4 Questionnaire (http://hl7.org/fhir/R4/questionnaire.html)
// that an instrument uses.
type (
	questionnaire struct {
		ResourceType string   `json:"resourceType"`
		ID           string   `json:"id"`
		URL          string   `json:"url"`
		Version      string   `json:"version"`
		Status       string   `json:"status"`
		Title        string   `json:"title"`
		TitleMore    element  `json:"_title"`
		Language     string   `json:"language"`
		Description  string   `json:"description"`
		Copyright    string   `json:"copyright"`
		Code         []coding `json:"code"`
		Item         []item   `json:"item"`
	}

	item struct {
		LinkID         string       `json:"linkId"`
		Text           string       `json:"text"`
		TextMore       element      `json:"_text"`
		Type           string       `json:"type"`
		Required       bool         `json:"required"`
		Repeats        bool         `json:"repeats"`
		ReadOnly       bool         `json:"readOnly"`
		Code           []coding     `json:"code"`
		Extension      []extension  `json:"extension"`
		EnableWhen     []enableWhen `json:"enableWhen"`
		EnableBehavior string       `json:"enableBehavior"`
		AnswerOption   []struct {
			ValueCoding coding      `json:"valueCoding"`
			Extension   []extension `json:"extension"`
		} `json:"answerOption"`
		Item []item `json:"item"`
	}

	coding struct {
		System      string  `json:"system"`
		Code        string  `json:"code"`
		Display     string  `json:"display"`
		DisplayMore element `json:"_display"`
	}

	enableWhen struct {
		Question      string   `json:"question"`
		Operator      string   `json:"operator"`
		AnswerBoolean *bool    `json:"answerBoolean"`
		AnswerInteger *float64 `json:"answerInteger"`
		AnswerDecimal *float64 `json:"answerDecimal"`
		AnswerString  *string  `json:"answerString"`
		AnswerCoding  *coding  `json:"answerCoding"`
	}

	element struct {
		Extension []extension `json:"extension"`
	}

	extension struct {
		URL                  string `json:"url"`
		ValueBoolean         bool   `json:"valueBoolean"`
		ValueString          string `json:"valueString"`
		ValueCode            string `json:"valueCode"`
		ValueCodeableConcept struct {
			Coding []coding `json:"coding"`
		} `json:"valueCodeableConcept"`
		Extension []extension `json:"extension"`
	}
)

// The extensions an instrument uses. Source: FHIR R4 extension registry, except
// the last two, which say where a translation comes from and whether a person
// verified it against the issuing body's text.
const (
	extTranslation = "http://hl7.org/fhir/StructureDefinition/translation"
	extExclusive   = "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive"
	extHidden      = "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden"
	extItemControl = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"
	extSource      = "https://havenloop.org/fhir/StructureDefinition/translation-source"
	extReviewed    = "https://havenloop.org/fhir/StructureDefinition/translation-reviewed"
)

// flag tells whether the extension is there and true.
func flag(exts []extension, url string) bool {
	for _, e := range exts {
		if e.URL == url {
			return e.ValueBoolean
		}
	}
	return false
}

// help tells whether the item is a help text of the item it stands in.
func (it item) help() bool {
	for _, e := range it.Extension {
		for _, c := range e.ValueCodeableConcept.Coding {
			if e.URL == extItemControl && c.Code == "help" {
				return true
			}
		}
	}
	return false
}

// translations reads the translations of a text by language.
func (e element) translations() map[string]Translation {
	var out map[string]Translation
	for _, x := range e.Extension {
		if x.URL != extTranslation {
			continue
		}
		var lang string
		var t Translation
		for _, part := range x.Extension {
			switch part.URL {
			case "lang":
				lang = part.ValueCode
			case "content":
				t.Content = part.ValueString
			case extSource:
				t.Source = part.ValueString
			case extReviewed:
				t.Reviewed = part.ValueBoolean
			}
		}
		if out == nil {
			out = map[string]Translation{}
		}
		out[lang] = t
	}
	return out
}

package screening

import "encoding/json"

// The parts of a FHIR R4 Questionnaire (http://hl7.org/fhir/R4/questionnaire.html)
// that an instrument uses, and those that it has to refuse.
type (
	questionnaire struct {
		ResourceType      string      `json:"resourceType"`
		ID                string      `json:"id"`
		URL               string      `json:"url"`
		Version           string      `json:"version"`
		Status            string      `json:"status"`
		Title             string      `json:"title"`
		TitleMore         element     `json:"_title"`
		Name              string      `json:"name"`
		Language          string      `json:"language"`
		Description       string      `json:"description"`
		Copyright         string      `json:"copyright"`
		Code              []coding    `json:"code"`
		Extension         []extension `json:"extension"`
		ModifierExtension []extension `json:"modifierExtension"`
		ImplicitRules     string      `json:"implicitRules"`
		Contained         []valueSet  `json:"contained"`
		Item              []item      `json:"item"`
	}

	item struct {
		LinkID            string            `json:"linkId"`
		Text              string            `json:"text"`
		TextMore          element           `json:"_text"`
		Type              string            `json:"type"`
		Required          bool              `json:"required"`
		Repeats           bool              `json:"repeats"`
		ReadOnly          bool              `json:"readOnly"`
		MaxLength         int               `json:"maxLength"`
		Code              []coding          `json:"code"`
		Extension         []extension       `json:"extension"`
		ModifierExtension []extension       `json:"modifierExtension"`
		EnableWhen        []enableWhen      `json:"enableWhen"`
		EnableBehavior    string            `json:"enableBehavior"`
		AnswerValueSet    string            `json:"answerValueSet"`
		AnswerOption      []answerOption    `json:"answerOption"`
		Initial           []json.RawMessage `json:"initial"`
		Item              []item            `json:"item"`
	}

	answerOption struct {
		ValueCoding       *coding         `json:"valueCoding"`
		ValueString       string          `json:"valueString"`
		ValueInteger      *int64          `json:"valueInteger"`
		ValueDate         json.RawMessage `json:"valueDate"`
		ValueTime         json.RawMessage `json:"valueTime"`
		ValueReference    json.RawMessage `json:"valueReference"`
		InitialSelected   bool            `json:"initialSelected"`
		Extension         []extension     `json:"extension"`
		ModifierExtension []extension     `json:"modifierExtension"`
	}

	coding struct {
		System      string      `json:"system"`
		Code        string      `json:"code"`
		Display     string      `json:"display"`
		DisplayMore element     `json:"_display"`
		Extension   []extension `json:"extension"`
	}

	quantity struct {
		Value *float64 `json:"value"`
		Unit  string   `json:"unit"`
		Code  string   `json:"code"`
	}

	enableWhen struct {
		Question        string          `json:"question"`
		Operator        string          `json:"operator"`
		AnswerBoolean   *bool           `json:"answerBoolean"`
		AnswerInteger   *float64        `json:"answerInteger"`
		AnswerDecimal   *float64        `json:"answerDecimal"`
		AnswerDate      *string         `json:"answerDate"`
		AnswerString    *string         `json:"answerString"`
		AnswerCoding    *coding         `json:"answerCoding"`
		AnswerQuantity  *quantity       `json:"answerQuantity"`
		AnswerDateTime  json.RawMessage `json:"answerDateTime"`
		AnswerTime      json.RawMessage `json:"answerTime"`
		AnswerReference json.RawMessage `json:"answerReference"`
	}

	// valueSet is a contained list of options.
	valueSet struct {
		ResourceType string `json:"resourceType"`
		ID           string `json:"id"`
		Expansion    *struct {
			Contains []expanded `json:"contains"`
		} `json:"expansion"`
		Compose *struct {
			Include []struct {
				System   string            `json:"system"`
				Concept  []coding          `json:"concept"`
				Filter   []json.RawMessage `json:"filter"`
				ValueSet []string          `json:"valueSet"`
			} `json:"include"`
			Exclude []json.RawMessage `json:"exclude"`
		} `json:"compose"`
	}

	expanded struct {
		coding
		Abstract bool       `json:"abstract"`
		Contains []expanded `json:"contains"`
	}

	element struct {
		Extension []extension `json:"extension"`
	}

	extension struct {
		URL                  string   `json:"url"`
		ValueBoolean         bool     `json:"valueBoolean"`
		ValueString          string   `json:"valueString"`
		ValueCode            string   `json:"valueCode"`
		ValueInteger         *float64 `json:"valueInteger"`
		ValueDecimal         *float64 `json:"valueDecimal"`
		ValueDate            string   `json:"valueDate"`
		ValueCoding          *coding  `json:"valueCoding"`
		ValueCodeableConcept struct {
			Coding []coding `json:"coding"`
		} `json:"valueCodeableConcept"`
		ValueExpression *struct {
			Name       string `json:"name"`
			Language   string `json:"language"`
			Expression string `json:"expression"`
		} `json:"valueExpression"`
		Extension []extension `json:"extension"`
	}
)

// isSet tells whether the extension is there and true.
func isSet(exts []extension, url string) bool {
	for _, e := range exts {
		if e.URL == url {
			return e.ValueBoolean
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

package screening

// The extensions an instrument uses. Source: FHIR R4 and SDC extension
// registries, except the last two, which say where a translation comes from and
// whether a person verified it against the issuing body's text.
const (
	extTranslation  = core + "translation"
	extExclusive    = core + "questionnaire-optionExclusive"
	extHidden       = core + "questionnaire-hidden"
	extUnit         = core + "questionnaire-unit"
	extUnitOption   = core + "questionnaire-unitOption"
	extMinValue     = core + "minValue"
	extMaxValue     = core + "maxValue"
	extOrdinal      = core + "ordinalValue"
	extItemWeight   = core + "itemWeight"
	extVariable     = core + "variable"
	extCalculated   = sdc + "sdc-questionnaire-calculatedExpression"
	extSource       = "https://havenloop.org/fhir/StructureDefinition/translation-source"
	extReviewed     = "https://havenloop.org/fhir/StructureDefinition/translation-reviewed"
	core            = "http://hl7.org/fhir/StructureDefinition/"
	sdc             = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
	fhirpathMedia   = "text/fhirpath"
	reasonFilledIn  = "answers are never filled in beforehand"
	reasonCondition = "conditions are written with enableWhen here"
	reasonOptions   = "options are listed one by one here"
	reasonLimit     = "this limit on answers is not supported"
)

// refusedExtensions are those that change what is asked or taken as an answer
// and are not supported, each with the reason; unknown ones are left aside,
// since FHIR allows to ignore them (http://hl7.org/fhir/R4/extensibility.html).
var refusedExtensions = map[string]string{
	core + "regex":                                          "patterns of texts (regex) are not supported",
	core + "minLength":                                      reasonLimit,
	core + "maxDecimalPlaces":                               reasonLimit,
	core + "questionnaire-minOccurs":                        reasonLimit,
	core + "questionnaire-maxOccurs":                        reasonLimit,
	core + "questionnaire-constraint":                       reasonLimit,
	core + "targetConstraint":                               reasonLimit,
	core + "questionnaire-unitValueSet":                     "units are listed one by one here (questionnaire-unitOption)",
	core + "questionnaire-signatureRequired":                "signatures are not supported",
	core + "questionnaire-fhirType":                         "values of other FHIR types are not supported",
	sdc + "sdc-questionnaire-minQuantity":                   reasonLimit,
	sdc + "sdc-questionnaire-maxQuantity":                   reasonLimit,
	sdc + "sdc-questionnaire-initialExpression":             reasonFilledIn,
	sdc + "sdc-questionnaire-launchContext":                 reasonFilledIn,
	sdc + "sdc-questionnaire-sourceQueries":                 reasonFilledIn,
	sdc + "sdc-questionnaire-itemPopulationContext":         reasonFilledIn,
	sdc + "sdc-questionnaire-enableWhenExpression":          reasonCondition,
	sdc + "sdc-questionnaire-answerExpression":              reasonOptions,
	sdc + "sdc-questionnaire-candidateExpression":           reasonOptions,
	sdc + "sdc-questionnaire-answerOptionsToggleExpression": reasonOptions,
	sdc + "sdc-questionnaire-openLabel":                     "the label of own words cannot be changed",
	sdc + "sdc-questionnaire-subQuestionnaire":              "questionnaires made of others are not supported",
	sdc + "sdc-questionnaire-assembledFrom":                 "questionnaires made of others are not supported",
}

// usedExtensions are those that an instrument follows.
var usedExtensions = map[string]bool{
	extTranslation: true, extExclusive: true, extHidden: true, extUnit: true, extUnitOption: true, extMinValue: true, extMaxValue: true,
	extOrdinal: true, extItemWeight: true, extVariable: true, extCalculated: true, extSource: true, extReviewed: true,
}

package fhir

// part2Labels say that what is under them is restricted, by which law, and
// that it must not be passed on without a consent. Source: HL7 Healthcare
// Privacy and Security Classification System as in FHIR R4 "Security Labels";
// the words of the codes are those of HL7 Terminology.
var part2Labels = []Coding{
	{confidentiality, "R", "restricted"},
	{actCodes, "42CFRPart2", "42 CFR Part2"},
	{actCodes, "NORDSCLCD", "no redisclosure without consent directive"},
}

// labelled puts the labels of records under 42 CFR Part 2 on the resource or
// the bundle with the meta, where it holds any.
func (m *Meta) labelled(part2 bool) *Meta {
	if part2 {
		m.Security = part2Labels
	}
	return m
}

package screening

import (
	"strings"
	"testing"
)

func calculated1(expression, more string) string {
	return `[` + yesNo + `,{"linkId":"c","type":"integer","extension":[{"url":"` + extCalculated + `","valueExpression":{"language":"text/fhirpath","expression":"` + expression + `"}}` + more + `]}]`
}

// TestCalculationRefused tries what keeps an expression out.
func TestCalculationRefused(t *testing.T) {
	named := func(name, expression string) string {
		return `,{"url":"` + extVariable + `","valueExpression":{"name":"` + name + `","language":"text/fhirpath","expression":"` + expression + `"}}`
	}
	tests := []struct{ name, items, want string }{
		{"fine", calculated1("%v + 1", named("v", "1")), ""},
		{"function", calculated1("%resource.descendants()", ""), "descendants() is not supported"},
		{"unknown variable", calculated1("%other", ""), "%other, which is unknown"},
		{"variable of itself", calculated1("1", named("v", "%v")), "%v, which is unknown"},
		{"variable before its time", calculated1("1", named("v", "%w")+named("w", "1")), "%w, which is unknown"},
		{"nameless", calculated1("1", named("", "1")), "needs a name"},
		{"two", calculated1("1", `,{"url":"`+extCalculated+`","valueExpression":{"language":"text/fhirpath","expression":"2"}}`), "two expressions"},
		{"language", strings.Replace(calculated1("1", ""), "text/fhirpath", "text/cql", 1), "text/fhirpath"},
		{"decides what is asked", strings.Replace(calculated1("1", ""), `]}]`, `]},{"linkId":"d","type":"string","enableWhen":[{"question":"c","operator":"=","answerInteger":1}]}]`, 1), "cannot decide"},
		{"several", strings.Replace(calculated1("1", ""), `"type":"integer"`, `"type":"integer","repeats":true`, 1), "several values"},
	}
	for _, tt := range tests {
		_, err := parse(tt.items, `"topics":[]`)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: error = %v, want %q", tt.name, err, tt.want)
		}
	}
	if _, err := parse(calculated1("1", ""), `"topics":[],"scores":[{"linkId":"c","method":"sum"}]`); err == nil {
		t.Error("a score in place of an expression's value is taken, want an error")
	}
}

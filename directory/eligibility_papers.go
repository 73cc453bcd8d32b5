package directory

import (
	"slices"
	"sync"
)

// paperPhrases are how texts ask for papers, in English and Spanish. Our own
// list; see [pattern].
var paperPhrases = map[Paper][]string{
	PaperIncome:      {"proof|verification|documentation|verify|evidence of? the|all|household|monthly? income", "income verification|documentation|statement|statements", "verifiable income", "pay stub|stubs", "paystub|paystubs", "comprobante|comprobantes|prueba|pruebas de|del? ingreso|ingresos"},
	PaperAddress:     {"proof|verification|documentation|evidence of dc|current|local|county|state|city|their? residency|residence|address", "utility bill|bills", "comprobante|prueba de domicilio|residencia|direccion"},
	PaperID:          {"photo|picture|government|state|valid|dc|issued id|identification", "photo|picture identification|id", "id|identification required|needed", "identification|identificacion", "identificacion con foto", "driver license|licence", "id"},
	PaperSocial:      {"social security card|cards|number|numbers", "ss card", "ssn", "numero|tarjeta de|del seguro social"},
	PaperBirth:       {"birth certificate|certificates", "acta|actas|certificado|partida de nacimiento"},
	PaperImmigration: {"immigration papers|documents|documentation", "proof|verification|documentation of legal|lawful|immigration|refugee|citizenship|us status|residency|residence|citizenship|presence?", "green card", "documentos migratorios|de inmigracion"},
	PaperInsurance:   {"insurance card|cards", "medicaid|medicare card", "proof of health|medical? insurance", "tarjeta de|del seguro medico|salud?"},
	PaperReferral:    {"referral|referrals is|are? a? required|needed|necessary|only|from", "must be? referred", "referred by|from|through", "need|needs|requires|require a? referral", "by referral", "written|doctor|physician referral"},
}

type readyPaper struct {
	paper Paper
	words pattern
}

var paperIndex = sync.OnceValue(func() map[string][]readyPaper {
	m := map[string][]readyPaper{}
	for paper, phrases := range paperPhrases {
		for _, s := range phrases {
			p := readyPaper{paper, parsePattern(s)}
			for _, w := range p.words.first() {
				m[w] = append(m[w], p)
			}
		}
	}
	return m
})

// denials turn what follows them, up to some words later, around: "no ID needed".
var denials = []string{"no", "not", "without", "sin", "never", "nor"}

// denialReach is how many words a denial reaches.
const denialReach = 3

// papers are what a text asks to see, in the order of the text.
func papers(text string) []Paper {
	index := paperIndex()
	tokens := tokenize(text)
	var out []Paper
	for i := range tokens {
		if slices.ContainsFunc(tokens[max(0, i-denialReach):i], func(t token) bool { return slices.Contains(denials, t.text) }) {
			continue
		}
		for _, p := range index[tokens[i].text] {
			if n, _ := p.words.match(tokens[i:]); n > 0 && !slices.Contains(out, p.paper) {
				out = append(out, p.paper)
			}
		}
	}
	return out
}

package directory

// role is what a phrase does in a sentence.
type role int

const (
	// filler has no meaning of its own: "must be".
	filler role = iota
	// group names people who may come; of several groups each may: "women and children".
	group
	// trait narrows the groups around it, and all of a list when it stands before: "low-income".
	trait
	// own narrows only the group after it: "pregnant women".
	own
	// requirement is asked besides everything else: "ages 18 and older".
	requirement
	// anybody says that nothing is asked: "no residency requirement".
	anybody
	// unsafe makes every reading of the text a hint: "priority", "also".
	unsafe
	// negation makes the readings of its sentence none: "not", "except".
	negation
)

// eligibilityPhrase is a row of words with what it says of people.
type eligibilityPhrase struct {
	role    role
	pattern string
	read    func(numbers []float64) []Condition // nil: nothing
}

// meaning answers the condition, whatever the numbers.
func meaning(kind ConditionKind, value string) func([]float64) []Condition {
	return func([]float64) []Condition { return []Condition{{Kind: kind, Value: value}} }
}

func both(a, b func([]float64) []Condition) func([]float64) []Condition {
	return func(n []float64) []Condition { return append(a(n), b(n)...) }
}

// The ways to read ages.
func ageFrom(n []float64) []Condition  { return ageBetween(&n[0], nil) }
func ageUpTo(n []float64) []Condition  { return ageBetween(nil, &n[0]) }
func ageRange(n []float64) []Condition { return ageBetween(&n[0], &n[1]) }

func ageUnder(n []float64) []Condition {
	last := n[0] - 1
	return ageBetween(nil, &last)
}

// ageFromWeeks is a range whose beginning is in weeks or months: it begins at birth.
func ageFromWeeks(n []float64) []Condition { return ageBetween(new(float64), &n[1]) }

// oldest is the greatest age, in years, that a text can mean.
const oldest = 110

func ageBetween(from, to *float64) []Condition {
	if from != nil && (*from < 0 || *from > oldest) || to != nil && (*to < 0 || *to > oldest) || from != nil && to != nil && *from > *to {
		return nil
	}
	return []Condition{{Kind: AgeCondition, Min: from, Max: to}}
}

// percentMost is the greatest income, in percent of the poverty level, that a
// text can mean.
const percentMost = 1000

func incomeUpTo(n []float64) []Condition {
	if n[0] < 10 || n[0] > percentMost {
		return nil
	}
	return []Condition{{Kind: IncomeCondition, Max: &n[0]}}
}

func poverty([]float64) []Condition { return incomeUpTo([]float64{100}) }

// Words for groups by age; see ageWords.
const (
	seniors  = "senior|seniors|elderly|elders|ancianos|ancianas"
	children = "child|children|kid|kids|nino|ninos|nina|ninas"
	youths   = "youth|youths|teen|teens|teenager|teenagers|adolescent|adolescents|joven|jovenes|adolescentes"
	adults   = "adult|adults|adulto|adultos|adultas"
)

// eligibilityPhrases are what is understood in texts about who is eligible, in
// English and Spanish. Our own list, made while reading such texts of three
// directories. A longer phrase goes before a shorter one.
var eligibilityPhrases = []eligibilityPhrase{
	// Age in numbers.
	{requirement, "age|ages|aged|edad|edades|minimum|minimo|minima|least? age|ages|edad? of|de? # Y and|or|y|o? older|over|above|up|mas|mayor|mayores|+ Y", ageFrom},
	{requirement, "age|ages|aged|edad? # + Y", ageFrom},
	{requirement, "minimum|minima age|edad of|is|de? # Y", ageFrom},
	{requirement, "at? least # year|years|yr|yrs Y", ageFrom},
	{requirement, "at? least # year|years|yr|yrs Y and|or older", ageFrom},
	{requirement, "over|above|mayor|mayores the? age|ages? of|de? # Y", ageFrom},
	{requirement, "older|mayor|mayores than|que|de # Y", ageFrom},
	{requirement, "# Y and|or|y|o older|over|above|up|mas|mayor|mayores Y", ageFrom},
	{requirement, "# + year|years|yr|yrs Y", ageFrom},
	{requirement, "# year|years|yr|yrs + Y", ageFrom},
	{requirement, "age|ages|aged # and|or|y|o under|younger|below|menos|menor|menores", ageUpTo},
	{requirement, "# Y and|or|y|o under|younger|below|menos|menor|menores Y", ageUpTo},
	{requirement, "up to|through the? age|ages of? # Y", ageUpTo},
	{requirement, "up to # year|years|yr|yrs Y", ageUpTo},
	{requirement, "hasta los|la? edad? de? # anos de? edad?", ageUpTo},
	{requirement, "under|below the? age|ages? of? # Y", ageUnder},
	{requirement, "younger than # Y", ageUnder},
	{requirement, "menor|menores de # anos|ano? de? edad?", ageUnder},
	{requirement, "age|ages|aged|edad|edades of|de? # Y -|to|through|thru|a|hasta # Y inclusive?", ageRange},
	{requirement, "age|ages|aged? between|entre the? los|las? age|ages? of? # Y and|y|-|to # Y", ageRange},
	{requirement, "# year|years|yr|yrs|ano|anos? -|to|through|thru|a # year|years|yr|yrs|anos Y inclusive?", ageRange},
	{requirement, "age|ages|aged? # week|weeks|month|months|mos|semanas|meses Y -|to|through|thru|a # year|years|yr|yrs|anos Y", ageFromWeeks},
	{group, children + "|" + youths + "|" + adults + "|" + seniors + " age|ages|aged|de|between? # -|to|through|thru|a # Y", ageRange},
	{group, children + " age|ages|aged? # Y and|or under|younger", ageUpTo},
	{group, children + "|" + youths + " age|ages|aged? under|menores the? age? of|de? # Y", ageUnder},
	{group, children + " up to age? # Y", ageUpTo},
	{group, adults + "|" + seniors + " age|ages|aged|de|over? # + Y", ageFrom},
	{group, adults + "|" + seniors + " age|ages|aged|de? over? # Y and|or|y|o? older|over|above|up|mas Y", ageFrom},
	{group, adults + "|" + seniors + " over|older|mayores than|de? the? age? of? # Y", ageFrom},

	// Age in words.
	{group, seniors, meaning(AgeCondition, "senior")},
	{group, "senior citizen|citizens|adult|adults", meaning(AgeCondition, "senior")},
	{group, "older adult|adults|person|persons|people|american|americans", meaning(AgeCondition, "senior")},
	{group, "adulto|adultos|persona|personas mayor|mayores", meaning(AgeCondition, "senior")},
	{group, "personas de|en la? tercera edad", meaning(AgeCondition, "senior")},
	{group, adults, meaning(AgeCondition, "adult")},
	{group, "young adult|adults", meaning(AgeCondition, "young-adult")},
	{group, children, meaning(AgeCondition, "child")},
	{group, youths, meaning(AgeCondition, "youth")},
	{group, "young people", meaning(AgeCondition, "youth")},
	{group, "infant|infants|toddler|toddlers|baby|babies|newborn|newborns|bebe|bebes", meaning(AgeCondition, "infant")},

	// Sex.
	{group, "woman|women|female|females|mujer|mujeres", meaning(SexCondition, Female)},
	{group, "man|men|male|males|hombre|hombres", meaning(SexCondition, Male)},
	{group, "girl|girls", both(meaning(SexCondition, Female), meaning(AgeCondition, "child"))},
	{group, "boy|boys", both(meaning(SexCondition, Male), meaning(AgeCondition, "child"))},

	// Household.
	{group, "family|families|familia|familias", meaning(HouseholdCondition, Family)},
	{group, "family|families|familia|familias|household|households|hogares with|con a? young|minor|dependent|menores? child|children|ninos|hijos", meaning(HouseholdCondition, WithChildren)},
	{group, "parents|padres", meaning(HouseholdCondition, WithChildren)},
	{group, "single parent|parents", meaning(HouseholdCondition, WithChildren)},
	{group, "single mother|mothers", both(meaning(SexCondition, Female), meaning(HouseholdCondition, WithChildren))},
	{group, "mother|mothers|madre|madres", both(meaning(SexCondition, Female), meaning(HouseholdCondition, WithChildren))},
	{group, "father|fathers", both(meaning(SexCondition, Male), meaning(HouseholdCondition, WithChildren))},
	{own, "single|unaccompanied|soltero|solteros|solteras", meaning(HouseholdCondition, Single)},

	// Service in the armed forces. Their families and those who still serve
	// are groups that nobody can check here.
	{group, "military? veteran|veterans|veterano|veteranos|veteranas", meaning(VeteranCondition, "")},
	{group, "their|sus family|families|spouses|dependents|familias|familiares|children|hijos", nothingChecked},
	{group, "active|retired|former duty|service? military? personnel|members|military|servicemembers|soldiers", nothingChecked},

	// Pregnancy.
	{own, "pregnant|expectant|expecting|postpartum|embarazada|embarazadas", meaning(PregnantCondition, "")},
	{group, "pregnant|expectant|expecting and|or|, postpartum|parenting|breastfeeding woman|women|mother|mothers|teens", nothingChecked},
	{group, "pregnant|expectant|expecting|postpartum woman|women|mother|mothers|female|females", both(meaning(PregnantCondition, ""), meaning(SexCondition, Female))},
	{group, "mujer|mujeres embarazada|embarazadas", both(meaning(PregnantCondition, ""), meaning(SexCondition, Female))},

	// Housing.
	{trait, "homeless|unhoused|houseless", meaning(HomelessCondition, "")},
	{requirement, "experiencing|facing homelessness", meaning(HomelessCondition, "")},
	{requirement, "sin hogar|techo|vivienda", meaning(HomelessCondition, "")},
	{trait, "at risk of|for homelessness", nothingChecked},
	{trait, "homeless|homelessness or|and at risk of? homelessness?", nothingChecked},

	// Disability.
	{trait, "disabled|handicapped|discapacitado|discapacitados|discapacitadas", meaning(DisabilityCondition, "")},
	{requirement, "with|con a|any|una|alguna? disability|disabilities|discapacidad|discapacidades", meaning(DisabilityCondition, "")},

	// Income.
	{trait, "very|extremely? low|lower|limited income|incomes", meaning(IncomeCondition, "")},
	{trait, "very|extremely? low to|and|or moderate|middle|no income|incomes", meaning(IncomeCondition, "")},
	{trait, "low income and|or no income", meaning(IncomeCondition, "")},
	{trait, "financially|economically needy|disadvantaged|eligible|challenged", meaning(IncomeCondition, "")},
	{trait, "income eligible|qualified", meaning(IncomeCondition, "")},
	{requirement, "must? meet? the? income limit|limits|restriction|restrictions|guideline|guidelines|eligibility|requirement|requirements guidelines|requirements? apply?", meaning(IncomeCondition, "")},
	{requirement, "must? meet low income guidelines|requirements", meaning(IncomeCondition, "")},
	{requirement, "with? limited financial resources|means", meaning(IncomeCondition, "")},
	{requirement, "de|con? muy? bajo|bajos|escaso|escasos|limitado|limitados recursos|ingreso|ingresos", meaning(IncomeCondition, "")},
	{requirement, "ingreso|ingresos bajo|bajos|limitados", meaning(IncomeCondition, "")},
	{requirement, "with|household|family|gross|annual? household|family|gross|annual? income|incomes|living? is|are|be|must? be? at|up|below|under|less|no? or|to|than|more? below|less|under|than|at? # % or? less|below|under? of? the|current? federal|national? poverty|fpl|fpg|fpig level|levels|line|limit|guideline|guidelines|income|index? guideline|guidelines|level?", incomeUpTo},
	{requirement, "con? ingreso|ingresos|ingresos? iguales|menores|inferiores|por|hasta|de|al? o? debajo|menores|inferiores|de|del|al|a? # % o? menos? del|de? nivel|linea|indice federal? de? pobreza federal?", incomeUpTo},
	{requirement, "with? income|incomes? live|living|is? at|below|under|beneath or? below? the? federal|national? poverty level|line|guidelines|guideline", poverty},

	// Insurance.
	{trait, "uninsured", meaning(InsuranceCondition, Uninsured)},
	{requirement, "with|have health|medical? insurance|coverage", meaning(InsuranceCondition, Insured)},
	{requirement, "without|lacking health|medical? insurance|coverage", meaning(InsuranceCondition, Uninsured)},
	{requirement, "with|have|has no health|medical? insurance|coverage", meaning(InsuranceCondition, Uninsured)},
	{requirement, "sin seguro medico|de? salud?", meaning(InsuranceCondition, Uninsured)},
	{group, "medicaid|medi recipient|recipients|eligible|beneficiary|beneficiaries|member|members", meaning(InsuranceCondition, Medicaid)},
	{group, "medicare recipient|recipients|eligible|beneficiary|beneficiaries|member|members", meaning(InsuranceCondition, Medicare)},
	{requirement, "with|have|has|on|receiving|enrolled|con in? medicaid", meaning(InsuranceCondition, Medicaid)},
	{requirement, "with|have|has|on|receiving|enrolled|con in? medicare", meaning(InsuranceCondition, Medicare)},

	// Immigration.
	{requirement, "us|u|united|american s|states? citizen|citizens", meaning(ImmigrationCondition, NeedsPapers)},
	{requirement, "us|united? states? citizen|citizens and|or|, legal|lawful|permanent permanent? resident|residents", meaning(ImmigrationCondition, NeedsPapers)},
	{requirement, "legal|lawful permanent? resident|residents", meaning(ImmigrationCondition, NeedsPapers)},
	{requirement, "legal|lawful immigration? status", meaning(ImmigrationCondition, NeedsPapers)},
	{anybody, "regardless of immigration status", nil},
	{anybody, "no? independientemente|importar|importa de|el|del? estatus|estado|situacion migratorio|migratoria", nil},

	// Open to everybody.
	{anybody, "no residency|residence|residential|income|age|eligibility|other|special|specific|citizenship|geographic requirement|requirements|restriction|restrictions|limit|limits|limitation|limitations|criteria", nil},
	{anybody, "no limitations|requirements|restrictions or|and? restrictions|limitations?", nil},
	{anybody, "none|anyone|anybody|everyone|everybody|todos|cualquiera|ninguno|ninguna", nil},
	{anybody, "none required|needed", nil},
	{anybody, "open to the? all|anyone|everyone|public|everybody|community", nil},
	{anybody, "general? public", nil},
	{anybody, "all|any age|ages", nil},
	{anybody, "all|any person|persons|people|individual|individuals|resident|residents|ages|populations", nil},
	{anybody, "abierto|abierta a|al todos|publico todo? el? publico?", nil},
	{anybody, "cualquier|toda persona|edad", nil},
	{anybody, "todas las edades|personas", nil},
	{anybody, "sin requisitos|restricciones", nil},

	// People of no particular kind.
	{group, "person|persons|people|individual|individuals|persona|personas|household|households", nil},

	// Words without a meaning of their own.
	{filler, "must|should|be|is|are|the|a|an|who|that|of|as|to|at|in|for|with|those|their|el|la|los|las|un|una|de|que|con|para|deben|debe|ser|estar|tener|son|es", nil},
	{filler, "only|solo|solamente|must|have|has|currently|applicant|applicants|client|clients|participant|participants|patients|patient|recipients|recipient|solicitantes|clientes|participantes", nil},
	{filler, "serves|serving|served|serve|available|service|services|open|eligible|eligibility|requirement|requirements|provides|provided|limited|offered|sirve|atiende|servicio|servicios|abierto|requisitos|elegibilidad|disponible", nil},
	{filler, "in need|necesitados", nil},
	{filler, "age|ages|sex|gender|edad|income|residency", nil},

	// Words after which nothing is sure, and such that turn a sentence around.
	{unsafe, "also|priority|preference|preferred|preferably|focus|mainly|mostly|primarily|especially|some|most|certain|other|others|may|can|if|when|unless|program|programs|various|varies|vary|depending|depends|consent|exception|exceptions|waiver|waivers|targets|target|targeted|encouraged|typically|usually|generally|including|includes|either|but|however|prioridad|preferencia|tambien|algunos|algunas|otros|principalmente|excepto|salvo|puede|pueden|incluye|depende|whose|parent|guardian|volunteers|volunteer|tutors|providers|provider|staff|mentors", nil},
	{negation, "not|no|never|except|excluding|excluded|cannot|ineligible|without|regardless|sin|nunca|ningun|neither|nor|non|unable", nil},
}

// nothingChecked is a group that nobody can check here.
func nothingChecked([]float64) []Condition { return []Condition{{Kind: OtherCondition}} }

// ageWords are the words for groups by age, with the ages that surely belong
// and those beyond which nobody does. Between the two it depends on the
// service, so that it has to be asked. Our own estimate: services for seniors
// begin at 50 to 65 and those for youth end at 17 to 25.
var ageWords = map[string]struct{ notBelow, from, to, notAbove float64 }{
	"infant":      {0, 0, 2, 5},
	"child":       {0, 0, 12, 21},
	"youth":       {5, 13, 17, 25},
	"young-adult": {14, 18, 24, 35},
	"adult":       {16, 21, oldest, oldest},
	"senior":      {50, 65, oldest, oldest},
}

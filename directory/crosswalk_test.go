package directory

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCrosswalkMap(t *testing.T) {
	tests := []struct {
		name    string
		service Service
		terms   []string
		codes   []string
		want    map[string]string // domain → source
	}{
		{"by name", Service{Name: "Mobile Food Pantries"}, nil, nil, map[string]string{"food-insecurity": "name"}},
		{"by two", Service{Name: "Rent and Utility Assistance; help with rent"}, nil, nil, map[string]string{"utility-insecurity": "name", "housing-instability": "name"}},
		{"by term", Service{Name: "Quux"}, []string{"EMERGENCY FOOD"}, nil, map[string]string{"food-insecurity": "term"}},
		{"by code", Service{Name: "Quux"}, nil, []string{"veteran-status", "BD-1800"}, map[string]string{"veteran-status": "code"}},
		{"three phrases in a description", Service{Name: "Quux", Description: "We run a food bank. Groceries on Monday, lunch on Friday."}, nil, nil, map[string]string{"food-insecurity": "description"}},
		{"two are too little", Service{Name: "Quux", Description: "We run a food bank. Groceries on Monday."}, nil, nil, nil},
		{"a term beside a name that says otherwise is too little", Service{Name: "Rent help"}, []string{"Food Pantry"}, nil, map[string]string{"housing-instability": "name"}},
		{"two terms without a description", Service{Name: "Quux"}, []string{"Food Pantry", "Bus Passes"}, nil, map[string]string{"food-insecurity": "term", "transportation-insecurity": "term"}},
		{"two terms that the description does not bear out", Service{Name: "Quux", Description: "We help."}, []string{"Food Pantry", "Bus Passes"}, nil, nil},
		{"a name that says nothing makes a term too little", Service{Name: "Parks pass"}, []string{"Food"}, nil, nil},
		{"where others help does not count", Service{Name: "Quux", Description: "Referrals to free groceries and hot meals. We refer to soup kitchens."}, nil, nil, nil},
		{"one phrase in a description is too little", Service{Name: "Quux", Description: "Near the food bank."}, nil, nil, nil},
		{"the same phrase twice is still one", Service{Name: "Quux", Description: "Near the food bank, behind the food banks."}, nil, nil, nil},
		{"phrases end with the sentence", Service{Name: "Quux", Description: "Good food. Bank holidays closed. Any food. Stamp sale"}, nil, nil, nil},
		{"parts of words are none", Service{Name: "Wickedness and parenthood"}, nil, nil, nil},
		{"a phrase inside a longer one", Service{Name: "Housing Counseling Program"}, nil, nil, map[string]string{"housing-instability": "name"}},
		{"and once by itself", Service{Name: "Housing counseling and grief counseling"}, nil, nil, map[string]string{"housing-instability": "name", "stress": "name"}},
		{"a word that counts in names", Service{Name: "Feeding"}, nil, nil, map[string]string{"food-insecurity": "title"}},
		{"and in names only", Service{Name: "Quux", Description: "Feeding birds, feeding ducks, feeding all."}, nil, nil, nil},
		{"a sure phrase is enough in a description", Service{Name: "Quux", Description: "We hand out free groceries."}, nil, nil, map[string]string{"food-insecurity": "description"}},
		{"but not beside a name that says otherwise", Service{Name: "Job Training", Description: "Free groceries."}, nil, nil, map[string]string{"employment-status": "name"}},
		{"what says nothing hides what is in it", Service{Name: "Quux", Description: "pet food, and more pet food."}, nil, nil, nil},
		{"a broad term is believed when nothing else is known", Service{Name: "Quux"}, []string{"Goods"}, nil, map[string]string{"material-hardship": "term"}},
		{"not when there are two", Service{Name: "Quux"}, []string{"Goods", "Food"}, nil, nil},
		{"nor beside a name that says otherwise", Service{Name: "Job Training"}, []string{"Goods"}, nil, map[string]string{"employment-status": "name"}},
		{"with a word beside it, enough", Service{Name: "Quux", Description: "Shoes."}, []string{"Goods"}, nil, map[string]string{"material-hardship": "description"}},
		{"who lists all terms says little with each", Service{Name: "Quux"}, []string{"Food Pantry", "Bus Passes", "Job Training"}, nil, nil},
		{"but not with each where most are of one", Service{Name: "Quux"}, []string{"Custody", "Estate Planning", "Bus Passes", "Job Training"}, nil, map[string]string{"sdoh-category-unspecified": "term"}},
		{"a term with all above it", Service{Name: "Quux"}, []string{"Basic Needs - Food - Soup Kitchens"}, nil, map[string]string{"food-insecurity": "term"}},
		{"what is above it does not count", Service{Name: "Quux"}, []string{"Soup Kitchens - Volunteers"}, nil, nil},
		{"a word of names yields to a clear term", Service{Name: "Quux Feeding"}, []string{"Bus Passes"}, nil, map[string]string{"transportation-insecurity": "term"}},
		{"and counts beside a broad one", Service{Name: "Quux Feeding"}, []string{"Transit"}, nil, map[string]string{"food-insecurity": "title"}},
		{"beside a name, words in passing are too little, however many", Service{Name: "Job Training", Description: "Groceries, pantry, lunch, dinner."}, nil, nil, map[string]string{"employment-status": "name"}},
		{"with a sure one among them, enough", Service{Name: "Job Training", Description: "Free groceries, lunch, dinner."}, nil, nil, map[string]string{"employment-status": "name", "food-insecurity": "description"}},
		{"a term and a sure phrase bear each other out", Service{Name: "Quux", Description: "Clothing closet, diapers, furniture, showers and free groceries."}, []string{"Food Pantry", "Clothing"}, nil, map[string]string{"food-insecurity": "description", "material-hardship": "description"}},
		{"a name that is nothing of its term takes more than words in passing", Service{Name: "EV charger rebate", Description: "From the utility, a rebate."}, []string{"Utilities"}, nil, nil},
		{"what an insurance covers it does not give", Service{Name: "Medicaid", Description: "Covers dental care, prescription medication and doctors."}, nil, nil, map[string]string{"health-insurance-coverage-status": "name"}},
		{"what others cover, they give", Service{Name: "Quux", Description: "Covers dental care and eyeglasses."}, nil, nil, map[string]string{"medical-cost-burden": "description"}},
		{"in Spanish", Service{Name: "Quux", Description: "Banco de alimentos los lunes."}, nil, nil, map[string]string{"food-insecurity": "description"}},
		{"nothing", Service{}, nil, nil, nil},
	}
	for _, tt := range tests {
		var got map[string]string
		for _, m := range DefaultCrosswalk().Map(tt.service, tt.terms, tt.codes) {
			if got == nil {
				got = map[string]string{}
			}
			got[m.Domain] = m.Source
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s: Map (-want +got):\n%s", tt.name, d)
		}
	}
}

func TestDefaultCrosswalkServesEveryDomain(t *testing.T) {
	c := DefaultCrosswalk()
	for _, d := range Domains() {
		if len(c.Words(d.Code)) == 0 {
			t.Errorf("no words for %s", d.Code)
		}
	}
	if got := len(Domains()); got != 24 {
		t.Errorf("need domains = %d, want the 24 of the value set", got)
	}
}

func TestParseCrosswalkRefuses(t *testing.T) {
	for _, file := range []string{`{`, `{"domains": {"hunger": {"phrases": ["food"]}}}`} {
		if _, err := ParseCrosswalk([]byte(file)); err == nil {
			t.Errorf("ParseCrosswalk(%s) succeeds, want an error", file)
		}
	}
}

func TestLanguageCode(t *testing.T) {
	for in, want := range map[string]string{
		"Spanish": "es", "spa": "es", "es-MX": "es", "ES": "es", "Español": "es", "Vietnamese": "vi", "zh-Hans": "zh", "Mandarin": "zh",
		"Cantonese": "yue", "Haitian Creole": "ht", "Hmong": "hmn", "American Sign Language": "ase", "Tagalog": "fil", "Somali": "so",
		"": "", "everything": "", "NA": "",
	} {
		if got := LanguageCode(in); got != want {
			t.Errorf("LanguageCode(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFree(t *testing.T) {
	zero, five := 0.0, 5.0
	for _, tt := range []struct {
		service Service
		want    bool
	}{
		{Service{FeesDescription: "Free"}, true},
		{Service{FeesDescription: "No cost to residents."}, true},
		{Service{FeesDescription: "Free or reduced"}, false},
		{Service{FeesDescription: "Sliding scale"}, false},
		{Service{FeesDescription: "Free for members, $5 for others"}, false},
		{Service{}, false},
		{Service{CostOptions: []CostOption{{Amount: &zero}}}, true},
		{Service{CostOptions: []CostOption{{Amount: &zero}, {Amount: &five}}, FeesDescription: "Free"}, false},
		{Service{CostOptions: []CostOption{{Option: "Pay what you can"}}}, false},
	} {
		if got := free(tt.service); got != tt.want {
			t.Errorf("free(%q, %v) = %v, want %v", tt.service.FeesDescription, tt.service.CostOptions, got, tt.want)
		}
	}
}

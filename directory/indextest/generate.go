package indextest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/geo"
)

// domain is what the generator knows of one need.
type domain struct {
	code             string
	names, terms     []string
	words, documents []string
}

// domains are the needs that generated services serve, with words of the trade.
var domains = []domain{
	{"food-insecurity", []string{"Food Pantry", "Community Meals", "Mobile Food Bank", "SNAP Enrollment", "WIC Clinic", "Senior Lunch Program", "Despensa de Comida"},
		[]string{"Food Pantries", "Meals", "Nutrition Education", "Emergency Food"},
		[]string{"groceries", "produce", "meals", "hungry", "nutrition", "canned", "lunch", "pantry", "fresh", "vegetables"}, []string{"Photo ID", "Proof of address"}},
	{"housing-instability", []string{"Rental Assistance", "Eviction Prevention", "Housing Counseling", "Tenant Legal Aid", "Rapid Rehousing"},
		[]string{"Rent Payment Assistance", "Housing Search", "Eviction Prevention"},
		[]string{"rent", "landlord", "deposit", "lease", "tenant", "eviction", "housing", "voucher", "apartment"}, []string{"Lease", "Eviction notice"}},
	{"homelessness", []string{"Emergency Shelter", "Family Shelter", "Day Center", "Warming Center", "Street Outreach"},
		[]string{"Homeless Shelter", "Transitional Housing"},
		[]string{"beds", "shelter", "showers", "night", "families", "case", "management", "blankets"}, nil},
	{"transportation-insecurity", []string{"Medical Transportation", "Senior Rides", "Bus Pass Program", "Paratransit", "Volunteer Drivers"},
		[]string{"Transportation", "Medical Appointments Transportation"},
		[]string{"rides", "drivers", "appointments", "wheelchair", "van", "transit", "transportation", "passes"}, []string{"Medicaid card"}},
	{"utility-insecurity", []string{"Energy Assistance", "Utility Bill Help", "LIHEAP", "Weatherization", "Water Assistance"},
		[]string{"Utility Assistance", "Weatherization Programs"},
		[]string{"electric", "heating", "bill", "utility", "shutoff", "gas", "water", "insulation"}, []string{"Utility bill", "Proof of income"}},
	{"employment-status", []string{"Job Training", "Career Center", "Resume Workshop", "Youth Employment", "Reentry Jobs"},
		[]string{"Job Search", "Vocational Training"},
		[]string{"jobs", "resume", "interview", "employers", "skills", "training", "career", "apprenticeship"}, []string{"Social security card"}},
	{"intimate-partner-violence", []string{"Domestic Violence Hotline", "Safe House", "Survivor Counseling", "Protective Orders Clinic"},
		[]string{"Domestic Violence Shelters", "Crisis Intervention"},
		[]string{"safe", "survivors", "violence", "confidential", "advocates", "crisis", "hotline", "orders"}, nil},
	{"stress", []string{"Mental Health Counseling", "Support Group", "Grief Counseling", "Crisis Line", "Terapia Familiar"},
		[]string{"Counseling", "Mental Health Services"},
		[]string{"therapy", "counselors", "grief", "anxiety", "depression", "group", "support", "psychiatric"}, nil},
	{"health-insurance-coverage-status", []string{"Medicaid Enrollment", "Community Health Center", "Free Clinic", "Dental Clinic"},
		[]string{"Health Insurance", "Primary Care"},
		[]string{"doctors", "dental", "vaccines", "insurance", "enrollment", "clinic", "patients", "vision"}, []string{"Insurance card"}},
	{"social-connection", []string{"Senior Center", "Friendly Visitors", "Youth Club", "Newcomer Welcome", "English Classes"},
		[]string{"Social Clubs", "Adult Education"},
		[]string{"friends", "activities", "visitors", "lonely", "games", "classes", "english", "club"}, nil},
}

// filler are words that texts of all services have.
var filler = strings.Fields("the and for with services program community people residents provides offers support help information low income families children adults seniors county office free available call walk appointment referral eligible staff volunteers neighborhood local partners open weekly monthly assistance education resources individuals must live in area no cost")

var generatedLanguages = []string{"en", "es", "zh", "vi", "tl", "ru", "ar", "ko"}

// counties are the made-up service areas of generated services, around their centers.
var counties = []struct {
	code   string
	center geo.Point
	cities []string
}{
	{"06075", geo.Point{Lat: 37.76, Lng: -122.44}, []string{"San Francisco"}},
	{"06001", geo.Point{Lat: 37.75, Lng: -122.15}, []string{"Oakland", "Berkeley", "Fremont", "Hayward"}},
	{"06013", geo.Point{Lat: 37.95, Lng: -122.05}, []string{"Richmond", "Concord", "Antioch"}},
	{"06081", geo.Point{Lat: 37.50, Lng: -122.30}, []string{"Daly City", "San Mateo", "Redwood City"}},
	{"06085", geo.Point{Lat: 37.32, Lng: -121.90}, []string{"San Jose", "Sunnyvale", "Gilroy"}},
}

// generator makes entries; the same seed makes the same ones.
type generator struct {
	*rand.Rand
	rare  []string // made-up words, the first far more often used than the last
	hours []*directory.Hours
}

// Generate makes the entries of so many services, one in four with a second
// place. The same seed makes the same entries.
func Generate(seed uint64, services int) []directory.Entry {
	g := newGenerator(seed)
	out := make([]directory.Entry, 0, services*5/4+1)
	for i := range services {
		e := g.service(fmt.Sprintf("s-%d-%06d", seed, i))
		out = append(out, e)
		if g.IntN(4) == 0 {
			g.place(&e)
			e.ID += "-b"
			out = append(out, e)
		}
	}
	return out
}

func newGenerator(seed uint64) *generator {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 7))}
	for range 30_000 {
		g.rare = append(g.rare, g.name())
	}
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		zone = time.FixedZone("PST", -8*60*60)
	}
	for _, days := range []string{"MO,TU,WE,TH,FR", "MO,WE,FR", "TU,TH", "SA,SU", "MO,TU,WE,TH,FR,SA,SU"} {
		for _, times := range [][2]string{{"09:00", "17:00"}, {"08:30", "12:00"}, {"13:00", "20:00"}, {"22:00", "06:00"}} {
			g.hours = append(g.hours, directory.CompileHours([]directory.Schedule{{Freq: "WEEKLY", ByDay: days, OpensAt: times[0], ClosesAt: times[1]}}, zone))
		}
	}
	return g
}

// name makes up a word.
func (g *generator) name() string {
	var b strings.Builder
	for range 2 + g.IntN(3) {
		b.WriteString(pick(g, "ba", "cor", "del", "en", "fra", "gri", "han", "jo", "kel", "lin", "mar", "nor", "os", "per", "qui", "ros", "san", "tor", "ul", "ven", "wil", "yor", "zan", "cha", "sto", "bre"))
	}
	return b.String()
}

func pick[T any](g *generator, list ...T) T { return list[g.IntN(len(list))] }

// rareWord picks a made-up word; a few are picked often, most hardly ever.
func (g *generator) rareWord() string {
	f := g.Float64()
	return g.rare[int(f*f*f*float64(len(g.rare)))]
}

func (g *generator) text(d domain, n int) string {
	list := make([]string, n)
	for i := range list {
		switch x := g.IntN(10); {
		case x < 5:
			list[i] = pick(g, filler...)
		case x < 8:
			list[i] = pick(g, d.words...)
		default:
			list[i] = g.rareWord()
		}
	}
	return strings.Join(list, " ")
}

func (g *generator) service(id string) directory.Entry {
	d := pick(g, domains...)
	org := g.IntN(4000)
	title := func(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
	e := directory.Entry{
		ID: id + "-a", ServiceID: id, OrganizationID: fmt.Sprintf("org-%04d", org),
		Name:             title(g.rareWord()) + " " + pick(g, d.names...),
		Keywords:         []string{pick(g, d.words...), pick(g, d.words...)},
		TaxonomyNames:    []string{pick(g, d.terms...)},
		OrganizationName: title(g.rare[org]) + " " + pick(g, "Center", "Services", "Foundation", "Ministries", "Alliance"),
		Eligibility:      g.text(d, 10),
		Description:      g.text(d, 70),
		Needs:            []string{d.code},
		TaxonomyIDs:      []string{"tx-" + d.code, fmt.Sprintf("tx-%s-%d", d.code, g.IntN(20))},
		Languages:        []string{"en"},
		Status:           "active",
		Capacity:         pick(g, directory.CapacityOpen, directory.CapacityOpen, directory.CapacityWaitlist, directory.CapacityFull, directory.CapacityUnknown),
		CostFree:         g.IntN(2) == 0,
		Quality:          float64(g.IntN(101)) / 100,
		LastModified:     time.Unix(1_780_000_000+g.Int64N(10_000_000), 0).UTC(),
	}
	if d.documents != nil {
		e.RequiredDocuments = []string{pick(g, d.documents...)}
	}
	if g.IntN(2) == 0 {
		e.Languages = append(e.Languages, pick(g, generatedLanguages[1:]...))
	}
	if g.IntN(3) == 0 {
		e.Accessibility = []string{pick(g, "wheelchair", "asl", "elevator")}
	}
	if g.IntN(5) == 0 {
		age := float64(pick(g, 18, 55, 60, 65))
		e.AgeMin = &age
	}
	if g.IntN(10) == 0 {
		age := float64(pick(g, 17, 24))
		e.AgeMax = &age
	}
	if g.IntN(2) == 0 {
		e.VerifiedAt = e.LastModified.Add(time.Hour)
	}
	g.place(&e)
	return e
}

// place gives the entry a place, an area and hours.
func (g *generator) place(e *directory.Entry) {
	c := pick(g, counties...)
	e.City = pick(g, c.cities...)
	zip := fmt.Sprintf("%05d", 94000+g.IntN(300))
	e.PostalCode = zip
	e.Point, e.Areas, e.AreaUnknown, e.Statewide, e.Virtual, e.Hours = nil, nil, false, false, false, nil
	if g.IntN(10) > 0 {
		e.Point = &geo.Point{Lat: c.center.Lat + g.NormFloat64()/10, Lng: c.center.Lng + g.NormFloat64()/10}
	}
	switch x := g.IntN(20); {
	case x == 0:
		e.Areas, e.Statewide = []string{"state:06"}, true
	case x == 1:
		e.Areas, e.Virtual = []string{"us"}, true
	case x < 6:
		e.AreaUnknown = true
	case x < 10:
		e.Areas = []string{"zip:" + zip, "zip:94109"}
	default:
		e.Areas = []string{"county:" + c.code}
	}
	if g.IntN(4) > 0 {
		e.Hours = pick(g, g.hours...)
	}
}

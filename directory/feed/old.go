package feed

import (
	"path"
	"strings"
)

// layout says how a table of an HSDS package, of any version and in the
// dialects that systems write, becomes a table of HSDS 3.
type layout struct {
	entity string
	// columns renames columns; one that is not listed keeps its name.
	columns map[string]string
	// fixed are values that the table says by its name.
	fixed map[string]string
	// adds tells that its rows add to those of another table.
	adds bool
}

// layouts are the tables by file name, in the singular. Sources: the tabular
// packages of HSDS 1.1, 2.0.1 and 3.x, and the columns that ORServices writes.
var layouts = map[string]layout{
	"organization": {entity: "organization", columns: map[string]string{"url": "website"}},
	"program":      {entity: "program"},
	"service": {entity: "service", columns: map[string]string{
		"fees": "fees_description", "access_requirement": "eligibility_description", "taxonomy_ids": termList, "taxonomy": termList, "locations": placeList,
		"organization": "organization_id", "program": "program_id", "eligibility": "eligibility_description",
	}},
	"service_at_location":          {entity: "service_at_location"},
	"location":                     {entity: "location"},
	"address":                      {entity: "address"},
	"physical_address":             {entity: "address", fixed: map[string]string{"address_type": "physical"}},
	"postal_address":               {entity: "address", fixed: map[string]string{"address_type": "postal"}},
	"mail_address":                 {entity: "address", fixed: map[string]string{"address_type": "postal"}},
	"phone":                        {entity: "phone", columns: map[string]string{"language": languageCell, "vanity_number": "description", "number_type": "type", "country_prefix": ignored}},
	"contact":                      {entity: "contact"},
	"schedule":                     {entity: "schedule", columns: scheduleColumns},
	"regular_schedule":             {entity: "schedule", columns: scheduleColumns, fixed: map[string]string{"freq": "WEEKLY"}},
	"holiday_schedule":             {entity: "schedule", columns: map[string]string{"start_date": "dtstart", "end_date": "until", "closed": "x_closed"}},
	"service_area":                 {entity: "service_area", columns: map[string]string{"service_area": "name"}},
	"language":                     {entity: "language", columns: map[string]string{"language": "name"}},
	"accessibility":                {entity: "accessibility", columns: map[string]string{"accessibility": "description"}},
	"accessibility_for_disability": {entity: "accessibility", columns: map[string]string{"accessibility": "description"}},
	"required_document":            {entity: "required_document"},
	"eligibility":                  {entity: "service", columns: map[string]string{"id": ignored, "service_id": "id", "eligibility": "eligibility_description"}, adds: true},
	"payment_accepted":             {entity: "cost_option", columns: map[string]string{"payment": "option"}},
	"cost_option":                  {entity: "cost_option"},
	"funding":                      {entity: "funding"},
	"organization_identifier":      {entity: "organization_identifier"},
	"service_capacity":             {entity: "service_capacity"},
	"unit":                         {entity: "unit"},
	"url":                          {entity: "url"},
	"metadata":                     {entity: "metadata"},
	"attribute":                    {entity: "attribute"},
	"other_attribute":              {entity: "attribute"},
	"service_attribute":            {entity: "attribute", columns: map[string]string{"service_id": "link_id"}, fixed: map[string]string{"link_entity": "service"}},
	"services_taxonomy":            {entity: "attribute", columns: map[string]string{"service_id": "link_id", "taxonomy_id": "taxonomy_term_id", "taxonomy_detail": "value"}, fixed: map[string]string{"link_entity": "service"}},
	// In 1.x a row of taxonomy.csv is a term.
	"taxonomy": {entity: "taxonomy_term", columns: map[string]string{"vocabulary": "taxonomy", "parent_name": ignored}},
	"taxonomy_term": {entity: "taxonomy_term", columns: map[string]string{
		"term": "name", "recordid": "id", "parent_recordid": ignored, "parent_name": "parent_id", "x_description": "description", "vocabulary": ignored,
		"taxonomy": "taxonomy",
	}},
	"taxonomies":    {entity: "taxonomy"},
	"taxonomy_type": {entity: "taxonomy", columns: map[string]string{"taxonomy_type_recordid": "id", "notes": "description", "reference_url": "uri"}},
}

var scheduleColumns = map[string]string{"weekday": "byday", "name": ignored, "closed": "x_closed"}

// Names of columns that are no fields: what to do with their cells.
const (
	ignored      = "-"          // nothing; a line in the report says so
	termList     = "-terms"     // ids of taxonomy terms of a service
	placeList    = "-locations" // ids of locations of a service
	languageCell = "-language"  // languages of a phone
)

// aliases are names that systems give to columns of any table.
var aliases = map[string]string{
	"recordid": "id", "lat": "latitude", "lng": "longitude", "lon": "longitude", "long": "longitude", "zip": "postal_code", "zip_code": "postal_code",
	"state": "state_province", "street_address": "address_1", "address": "address_1", "web": "url",
}

// layoutOf finds the layout of a file by its name.
func layoutOf(base string) (layout, bool) {
	name := columnName(strings.TrimSuffix(strings.ToLower(base), path.Ext(strings.ToLower(base))))
	if name == "services_at_location" || name == "services_at_locations" || name == "service_at_locations" {
		name = "service_at_location"
	}
	l, ok := layouts[name]
	for _, cut := range []struct{ end, by string }{{"ies", "y"}, {"es", ""}, {"s", ""}} {
		if ok {
			break
		}
		if stem, has := strings.CutSuffix(name, cut.end); has {
			l, ok = layouts[stem+cut.by]
		}
	}
	return l, ok
}

// rename is the column of HSDS 3 that a column of the layout's table becomes;
// ok is false for one that nobody knows.
func (l layout) rename(heading string) (string, bool) {
	e := entities[l.entity]
	for _, name := range []string{heading, strings.TrimPrefix(heading, l.entity+"_"), strings.TrimPrefix(heading, "taxonomy_")} {
		if to, ok := l.columns[name]; ok {
			return to, true
		}
		if e.knows(name) {
			return name, true
		}
		if to, ok := aliases[name]; ok && e.knows(to) {
			return to, true
		}
	}
	return heading, false
}

// knows tells whether the entity has the column, or a row of it names its
// parent by it.
func (e *entity) knows(name string) bool {
	if _, ok := e.columns[name]; ok {
		return true
	}
	switch {
	case e.name == "address" && (name == "address_3" || name == "address_4"), e.name == "phone" && name == "department":
		return true
	case e.name == "service_area" && name == "location_id", e.name == "schedule" && name == "location_id":
		return true
	}
	for _, p := range entities {
		for _, l := range p.lists {
			if l.of == e.name && l.key == name {
				return true
			}
		}
	}
	return false
}

package feed

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/repair"
)

// adapters turn a row as systems write it into rows as the standard has them,
// by kind; most kinds need none.
var adapters = map[string]func(*builder, *table, row) []row{
	"service": adaptService, "location": adaptLocation, "address": adaptAddress, "phone": adaptPhone, "schedule": adaptSchedule,
	"organization": adaptOrganization, "service_at_location": adaptPlace, "cost_option": adaptCost, "attribute": adaptAttribute,
}

// take answers the text of a cell and takes the cell out of the row.
func (r *row) take(t *table, column string) string {
	for i, c := range r.cells {
		if t.columns[c.column] == column {
			r.cells = slices.Delete(slices.Clone(r.cells), i, i+1)
			return c.text
		}
	}
	return ""
}

// put sets a cell; an empty text takes it away.
func (r *row) put(t *table, column, text string) {
	r.take(t, column)
	if text != "" {
		r.cells = append(r.cells[:len(r.cells):len(r.cells)], cell{t.column(column), text})
	}
}

// extra adds a row of another kind that a row has in one of its cells.
func (b *builder) extra(t *table, r row, kind string, cells map[string]string) {
	to := b.named(t.file, entities[kind])
	n := row{line: r.line}
	for _, name := range sortedKeys(cells) {
		if cells[name] != "" {
			n.cells = append(n.cells, cell{to.column(name), cells[name]})
		}
	}
	b.add(to, n)
}

// statusWords are the ways to say whether a service is offered.
var statusWords = map[string]directory.Status{
	"active": directory.Active, "1": directory.Active, "true": directory.Active, "yes": directory.Active, "published": directory.Active, "open": directory.Active,
	"inactive": directory.Inactive, "0": directory.Inactive, "false": directory.Inactive, "no": directory.Inactive, "unpublished": directory.Inactive, "draft": directory.Inactive,
	"defunct": directory.Defunct, "closed": directory.Defunct, "deleted": directory.Defunct, "permanently closed": directory.Defunct,
	"temporarily closed": directory.TemporarilyClosed, "temporarily_closed": directory.TemporarilyClosed,
}

func adaptService(b *builder, t *table, r row) []row {
	id := r.get(t, "id")
	for _, term := range ids(r.take(t, termList)) {
		b.extra(t, r, "attribute", map[string]string{"link_id": id, "link_entity": "service", "taxonomy_term_id": term})
	}
	for _, place := range ids(r.take(t, placeList)) {
		b.extra(t, r, "service_at_location", map[string]string{"id": id + "@" + place, "service_id": id, "location_id": place})
	}
	if text := r.get(t, "status"); text != "" {
		status, ok := statusWords[strings.ToLower(strings.TrimSpace(text))]
		if !ok {
			status = directory.Inactive
			b.tell(t, r, "status", text, "unknown-status", Warning, Repaired)
		} else if string(status) != text {
			b.tell(t, r, "status", text, "status", Info, Repaired)
		}
		r.put(t, "status", string(status))
	}
	r.ages(b, t)
	return []row{r}
}

// ages reads the ages out of the words about who is eligible, where the row
// has none.
func (r *row) ages(b *builder, t *table) {
	text := r.get(t, "eligibility_description")
	if text == "" || r.get(t, "minimum_age") != "" || r.get(t, "maximum_age") != "" {
		return
	}
	from, to := repair.Ages(text)
	if from != "" {
		r.put(t, "minimum_age", from)
	}
	if to != "" {
		r.put(t, "maximum_age", to)
	}
	if from+to != "" {
		b.tell(t, *r, "eligibility_description", text, "ages-read", Info, Repaired)
	}
}

func adaptOrganization(b *builder, t *table, r row) []row {
	if r.get(t, "name") == "" {
		b.tell(t, r, "name", "", "no-name", Error, Dropped)
		return nil
	}
	return []row{r}
}

func adaptPlace(b *builder, t *table, r row) []row {
	if r.get(t, "id") == "" {
		r.put(t, "id", r.get(t, "service_id")+"@"+r.get(t, "location_id"))
	}
	return []row{r}
}

func adaptCost(_ *builder, t *table, r row) []row {
	if r.get(t, "amount")+r.get(t, "amount_description")+r.get(t, "option") == "" {
		return nil // a row that only names a service
	}
	return []row{r}
}

func adaptAttribute(_ *builder, t *table, r row) []row {
	if r.get(t, "taxonomy_term_id")+r.get(t, "value") == "" {
		return nil
	}
	return []row{r}
}

func adaptLocation(b *builder, t *table, r row) []row {
	lat, lng := r.take(t, "latitude"), r.take(t, "longitude")
	point, rules := repair.Point(lat, lng)
	for _, rule := range rules {
		level, done := Info, Repaired
		if rule == repair.NoPlace {
			level, done = Warning, Dropped
		}
		b.tell(t, r, "latitude", lat+", "+lng, string(rule), level, done)
	}
	if point != nil {
		r.put(t, "latitude", fmt.Sprint(point.Lat))
		r.put(t, "longitude", fmt.Sprint(point.Lng))
	}
	switch kind := directory.LocationType(strings.ToLower(r.get(t, "location_type"))); kind {
	case directory.Physical, directory.Postal, directory.Virtual:
		r.put(t, "location_type", string(kind))
	default:
		if kind != "" {
			b.tell(t, r, "location_type", string(kind), "unknown-type", Warning, Repaired)
		}
		r.put(t, "location_type", string(directory.Physical))
	}
	return []row{r}
}

func adaptAddress(b *builder, t *table, r row) []row {
	second := []string{}
	for _, n := range []string{"address_2", "address_3", "address_4"} {
		if s := strings.TrimSpace(r.take(t, n)); s != "" {
			second = append(second, s)
		}
	}
	r.put(t, "address_2", strings.Join(second, ", "))
	if r.get(t, "address_1")+r.get(t, "city")+r.get(t, "postal_code") == "" {
		if r.get(t, "state_province")+r.get(t, "region")+r.get(t, "attention") != "" {
			b.tell(t, r, "address_1", summary(t, r), "incomplete-part", Warning, Dropped)
		}
		return nil
	}
	if r.get(t, "country") == "" {
		country := b.feed.Country
		if country == "" {
			country = "US"
		}
		r.put(t, "country", country)
	}
	if zip := strings.TrimSpace(r.get(t, "postal_code")); len(zip) == 4 && digits(zip) {
		b.tell(t, r, "postal_code", zip, "zero-in-front", Info, Repaired) // a spreadsheet took it for a number
		r.put(t, "postal_code", "0"+zip)
	}
	if r.get(t, "address_type") == "" {
		r.put(t, "address_type", string(directory.Physical))
	}
	return []row{r}
}

func adaptPhone(b *builder, t *table, r row) []row {
	text := r.get(t, "number")
	languages := r.take(t, languageCell)
	phones, rules := repair.Phones(text)
	for _, rule := range rules {
		level, done := Info, Repaired
		if rule == repair.Unreadable {
			level, done = Warning, Kept
		}
		b.tell(t, r, "number", text, string(rule), level, done)
	}
	id, department, said := r.get(t, "id"), r.take(t, "department"), r.take(t, "description")
	var out []row
	for n, p := range phones {
		one := row{line: r.line, cells: slices.Clone(r.cells)}
		one.put(t, "number", p.Number)
		description := joined(said, department, p.Description)
		if ext := one.take(t, "extension"); p.Extension == "" && ext != "" {
			if p.Extension = strings.TrimLeft(strings.TrimSpace(ext), "xX# "); !digits(p.Extension) || strings.HasPrefix(p.Extension, "0") {
				b.tell(t, r, "extension", ext, string(repair.Misplaced), Info, Repaired) // the standard wants a number
				description, p.Extension = joined(description, "ext. "+strings.TrimSpace(ext)), ""
			}
		}
		one.put(t, "extension", p.Extension)
		one.put(t, "description", description)
		if p.Type != "" && one.get(t, "type") == "" {
			one.put(t, "type", p.Type)
		}
		if n > 0 {
			one.put(t, "id", fmt.Sprintf("%s#%d", id, n+1))
		}
		for i, l := range strings.FieldsFunc(languages, listSign) {
			b.extra(t, r, "language", map[string]string{"phone_id": one.get(t, "id"), "name": strings.TrimSpace(l), "id": fmt.Sprintf("%s/language/%d", one.get(t, "id"), i)})
		}
		out = append(out, one)
	}
	return out
}

// get is the text of a cell.
func (r *row) get(t *table, column string) string { return t.get(*r, column) }

func listSign(c rune) bool { return c == ',' || c == ';' || c == '|' }

// ids splits a cell with a list of ids.
func ids(s string) []string {
	var out []string
	for _, id := range strings.FieldsFunc(s, listSign) {
		if id = strings.TrimSpace(id); id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func joined(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return strings.Join(out, ", ")
}

var hoursInDates = regexp.MustCompile(`(?i)^\s*\d{1,2}(:\d{2})?\s*[ap]\.?m|^\s*24\s*hours`)

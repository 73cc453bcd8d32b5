package meili

import (
	"strconv"
	"strings"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/geo"
)

// condition is a filter expression of the server; "" is true.
type condition string

// and joins conditions; those that are always true are left out.
func and(list ...condition) condition {
	var parts []string
	for _, c := range list {
		if c != "" {
			parts = append(parts, string(c))
		}
	}
	return condition(strings.Join(parts, " AND "))
}

// either joins conditions, of which one must hold.
func either(list ...condition) condition {
	parts := make([]string, len(list))
	for i, c := range list {
		if c == "" {
			return ""
		}
		parts[i] = string(c)
	}
	return condition("(" + strings.Join(parts, " OR ") + ")")
}

func not(c condition) condition { return "NOT (" + c + ")" }

// in holds for documents with one of the values; without values it always holds.
func in(field string, values ...string) condition {
	if len(values) == 0 {
		return ""
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = quote(v)
	}
	return condition(field + " IN [" + strings.Join(quoted, ", ") + "]")
}

// quote writes a value so that nothing in it is read as an expression.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

func number(f float64) condition { return condition(strconv.FormatFloat(f, 'f', -1, 64)) }

func within(p geo.Point, meters float64) condition {
	return "_geoRadius(" + number(p.Lat) + ", " + number(p.Lng) + ", " + number(meters) + ")"
}

// Conditions on a document.
const (
	hasPoint    condition = "has_point = true"
	areaUnknown condition = "area_unknown = true"
	exempt      condition = "exempt = true"
)

// filters are the conditions of a query apart from text and place.
func filters(q *directory.Query) condition {
	list := []condition{
		in("needs", q.Needs...), in("taxonomy_ids", q.TaxonomyIDs...), in("languages", q.Languages...),
		in("accessibility", q.Accessibility...), in("capacity", q.Capacity...),
	}
	if q.OrganizationID != "" {
		list = append(list, in("organization_id", q.OrganizationID))
	}
	if q.CostFree {
		list = append(list, "cost_free = true")
	}
	if q.Age != nil {
		list = append(list, "age_from <= "+number(*q.Age), "age_end > "+number(*q.Age))
	}
	return and(append(list, hours(q), place(q))...)
}

// hours is what a query asks of opening hours. Half hours that are open in part
// count as unknown.
func hours(q *directory.Query) condition {
	if q.OpenAt == nil {
		return ""
	}
	slots := []string{directory.SlotName(q.OpenAt.UTC())}
	if q.OpenUntil != nil {
		slots = directory.SlotNames(q.OpenAt.UTC(), *q.OpenUntil)
	}
	open := in("open_slots", slots...)
	if !q.HoursUnknown {
		return open
	}
	return and(in("unknown_slots", append(slots, anySlot)...), not(open))
}

// place is what excludes documents by place: areas that do not cover the
// seeker, and points beyond the radius.
func place(q *directory.Query) condition {
	var list []condition
	covers := in("area_codes", q.Areas...)
	if covers != "" {
		list = append(list, either(covers, areaUnknown))
	}
	if near(q) && q.RadiusMeters > 0 {
		spared := exempt
		if covers != "" {
			spared = "(" + and(exempt, covers) + ")"
		}
		list = append(list, either(within(*q.Near, q.RadiusMeters), not(hasPoint), spared))
	}
	return and(list...)
}

// near tells whether the query says where the seeker is.
func near(q *directory.Query) bool { return q.Near != nil && geo.Valid(*q.Near) }

// reach is how far a point may be to count as near, in metres.
func reach(q *directory.Query) float64 {
	if q.RadiusMeters > 0 {
		return q.RadiusMeters
	}
	return directory.ReachMeters
}

// tierConditions are the conditions of the tiers, best first; one that always
// holds when the query asks for no place.
func tierConditions(q *directory.Query) []condition {
	if !near(q) && len(q.Areas) == 0 {
		return []condition{""}
	}
	covers, isNear := in("area_codes", q.Areas...), condition("")
	if near(q) {
		isNear = within(*q.Near, reach(q))
	}
	switch {
	case covers == "":
		return []condition{never, never, isNear, not(isNear)}
	case isNear == "":
		return []condition{never, covers, never, not(covers)}
	default:
		return []condition{and(covers, isNear), and(covers, not(isNear)), and(not(covers), isNear), and(not(covers), not(isNear))}
	}
}

// never is a condition that nothing fits; tiers with it are not asked for.
const never condition = "service_id IN []"

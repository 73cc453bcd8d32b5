package directory

import (
	"context"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// Comparison sets the two records of a proposal beside each other.
type Comparison struct {
	Duplicate
	Sides  [2]ComparedSide `json:"sides"`
	Fields []ComparedField `json:"fields"`
	// Gone says that one of the records is there no longer, as after a merge.
	Gone bool `json:"gone,omitempty"`
	// Merge is the last merge of the two; nil where there was none.
	Merge *Merge `json:"merge,omitempty"`
}

// ComparedSide is what a person weighs of a record beside its fields.
type ComparedSide struct {
	DuplicateSide
	UpdatedAt    time.Time `json:"updatedAt"`
	MissingSince time.Time `json:"missingSince,omitzero"`
	// HasUsers says that the organization must stay.
	HasUsers bool `json:"hasUsers,omitempty"`
	// Services and Locations are how many belong to the organization.
	Services     int  `json:"services,omitempty"`
	Locations    int  `json:"locations,omitempty"`
	Confidential bool `json:"confidential,omitempty"`
}

// ComparedField is one field of both records, of which at least one has a value.
type ComparedField struct {
	Name    string      `json:"name"` // as in HSDS
	Values  [2][]string `json:"values"`
	Sources [2]Source   `json:"sources"`
	Same    bool        `json:"same"`
	// List says that what either has can stay.
	List bool `json:"list,omitempty"`
	// Usual is the choice that is made when the record at that place stays.
	Usual [2]Choice `json:"usual"`
	// Hidden says that the values must not show, of a confidential place.
	Hidden bool `json:"hidden,omitempty"`
}

// Compare answers a proposal with its two records. It needs NetworkManage.
func (d *Directory) Compare(ctx context.Context, duplicateID string) (Comparison, error) {
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return Comparison{}, err
	}
	p, err := d.duplicates.Get(ctx, duplicateID)
	if err != nil {
		return Comparison{}, err
	}
	c := Comparison{Duplicate: p}
	if p.MergeID != "" {
		m, err := d.merges.Get(ctx, p.MergeID)
		if err != nil {
			return c, err
		}
		c.Merge = &m
	}
	if err := d.mergers()[p.Kind].compare(ctx, &c); err != nil {
		return c, err
	}
	if p.Kind == KindOrganization {
		for i := range c.Sides {
			if err := d.countBeneath(ctx, &c.Sides[i]); err != nil {
				return c, err
			}
		}
	}
	return c, nil
}

func (d *Directory) countBeneath(ctx context.Context, s *ComparedSide) (err error) {
	own := docstore.Query{Where: []docstore.Cond{docstore.Eq("organization", docstore.String(s.ID))}}
	services, err := d.services.Count(ctx, own)
	if err != nil {
		return err
	}
	locations, err := d.locations.Count(ctx, own)
	if err != nil {
		return err
	}
	s.Services, s.Locations = int(services), int(locations)
	s.HasUsers, err = d.hasUsers(ctx, s.ID)
	return err
}

func (k recordsOf[T]) compare(ctx context.Context, c *Comparison) error {
	docs, err := k.docs.GetMany(ctx, []string{c.Records[0].ID, c.Records[1].ID})
	if err != nil {
		return err
	}
	var pair [2]*T
	for i, r := range c.Records {
		doc, there := docs[r.ID]
		c.Gone = c.Gone || !there
		c.Sides[i].DuplicateSide, pair[i] = r, &doc
		k.side(&doc, &c.Sides[i])
	}
	hidden := c.Sides[0].Confidential || c.Sides[1].Confidential
	a, b := fieldsOf(k.object(pair[0])), fieldsOf(k.object(pair[1]))
	for _, name := range fieldNames(k.object(pair[0])) {
		x, y := a[name], b[name]
		if blank(x) && blank(y) {
			continue
		}
		f := ComparedField{
			Name: name, Sources: [2]Source{k.sources(pair[0]).of(name), k.sources(pair[1]).of(name)},
			List: x.Kind() == reflect.Slice, Usual: [2]Choice{usual(x, y), usual(y, x)},
			Hidden: hidden && hiddenFields[name],
		}
		if !f.Hidden {
			f.Values = [2][]string{fieldText(x), fieldText(y)}
		}
		f.Same = sameParts(x, y)
		c.Fields = append(c.Fields, f)
	}
	return nil
}

// hiddenFields tell where a location is.
var hiddenFields = wordSet("addresses latitude longitude description transportation accessibility contacts attributes")

// sameParts tells whether two values say the same, whatever the ids in them.
func sameParts(x, y reflect.Value) bool {
	if x.Kind() != reflect.Slice {
		return reflect.DeepEqual(x.Interface(), y.Interface())
	}
	return len(missingParts(x, y)) == 0 && len(missingParts(y, x)) == 0
}

// fieldText is a value in words: one line for each part.
func fieldText(v reflect.Value) []string {
	switch {
	case blank(v):
		return nil
	case v.Kind() == reflect.Slice:
		var out []string
		for i := range v.Len() {
			out = append(out, fieldText(v.Index(i))...)
		}
		return out
	case v.Kind() == reflect.Struct:
		var parts []string
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			if name == "id" || name == "metadata" || name == "attributes" || strings.HasSuffix(name, "_id") {
				continue
			}
			parts = append(parts, fieldText(v.Field(i))...)
		}
		return []string{strings.Join(parts, ", ")}
	case v.Kind() == reflect.Pointer:
		return fieldText(v.Elem())
	case v.CanFloat():
		return []string{strconv.FormatFloat(v.Float(), 'f', -1, 64)}
	}
	return []string{fmt.Sprint(v.Interface())}
}

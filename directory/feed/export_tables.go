package feed

import (
	"archive/zip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"reflect"
	"slices"
	"strconv"
	"time"
)

// tableSink writes objects as a tabular data package of HSDS 3. Each table is
// collected in a file of its own first, since an archive is written one file
// after the other.
type tableSink struct {
	zip    *zip.Writer
	at     time.Time
	tables map[string]*outTable
	seen   map[string]bool // objects that stand in several others are written once
}

// hsdsVersion is the version of the standard that is written.
const hsdsVersion = "3.2.3"

// outTable is one table under way.
type outTable struct {
	file    *os.File
	csv     *csv.Writer
	columns []string
}

// tableFiles are the names of the tables, as in the standard's data package.
var tableFiles = map[string]string{
	"organization": "organizations", "program": "programs", "service": "services", "service_at_location": "service_at_location",
	"location": "locations", "address": "addresses", "phone": "phones", "contact": "contacts", "schedule": "schedules",
	"service_area": "service_areas", "language": "languages", "accessibility": "accessibility", "required_document": "required_documents",
	"cost_option": "cost_options", "funding": "funding", "organization_identifier": "organization_identifiers",
	"service_capacity": "service_capacity", "unit": "units", "url": "url", "taxonomy": "taxonomies", "taxonomy_term": "taxonomy_terms",
	"attribute": "attributes", "metadata": "metadata",
}

func newTableSink(z *zip.Writer, at time.Time) *tableSink {
	return &tableSink{zip: z, at: at, tables: map[string]*outTable{}, seen: map[string]bool{}}
}

// columnsOf are the columns of a kind's table: its own fields, then the keys by
// which it names what it belongs to.
func columnsOf(e *entity) []string {
	var out []string
	for i := range e.typ.NumField() {
		if tag := tagOf(e, i); tag != "" {
			if _, ok := e.columns[tag]; ok {
				out = append(out, tag)
			}
		}
	}
	for _, p := range sortedKeys(entities) {
		for _, l := range entities[p].lists {
			if l.of == e.name && !slices.Contains(out, l.key) && !isRoot(l.of) {
				out = append(out, l.key)
			}
		}
	}
	return out
}

func (s *tableSink) table(e *entity) (*outTable, error) {
	if t := s.tables[e.name]; t != nil {
		return t, nil
	}
	f, err := os.CreateTemp("", "havenloop-export-*.csv")
	if err != nil {
		return nil, err
	}
	t := &outTable{file: f, csv: csv.NewWriter(f), columns: columnsOf(e)}
	s.tables[e.name] = t
	return t, t.csv.Write(t.columns)
}

func (s *tableSink) put(kind string, object any) error {
	return s.write(entities[kind], reflect.ValueOf(object).Elem(), nil)
}

// write adds the row of an object and those of all objects in it. keys are the
// cells that the place it stands in says.
func (s *tableSink) write(e *entity, v reflect.Value, keys map[string]string) error {
	id := v.FieldByName("ID").String()
	if s.seen[e.name+"/"+id] {
		return nil
	}
	s.seen[e.name+"/"+id] = true
	t, err := s.table(e)
	if err != nil {
		return err
	}
	cells := map[string]string{}
	for name, c := range e.columns {
		cells[name] = text(v.Field(c.field))
	}
	for name, value := range keys {
		cells[name] = value
	}
	for i := range v.NumField() { // one-to-one objects are rows of their own
		f := v.Field(i)
		if f.Kind() != reflect.Pointer || f.Type().Elem().Kind() != reflect.Struct || f.IsNil() {
			continue
		}
		of := entities[snake(f.Type().Elem().Name())]
		if key := of.name + "_id"; e.knows(key) && cells[key] == "" {
			cells[key] = f.Elem().FieldByName("ID").String()
		}
		if err := s.write(of, f.Elem(), nil); err != nil {
			return err
		}
	}
	row := make([]string, len(t.columns))
	for i, name := range t.columns {
		row[i] = cells[name]
	}
	if err := t.csv.Write(row); err != nil {
		return err
	}
	for _, l := range e.lists {
		list := v.Field(l.field)
		for i := range list.Len() {
			if err := s.write(entities[l.of], list.Index(i), keysOf(e.name, id, l)); err != nil {
				return err
			}
		}
	}
	return nil
}

// keysOf are the cells by which a part names what it belongs to.
func keysOf(parent, id string, l list) map[string]string {
	switch l.of {
	case "attribute":
		return map[string]string{"link_id": id, "link_entity": parent}
	case "metadata":
		return map[string]string{"resource_id": id, "resource_type": parent}
	}
	return map[string]string{l.key: id}
}

func text(v reflect.Value) string {
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Bool:
		if v.Bool() {
			return "true"
		}
	case reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'f', -1, 64)
	case reflect.Pointer:
		if !v.IsNil() {
			return strconv.FormatFloat(v.Elem().Float(), 'f', -1, 64)
		}
	}
	return ""
}

// close puts the tables and the description of the package into the archive.
func (s *tableSink) close() error {
	var errs []error
	for _, name := range sortedKeys(s.tables) {
		t := s.tables[name]
		t.csv.Flush()
		err := t.csv.Error()
		if err == nil {
			err = s.pack(tableFiles[name]+".csv", t.file)
		}
		errs = append(errs, err, t.file.Close(), os.Remove(t.file.Name()))
	}
	errs = append(errs, s.describe(), s.zip.Close())
	return errors.Join(errs...)
}

func (s *tableSink) pack(name string, f *os.File) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	w, err := s.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: s.at})
	if err != nil {
		return err
	}
	_, err = io.Copy(w, f)
	return err
}

// describe writes datapackage.json (Frictionless tabular data package).
func (s *tableSink) describe() error {
	type field struct {
		Name string `json:"name"`
		Type string `json:"type"`
	}
	type resource struct {
		Name    string `json:"name"`
		Path    string `json:"path"`
		Profile string `json:"profile"`
		Schema  struct {
			Fields     []field `json:"fields"`
			PrimaryKey string  `json:"primaryKey"`
		} `json:"schema"`
	}
	p := struct {
		Name      string     `json:"name"`
		Title     string     `json:"title"`
		Profile   string     `json:"profile"`
		Created   string     `json:"created"`
		Version   string     `json:"version"`
		Resources []resource `json:"resources"`
	}{Name: "human-services-data", Title: "Human Services Data Specification", Profile: "tabular-data-package", Created: s.at.UTC().Format(time.RFC3339), Version: hsdsVersion}
	for _, name := range sortedKeys(s.tables) {
		r := resource{Name: tableFiles[name], Path: tableFiles[name] + ".csv", Profile: "tabular-data-resource"}
		r.Schema.PrimaryKey = "id"
		for _, c := range s.tables[name].columns {
			f := field{c, "string"}
			if col, ok := entities[name].columns[c]; ok && col.kind == numberColumn {
				f.Type = "number"
			}
			r.Schema.Fields = append(r.Schema.Fields, f)
		}
		p.Resources = append(p.Resources, r)
	}
	b, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	w, err := s.zip.CreateHeader(&zip.FileHeader{Name: "datapackage.json", Method: zip.Deflate, Modified: s.at})
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

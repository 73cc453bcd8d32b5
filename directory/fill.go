package directory

import (
	"reflect"
	"strconv"

	"github.com/google/uuid"
)

// idSpace is the namespace of ids that we give to parts of HSDS objects.
var idSpace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:havenloop:directory"))

// fillIDs gives the parts of an HSDS object that have no id one: UUIDv5 of the
// id of the whole and the place of the part, so that the same input gives the same ids.
func fillIDs(object any) {
	v := reflect.ValueOf(object).Elem()
	fillParts(v, v.FieldByName("ID").String())
}

func fillParts(v reflect.Value, path string) {
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Name
		switch {
		case f.Kind() == reflect.Pointer && f.Type().Elem().Kind() == reflect.Struct && !f.IsNil():
			fillOne(f.Elem(), path+"/"+name)
		case f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.Struct:
			for n := range f.Len() {
				fillOne(f.Index(n), path+"/"+name+"/"+strconv.Itoa(n))
			}
		}
	}
}

func fillOne(v reflect.Value, path string) {
	if id := v.FieldByName("ID"); id.String() == "" {
		id.SetString(uuid.NewSHA1(idSpace, []byte(path)).String())
	}
	fillParts(v, path)
}

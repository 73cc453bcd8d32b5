package directory

import (
	"encoding/json"
	"strconv"
	"time"
)

// write is the facts as JSON; nil when they cannot be written, which is then
// found out, and told, by whoever writes the whole summary.
func (f ServiceFacts) write() []byte {
	b, err := json.Marshal(f)
	if err != nil {
		return nil
	}
	return b
}

// AppendJSON appends the page as JSON, the same as encoding/json makes of it
// but for the order of the fields. The facts of a service are written once and
// then copied, since most of the time of a search went into writing them.
func (p SearchPage) AppendJSON(b []byte) ([]byte, error) {
	type head struct {
		Total  int                     `json:"total"`
		Facets map[string][]FacetCount `json:"facets"`
	}
	start, err := json.Marshal(head{p.Total, p.Facets})
	if err != nil {
		return nil, err
	}
	b = append(b, start[:len(start)-1]...)
	b = append(b, `,"items":[`...)
	for i, s := range p.Items {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = s.appendJSON(b); err != nil {
			return nil, err
		}
	}
	return append(b, "]}"...), nil
}

func (s ServiceSummary) appendJSON(b []byte) ([]byte, error) {
	if s.written == nil {
		whole, err := json.Marshal(s)
		return append(b, whole...), err
	}
	b = append(b, s.written[:len(s.written)-1]...)
	b = append(b, `,"distanceMeters":`...)
	if s.DistanceMeters == nil {
		b = append(b, "null"...)
	} else {
		b = strconv.AppendFloat(b, *s.DistanceMeters, 'f', -1, 64)
	}
	b = append(b, `,"tier":"`...)
	b = append(b, s.Tier...) // a word of ours
	b = append(b, `","openNow":`...)
	b = appendKnown(b, s.OpenNow)
	if s.Next != nil {
		b = append(b, `,"nextChange":{"at":"`...)
		b = s.Next.At.AppendFormat(b, time.RFC3339Nano)
		b = append(b, `","open":`...)
		b = append(appendKnown(b, s.Next.Open), '}')
	}
	if s.Then != nil {
		then, err := json.Marshal(s.Then)
		if err != nil {
			return b, err
		}
		b = append(append(b, `,"openThen":`...), then...)
	}
	return append(b, '}'), nil
}

func appendKnown(b []byte, v *bool) []byte {
	if v == nil {
		return append(b, "null"...)
	}
	return strconv.AppendBool(b, *v)
}

package visits

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// DayService is a service to call or refer to. A place that must not show has
// no address and no point.
type DayService struct {
	ID             string   `json:"id"`
	Name           string   `json:"name"`
	Organization   string   `json:"organization"`
	OrganizationID string   `json:"organizationId"`
	Phone          string   `json:"phone,omitempty"`
	Address        string   `json:"address,omitempty"`
	Hours          string   `json:"hours,omitempty"` // see hoursText
	Languages      []string `json:"languages"`
	Needs          []string `json:"needs"` // domains
	Lat            *float64 `json:"lat,omitempty"`
	Lng            *float64 `json:"lng,omitempty"`
}

// Bounds of the services that are taken along.
const (
	dayServices   = 300
	dayZIPs       = 8         // ZIP codes around which services are looked for
	servicesEach  = 12        // for each ZIP code and need
	dayBytes      = 299 << 10 // for the whole day; what the rest of it leaves is for services
	servicesBytes = 60 << 10  // that they get whatever the rest takes
)

// dayServices gathers the services nearest to the patients, for every need
// that can be found: the best for each ZIP code and need first, then the
// second best, and so on, until there is no more room. It comes last, since
// the room is what the rest of the day leaves.
func (s *Service) dayServices(ctx context.Context, _ identity.Actor, d *Day) error {
	d.Services = []DayService{}
	lists, err := s.nearby(ctx, d)
	if err != nil {
		return err
	}
	rest, err := json.Marshal(d)
	if err != nil {
		return err
	}
	room, seen := max(dayBytes-len(rest), servicesBytes), map[string]bool{}
	for rank := range servicesEach {
		for _, list := range lists {
			if rank >= len(list) || seen[list[rank]] {
				continue
			}
			seen[list[rank]] = true
			v, err := s.Directory.Detail(ctx, list[rank])
			if errors.Is(err, docstore.ErrNotFound) || err == nil && v.Hidden {
				continue // gone, or grown too old, since the index took it in
			}
			if err != nil {
				return err
			}
			one := dayService(v)
			b, err := json.Marshal(one)
			if err != nil {
				return err
			}
			if room -= len(b) + 1; room < 0 || len(d.Services) == dayServices {
				return nil
			}
			d.Services = append(d.Services, one)
		}
	}
	return nil
}

// nearby lists ids of services, best first, for each need around each of the
// patients' ZIP codes; without any ZIP code, those of no place in particular.
func (s *Service) nearby(ctx context.Context, d *Day) ([][]string, error) {
	var domains []string
	for _, t := range d.Topics {
		if !slices.Contains(domains, t.Domain) {
			domains = append(domains, t.Domain)
		}
	}
	zips := commonZIPs(d)
	if len(zips) == 0 {
		zips = []string{""}
	}
	var lists [][]string
	for _, zip := range zips {
		for _, domain := range domains {
			page, err := s.Directory.Search(ctx, directory.Search{
				Needs: []string{domain}, PostalCode: zip, PerPage: servicesEach, Facets: []string{},
			})
			if err != nil {
				return nil, err
			}
			var ids []string
			for _, one := range page.Items {
				ids = append(ids, one.ID)
			}
			lists = append(lists, ids)
		}
	}
	return lists, nil
}

// commonZIPs lists the known ZIP codes of the patients, those of many first.
func commonZIPs(d *Day) []string {
	count := map[string]int{}
	var zips []string
	for _, p := range d.Patients {
		if _, known := d.Points[p.PostalCode]; !known {
			continue
		}
		if count[p.PostalCode]++; count[p.PostalCode] == 1 {
			zips = append(zips, p.PostalCode)
		}
	}
	slices.SortStableFunc(zips, func(a, b string) int { return count[b] - count[a] })
	return zips[:min(len(zips), dayZIPs)]
}

func dayService(v directory.ServiceDetail) DayService {
	out := DayService{
		ID: v.ID, Name: v.Name, Organization: v.OrganizationName, OrganizationID: v.OrganizationID,
		Phone: v.Phone, Languages: v.Languages, Needs: v.Needs,
	}
	if len(v.Places) > 0 {
		out.Hours = hoursText(v.Places[0].Week)
	}
	if v.Confidential {
		return out
	}
	if a := v.Address; a != nil {
		out.Address = strings.Trim(strings.Join([]string{a.Line, a.City, strings.TrimSpace(a.State + " " + a.PostalCode)}, ", "), ", ")
	}
	if v.Point != nil {
		out.Lat, out.Lng = &v.Point.Lat, &v.Point.Lng
	}
	return out
}

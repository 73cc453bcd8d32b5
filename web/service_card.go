package web

import (
	"fmt"
	"strings"

	"github.com/havenloop/havenloop/directory"
)

// ServiceCard is a service in a list, in words.
type ServiceCard struct {
	ID, Name, Href, Organization string
	Open                         string
	OpenTone                     Tone
	OpenNext                     string // when that changes; empty when not known
	Capacity                     string
	Room                         string // in units
	CapacityTone                 Tone
	// Facts are short and stand in one line: distance, languages, cost.
	Facts    []string
	Address  string
	Verified string
	Alert    string
	Contact  Contact
}

// Contact is how to get to a service.
type Contact struct {
	Call, Number string // tel: address and number as people write it
	Directions   string // geo: address, which opens the phone's own maps
	Website      string
}

// serviceCard tells a service in words.
func serviceCard(l *Locale, s directory.ServiceSummary) ServiceCard {
	there := l.in(s.TimeZone)
	c := ServiceCard{
		Room: roomTexts(l, s.Rooms),
		ID:   s.ID, Name: s.Name, Href: servicePath(s.ID), Organization: s.OrganizationName,
		OpenNext: openNext(there, s.OpenNow, s.Next), Capacity: l.T("capacity." + s.Capacity), CapacityTone: capacityTones[s.Capacity],
		Facts: filled(distanceText(l, s), languagesText(l, s.Languages, s.Interpreters), costText(l, s)),
		Alert: s.Alert, Verified: freshText(l, s.ServiceFacts), Contact: contactOf(l, s), Address: placeText(l, s),
	}
	c.Open, c.OpenTone = openTag(l, s.OpenNow)
	if s.Then != nil { // what was asked for, in place of now
		c.Open, c.OpenTone = openThen(there, s.Then)
		c.OpenNext = ""
	}
	return c
}

// contactOf is how to reach a service at a place.
func contactOf(l *Locale, s directory.ServiceSummary) Contact {
	c := Contact{Website: webAddress(s.URL)}
	if s.Phone != "" {
		c.Call, c.Number = callAddress(s.Phone), l.Phone(s.Phone)
	}
	if s.Point != nil && !s.Confidential {
		c.Directions = fmt.Sprintf("geo:%.5f,%.5f", s.Point.Lat, s.Point.Lng)
	}
	return c
}

// callAddress is a number as a link that calls it. What is no digit is left
// out; an extension stays beside the link.
func callAddress(number string) string {
	return "tel:" + strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, number)
}

// webAddress lets web addresses through and nothing else; one without a
// scheme is taken as a secure one.
func webAddress(url string) string {
	switch lower := strings.ToLower(url); {
	case strings.HasPrefix(lower, "https://"), strings.HasPrefix(lower, "http://"):
		return url
	case url == "" || strings.ContainsAny(url, " :"):
		return ""
	default:
		return "https://" + url
	}
}

func distanceText(l *Locale, s directory.ServiceSummary) string {
	switch {
	case s.DistanceMeters != nil:
		return l.Distance(*s.DistanceMeters)
	case s.Virtual:
		return l.T("service.virtual")
	default:
		return ""
	}
}

// languagesText names the languages that are spoken; English goes without saying.
func languagesText(l *Locale, codes []string, interpreters bool) string {
	var names []string
	for _, c := range codes {
		if c != "en" {
			names = append(names, languageName(c))
		}
	}
	if interpreters {
		names = append(names, l.T("service.interpreters"))
	}
	return l.join("list.comma", names)
}

func costText(l *Locale, s directory.ServiceSummary) string {
	switch {
	case s.Free:
		return l.T("service.free")
	case s.Fees != "":
		return s.Fees
	default:
		return l.T("service.cost-unknown")
	}
}

// placeText is the address in one line, or why there is none.
func placeText(l *Locale, s directory.ServiceSummary) string {
	switch {
	case s.Confidential:
		return l.T("service.confidential")
	case s.Address == nil:
		return ""
	}
	return l.join("list.comma", filled(s.Address.Line, strings.TrimSpace(s.Address.City+" "+s.Address.PostalCode)))
}

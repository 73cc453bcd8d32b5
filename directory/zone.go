package directory

import (
	"sync"
	"time"

	"github.com/havenloop/havenloop/internal/geo"
)

// zones gives the IANA zone of the states (FIPS codes) that lie in one zone
// wholly. Source: Uniform Time Act zones, 49 CFR Part 71; the others (AK, AZ, FL,
// ID, IN, KS, KY, MI, ND, NE, NV, OR, SD, TN, TX) are in two or more.
var zones = map[string]string{
	"01": "America/Chicago", "05": "America/Chicago", "06": "America/Los_Angeles",
	"08": "America/Denver", "09": "America/New_York", "10": "America/New_York", "11": "America/New_York",
	"13": "America/New_York", "15": "Pacific/Honolulu", "17": "America/Chicago", "19": "America/Chicago",
	"22": "America/Chicago", "23": "America/New_York", "24": "America/New_York", "25": "America/New_York",
	"27": "America/Chicago", "28": "America/Chicago", "29": "America/Chicago", "30": "America/Denver",
	"33": "America/New_York", "34": "America/New_York", "35": "America/Denver", "36": "America/New_York",
	"37": "America/New_York", "39": "America/New_York", "40": "America/Chicago", "42": "America/New_York",
	"44": "America/New_York", "45": "America/New_York", "49": "America/Denver", "50": "America/New_York",
	"51": "America/New_York", "53": "America/Los_Angeles", "54": "America/New_York", "55": "America/Chicago",
	"56": "America/Denver", "60": "Pacific/Pago_Pago", "66": "Pacific/Guam", "69": "Pacific/Saipan",
	"72": "America/Puerto_Rico", "78": "America/St_Thomas",
}

// zoneOfZIP is the IANA zone of a ZIP code where its state tells it, else "".
func zoneOfZIP(zip string) string {
	z, _ := geo.LookupZIP(zip)
	return zones[z.State]
}

var loadedZones sync.Map // name → *time.Location

// loadZone finds a zone by its IANA name; nil when there is none.
func loadZone(name string) *time.Location {
	if name == "" || name == "Local" {
		return nil
	}
	if z, ok := loadedZones.Load(name); ok {
		return z.(*time.Location)
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	loadedZones.Store(name, z)
	return z
}

package screening

// KnownDomain tells whether code is one of the category codes that needs carry,
// for example "food-insecurity".
func KnownDomain(code string) bool { return domains[code] }

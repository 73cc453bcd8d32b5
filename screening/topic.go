package screening

import (
	"encoding/json"
	"fmt"
)

// TopicInfo describes what needs are about: one need per patient and topic.
type TopicInfo struct {
	Topic string `json:"topic"`
	Title string `json:"title"`
	// Domain is the Gravity category code that a need of the topic carries
	// unless a rule names a more fitting one.
	Domain string `json:"domain"`
	// Categories are all category codes of the topic's questions, whatever the
	// answer; Observations made of the answers carry them.
	Categories []string `json:"categories"`
	// Private topics stay out of lists, notices and referrals to shared places.
	Private bool `json:"private"`
}

// domains is the required value set of category codes. Source: HL7 SDOH
// Clinical Care 3.0.0, SDOHCC CodeSystem Temporary Codes.
var domains = map[string]bool{
	"sdoh-category-unspecified": true, "food-insecurity": true, "housing-instability": true, "homelessness": true,
	"inadequate-housing": true, "transportation-insecurity": true, "financial-insecurity": true, "material-hardship": true,
	"educational-attainment": true, "employment-status": true, "veteran-status": true, "stress": true,
	"social-connection": true, "intimate-partner-violence": true, "elder-abuse": true, "personal-health-literacy": true,
	"health-insurance-coverage-status": true, "medical-cost-burden": true, "digital-literacy": true, "digital-access": true,
	"utility-insecurity": true, "incarceration-status": true, "language-access": true, "protective-factor": true,
}

// parseTopics reads the list of topics.
func parseTopics(b []byte) (map[string]TopicInfo, error) {
	var list []TopicInfo
	if err := json.Unmarshal(b, &list); err != nil {
		return nil, fmt.Errorf("topics: %w", err)
	}
	out := make(map[string]TopicInfo, len(list))
	for _, t := range list {
		if t.Categories == nil {
			t.Categories = []string{t.Domain}
		}
		for _, d := range append(t.Categories, t.Domain) {
			if !domains[d] {
				return nil, fmt.Errorf("topic %s: unknown domain %q", t.Topic, d)
			}
		}
		out[t.Topic] = t
	}
	return out, nil
}

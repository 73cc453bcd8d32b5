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

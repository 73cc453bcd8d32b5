package web

import "github.com/havenloop/havenloop/screening"

// topics describes the topics of needs; [screening.Service.Topic] is one.
type topics func(topic string) (screening.TopicInfo, bool)

// name is the topic in words; an unknown one shows its code.
func (t topics) name(l *Locale, topic string) string {
	info, ok := t(topic)
	if !ok {
		return topic
	}
	return l.Sentence(info.Title)
}

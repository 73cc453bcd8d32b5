package web

import "github.com/havenloop/havenloop/screening"

// topics describes the topics of needs; [screening.Service.Topic] is one.
type topics func(topic string) (screening.TopicInfo, bool)

// private tells whether the topic stays out of sight of others.
func (t topics) private(topic string) bool {
	info, _ := t(topic)
	return info.Private
}

// name is the topic in words; an unknown one shows its code.
func (t topics) name(l *Locale, topic string) string {
	info, ok := t(topic)
	if !ok {
		return topic
	}
	return l.Sentence(info.Title)
}

// named is the topic in words and, where a person split the need, which part of it.
func (t topics) named(l *Locale, topic, part string) string {
	if part == "" {
		return t.name(l, topic)
	}
	return l.T("need.of", "name", t.name(l, topic), "part", part)
}

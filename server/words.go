package server

import (
	"time"

	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/web"
)

// noticeWords answers the texts of notices from those of the pages.
func noticeWords() (notify.Words, error) {
	words, err := web.LoadWords()
	if err != nil {
		return nil, err
	}
	return func(language, key string, args ...any) string {
		return words.For(time.Time{}, time.UTC, language).T(key, args...)
	}, nil
}

package network

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/text/language"

	"github.com/havenloop/havenloop/internal/fault"
)

// checkInstruments tells which instruments the settings name that do not
// exist, and languages that are none.
func (s *Service) checkInstruments(ctx context.Context, in *Settings, wrong *fault.Fields) error {
	ok, err := s.exists(ctx, in.SelfInstrument)
	if err != nil {
		return err
	}
	wrong.Check(ok, "selfInstrument", "There is no such questionnaire.")
	list := make([]SelfLanguage, 0, len(in.SelfLanguages))
	for i, l := range in.SelfLanguages {
		if slices.Contains(list, l) {
			continue
		}
		if ok, err = s.exists(ctx, l.Instrument); err != nil {
			return err
		}
		wrong.Check(ok, fmt.Sprintf("selfLanguages[%d].instrument", i), "There is no such questionnaire.")
		_, parseErr := language.Parse(l.Language)
		wrong.Check(parseErr == nil, fmt.Sprintf("selfLanguages[%d].language", i), "Use a language tag, such as en or es.")
		list = append(list, l)
	}
	in.SelfLanguages = list
	return nil
}

func (s *Service) exists(ctx context.Context, id string) (bool, error) {
	if id == "" || s.opts.Instrument == nil {
		return id != "", nil
	}
	ok, err := s.opts.Instrument(ctx, id)
	if err != nil {
		return false, fmt.Errorf("look for instrument %s: %w", id, err)
	}
	return ok, nil
}

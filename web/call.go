package web

import "github.com/havenloop/havenloop/internal/patients"

// phoneWords are a patient's phone number, with what whoever calls has to know.
func phoneWords(l *Locale, phone string, c patients.Contact) []string {
	if phone == "" {
		return nil
	}
	return []string{l.Phone(phone), callWord(l, c)}
}

// callWord says whether a message may be left when nobody answers. Where nobody
// asked, it may not: somebody else may listen.
func callWord(l *Locale, c patients.Contact) string {
	switch {
	case c.DoNotContact:
		return l.T("call.never")
	case c.MayLeaveVoicemail():
		return l.T("call.voicemail")
	case c.SafeToVoicemail == nil:
		return l.T("call.not-asked")
	}
	return l.T("call.no-voicemail")
}

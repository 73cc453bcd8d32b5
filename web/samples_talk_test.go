package web

import (
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/files"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/referrals"
)

// sampleTalk is a conversation with everything in it.
func sampleTalk(p Page, r referrals.View) TalkView {
	saw := []referrals.Reader{{ID: "u2", Name: "Tom Harris", At: sampleNow}, {ID: "u3", Name: "سارة", At: sampleNow.Add(time.Hour)}}
	v := talkView(p, r, []referrals.Message{
		{At: sampleNow, By: "Rosa Vega", Party: referrals.Sender, Text: "Here is the letter.", SeenBy: saw, Mentions: []referrals.Ref{{ID: "u9", Name: "Ana Bell"}},
			Files: []referrals.FileRef{{ID: "f1", Name: "letter-of-income-2026.pdf", Type: files.PDF, Size: 234_567, SeenBy: saw}}},
		{At: sampleNow, By: "Tom Harris", Party: referrals.Agency, Text: "Come on Monday.", New: true},
		{At: sampleNow, By: "Rosa Vega", Party: referrals.Sender, Text: "She will."},
	}, []referrals.Note{{At: sampleNow, By: "Ana Bell", Text: "Call her aunt first.", SeenBy: saw[:1]}})
	v.CanWrite, v.CanNote = true, true
	v.Colleagues = []Option{{Value: "u9", Label: "Ana Bell"}, {Value: "u10", Label: "Nora Lindqvist"}}
	return v
}

// talkSamples are the states of the conversation beside the samples of referrals.
func talkSamples(t testing.TB) map[string]templ.Component {
	as := func(role identity.Role, path, title string) Page { return samplePage(t, role, path, title) }
	refused := as(identity.CHW, "/referrals/r1", "referral.title")
	v := sampleReferralPage(refused, referrals.Accepted)
	f := refused.form().With("text", "What I have typed stays.").With("mentions", "u9")
	e, _ := files.ErrTooLarge.(*fault.Error)
	f.Problems = []Problem{{Field: "files", Text: f.Sentence(e.Format, e.Args...)}, {Field: "note.text", Text: f.Sentence("Write a note.")}}
	v.Form, v.Invalid = f, true

	nothing := sampleReferralPage(as(identity.AgencyStaff, "/referrals/r1", "referral.title"), referrals.Accepted)
	nothing.Talk = TalkView{CanWrite: true, CanNote: true, House: "Valley Food Bank"}

	later := sampleReferralPage(as(identity.CHW, "/referrals/r1", "referral.title"), referrals.Accepted)
	later.Talk = TalkView{CanNote: true, House: "Alder Community Health", Later: later.T("talk.later")}
	later.Nav = append([]NavItem{}, later.Nav...)
	for i := range later.Nav {
		if later.Nav[i].Href == "/referrals" {
			later.Nav[i].Count, later.Nav[i].News = 3, later.T("talk.unread", "count", 3)
		}
	}
	return map[string]templ.Component{
		"talk-refused": referralPage(v), "talk-nothing": referralPage(nothing), "talk-later": referralPage(later),
	}
}

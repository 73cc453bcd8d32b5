package web

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/havenloop/havenloop/internal/network"
)

// maxLineForms bounds how many help lines the form holds.
const maxLineForms = 21

// lineFields are the inputs of a help line that may be wrong.
var lineFields = []string{"code", "label-en", "call", "text", "textWord", "url", "for"}

// lineField is the name of an input about help line n.
func lineField(n int, name string) string { return fmt.Sprintf("line-%d-%s", n, name) }

// selfField is the name of the input about the unreviewed languages of an instrument.
func selfField(instrument string) string { return "self-" + instrument }

// networkForm fills the form from what is stored, with an empty line at the end.
func networkForm(f Form, s network.Settings) Form {
	f = f.With(onceField, onceKey()).With("version", strconv.FormatInt(s.Version, 10)).With("lines", strconv.Itoa(len(s.HelpLines)+1)).
		With("afterDays", strconv.Itoa(s.Rescreen.AfterDays)).With("afterPositiveDays", strconv.Itoa(s.Rescreen.AfterPositiveDays)).
		With("selfInstrument", s.SelfInstrument).With("staleAfterDays", strconv.Itoa(s.Listings.StaleAfterDays)).
		With("hideAfterDays", strconv.Itoa(s.Listings.HideAfterDays)).With("capacityDays", strconv.Itoa(s.Listings.CapacityDays))
	if s.Listings.ReviewEdits {
		f = f.With("reviewEdits", "yes")
	}
	if s.ApproveAgencies {
		f = f.With("approveAgencies", "yes")
	}
	if s.Rescreen.AtDischarge {
		f = f.With("atDischarge", "yes")
	}
	for _, l := range s.SelfLanguages {
		name := selfField(l.Instrument)
		f = f.With(name, append(slices.Clone(f.Values[name]), l.Language)...)
	}
	for n, h := range s.HelpLines {
		for name, value := range map[string]string{"code": h.Code, "call": h.Call, "text": h.Text, "textWord": h.TextWord, "url": h.URL} {
			f = f.With(lineField(n, name), value)
		}
		for tag, label := range h.Label {
			f = f.With(lineField(n, "label-"+tag), label)
		}
		f = f.With(lineField(n, "for"), h.For...)
	}
	return f
}

// settingsFrom reads the form. Labels in languages that the form does not show
// stay. alias gives the form's names of inputs that the service calls otherwise.
func settingsFrom(f Form, stored network.Settings) (in network.Settings, alias map[string]string) {
	alias = map[string]string{"rescreen.afterDays": "afterDays", "rescreen.afterPositiveDays": "afterPositiveDays", "helpLines": "",
		"listings.staleAfterDays": "staleAfterDays", "listings.hideAfterDays": "hideAfterDays", "listings.capacityDays": "capacityDays"}
	in.Version, _ = strconv.ParseInt(f.Value("version"), 10, 64)                     // what is no number is version 0
	in.Rescreen.AfterDays, _ = strconv.Atoi(strings.TrimSpace(f.Value("afterDays"))) // what is no number is refused as 0
	in.Rescreen.AfterPositiveDays, _ = strconv.Atoi(strings.TrimSpace(f.Value("afterPositiveDays")))
	in.Rescreen.AtDischarge = f.Value("atDischarge") == "yes"
	in.SelfInstrument = f.Value("selfInstrument")
	in.ApproveAgencies = f.Value("approveAgencies") == "yes"
	in.Listings, in.Ladder = listingRulesFrom(f), stored.Ladder // which has a page of its own
	for _, name := range slices.Sorted(maps.Keys(f.Values)) {
		instrument, ok := strings.CutPrefix(name, selfField(""))
		if !ok {
			continue
		}
		for _, language := range f.Values[name] {
			at := fmt.Sprintf("selfLanguages[%d].", len(in.SelfLanguages))
			alias[at+"instrument"], alias[at+"language"] = name, name
			in.SelfLanguages = append(in.SelfLanguages, network.SelfLanguage{Instrument: instrument, Language: language})
		}
	}
	kept := map[string]map[string]string{}
	for _, h := range stored.HelpLines {
		kept[h.Code] = h.Label
	}
	in.HelpLines = []network.HelpLine{}
	count, _ := strconv.Atoi(f.Value("lines"))
	for n := range min(count, maxLineForms) {
		h, ok := lineFrom(f, n, kept)
		if !ok {
			continue
		}
		for _, name := range lineFields {
			from := name
			if name == "label-en" {
				from = "label"
			}
			alias[fmt.Sprintf("helpLines[%d].%s", len(in.HelpLines), from)] = lineField(n, name)
		}
		in.HelpLines = append(in.HelpLines, h)
	}
	return in, alias
}

// listingRulesFrom reads how the directory is kept true. What is no number is
// refused as -1.
func listingRulesFrom(f Form) network.Listings {
	days := func(name string) int {
		n, err := strconv.Atoi(strings.TrimSpace(f.Value(name)))
		if err != nil {
			return -1
		}
		return n
	}
	return network.Listings{
		ReviewEdits: f.Value("reviewEdits") == "yes", StaleAfterDays: days("staleAfterDays"),
		HideAfterDays: days("hideAfterDays"), CapacityDays: days("capacityDays"),
	}
}

// lineFrom reads help line n; ok is false for one that is removed, and for an
// empty new one.
func lineFrom(f Form, n int, kept map[string]map[string]string) (h network.HelpLine, ok bool) {
	value := func(name string) string { return strings.TrimSpace(f.Value(lineField(n, name))) }
	h = network.HelpLine{
		Code: value("code"), Call: value("call"), Text: value("text"), TextWord: value("textWord"), URL: value("url"),
		For: f.Values[lineField(n, "for")], Label: map[string]string{},
	}
	for tag, label := range kept[h.Code] {
		h.Label[tag] = label
	}
	for _, tag := range pageLanguages {
		h.Label[tag] = value("label-" + tag)
	}
	if f.Value(lineField(n, "remove")) == "yes" || h.Code == "" && h.Call+h.Text+h.URL+h.Label["en"] == "" {
		return h, false
	}
	if h.Code == "" {
		h.Code = codeOf(h.Label["en"])
	}
	return h, true
}

// codeOf makes the code of a new help line from its label: small letters and
// digits with hyphens between words.
func codeOf(label string) string {
	words := strings.FieldsFunc(strings.ToLower(label), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	code := strings.Join(words, "-")
	return strings.Trim(code[:min(40, len(code))], "-")
}

// differences tells what stands in the store where it differs from the form.
func differences(l *Locale, in, stored network.Settings, topic topics) []SummaryRow {
	var rows []SummaryRow
	tell := func(label, mine, theirs string) {
		if mine != theirs {
			rows = append(rows, SummaryRow{Label: label, Values: []string{l.T("network.theirs", "value", orNone(l, theirs)), l.T("network.yours", "value", orNone(l, mine))}})
		}
	}
	days := func(n int) string { return l.T("network.days", "count", n) }
	tell(l.T("network.after-days"), days(in.Rescreen.AfterDays), days(stored.Rescreen.AfterDays))
	tell(l.T("network.after-positive"), days(in.Rescreen.AfterPositiveDays), days(stored.Rescreen.AfterPositiveDays))
	yes := map[bool]string{true: l.T("choice.yes"), false: l.T("choice.no")}
	tell(l.T("network.at-discharge"), yes[in.Rescreen.AtDischarge], yes[stored.Rescreen.AtDischarge])
	tell(l.T("network.self-instrument"), in.SelfInstrument, stored.SelfInstrument)
	tell(l.T("listing.review-edits"), yes[in.Listings.ReviewEdits], yes[stored.Listings.ReviewEdits])
	tell(l.T("guest.approve"), yes[in.ApproveAgencies], yes[stored.ApproveAgencies])
	tell(l.T("listing.stale-after"), days(in.Listings.StaleAfterDays), days(stored.Listings.StaleAfterDays))
	tell(l.T("listing.hide-after"), days(in.Listings.HideAfterDays), days(stored.Listings.HideAfterDays))
	tell(l.T("listing.capacity-days"), days(in.Listings.CapacityDays), days(stored.Listings.CapacityDays))
	on := func(s network.Settings) string {
		var out []string
		for _, x := range s.SelfLanguages {
			out = append(out, languageName(x.Language)+" ("+x.Instrument+")")
		}
		slices.Sort(out)
		return l.join("list.comma", out)
	}
	tell(l.T("network.unreviewed"), on(in), on(stored))
	lines := func(s network.Settings) map[string]string {
		out := map[string]string{}
		for _, h := range s.HelpLines {
			var shown []string
			for _, f := range h.For {
				shown = append(shown, topic.name(l, f))
			}
			out[h.Code] = joined(l, lineTitle(l, h), h.Call, h.Text, h.TextWord, h.URL, l.join("list.comma", shown))
		}
		return out
	}
	mine, theirs := lines(in), lines(stored)
	for _, h := range append(in.HelpLines, stored.HelpLines...) {
		if mine[h.Code] != theirs[h.Code] {
			tell(lineTitle(l, h), mine[h.Code], theirs[h.Code])
			theirs[h.Code] = mine[h.Code] // told once
		}
	}
	return rows
}

// orNone is the value, or words for none.
func orNone(l *Locale, value string) string {
	if value == "" {
		return l.T("network.none")
	}
	return value
}

package web

import (
	"bytes"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"
)

// renderHTML answers the HTML of a component.
func renderHTML(t testing.TB, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func attr(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// elements lists the elements of the document by name.
func elements(t testing.TB, page string) map[string][]*html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]*html.Node{}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode {
			out[n.Data] = append(out[n.Data], n)
		}
	}
	return out
}

func TestEveryPageIsSound(t *testing.T) {
	for name, component := range samples(t) {
		t.Run(name, func(t *testing.T) {
			page := renderHTML(t, component)
			tags := elements(t, page)
			if n := len(tags["h1"]); n != 1 {
				t.Errorf("page has %d h1, want 1", n)
			}
			if n := len(tags["main"]); n != 1 {
				t.Errorf("page has %d main, want 1", n)
			}
			if title := text(tags["title"][0]); strings.HasPrefix(title, "Error: ") != strings.Contains(page, `class="problem"`) {
				t.Errorf("title = %q, want Error: in front exactly when a field is wrong", title)
			}
			checkAttributes(t, tags)
			checkLabels(t, tags)
			checkForms(t, tags)
			checkNesting(t, page)
		})
	}
}

// checkAttributes finds double ids, references to nothing, and what the
// content security policy forbids.
func checkAttributes(t *testing.T, tags map[string][]*html.Node) {
	t.Helper()
	ids := map[string]bool{}
	for _, nodes := range tags {
		for _, n := range nodes {
			if id, ok := attr(n, "id"); ok {
				if ids[id] {
					t.Errorf("id %q stands twice", id)
				}
				ids[id] = true
			}
		}
	}
	for name, nodes := range tags {
		for _, n := range nodes {
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("<%s> has the attribute %s, which the content security policy forbids", name, a.Key)
				}
				if a.Val == "" && (a.Key == "href" || a.Key == "action" || a.Key == "id" || a.Key == "aria-label") {
					t.Errorf("<%s> has an empty %s", name, a.Key)
				}
			}
			if refs, _ := attr(n, "aria-describedby"); refs != "" {
				for id := range strings.FieldsSeq(refs) {
					if !ids[id] {
						t.Errorf("<%s> is described by %q, which is not there", name, id)
					}
				}
			}
			if href, _ := attr(n, "href"); strings.HasPrefix(href, "#") && !ids[href[1:]] {
				t.Errorf("link leads to %q, which is not there", href)
			}
		}
	}
	if len(tags["style"]) > 0 {
		t.Error("page has a style element, which the content security policy forbids")
	}
	for _, s := range tags["script"] {
		if src, _ := attr(s, "src"); src == "" {
			t.Error("page has an inline script, which the content security policy forbids")
		}
	}
}

// checkLabels finds inputs, buttons and links without words.
func checkLabels(t *testing.T, tags map[string][]*html.Node) {
	t.Helper()
	labelled := map[string]string{}
	for _, l := range tags["label"] {
		id, _ := attr(l, "for")
		labelled[id] = text(l)
	}
	for _, name := range []string{"input", "select", "textarea"} {
		for _, n := range tags[name] {
			if kind, _ := attr(n, "type"); kind == "hidden" {
				continue
			}
			if id, _ := attr(n, "id"); labelled[id] == "" {
				t.Errorf("<%s id=%q> has no label", name, id)
			}
		}
	}
	for _, name := range []string{"a", "button", "summary", "legend", "h1", "h2"} {
		for _, n := range tags[name] {
			label, _ := attr(n, "aria-label")
			if text(n)+label == "" {
				t.Errorf("<%s> has no words", name)
			}
		}
	}
}

// checkForms finds forms that change something without the form token.
func checkForms(t *testing.T, tags map[string][]*html.Node) {
	t.Helper()
	for _, f := range tags["form"] {
		if method, _ := attr(f, "method"); method != "post" {
			continue
		}
		found := false
		for d := range f.Descendants() {
			if name, _ := attr(d, "name"); name == "_token" {
				found = true
			}
		}
		if action, _ := attr(f, "action"); !found {
			t.Errorf("form to %s has no _token", action)
		}
	}
}

// checkNesting finds elements that are not closed, or closed in another order,
// and blocks in paragraphs, which a browser would move out.
func checkNesting(t *testing.T, page string) {
	t.Helper()
	void := map[string]bool{"meta": true, "link": true, "input": true, "br": true}
	var open []string
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if len(open) > 0 {
				t.Errorf("elements are never closed: %v", open)
			}
			return
		case html.StartTagToken:
			if tag, _ := z.TagName(); !void[string(tag)] {
				if n := len(open); n > 0 && open[n-1] == "p" && blocks[string(tag)] {
					t.Errorf("<%s> stands in a <p>", tag)
				}
				open = append(open, string(tag))
			}
		case html.EndTagToken:
			tag, _ := z.TagName()
			if n := len(open); n == 0 || open[n-1] != string(tag) {
				t.Errorf("</%s> closes nothing; open are %v", tag, open)
				return
			}
			open = open[:len(open)-1]
		}
	}
}

// blocks are elements that end a paragraph (HTML, 4.4.1).
var blocks = map[string]bool{
	"div": true, "p": true, "ul": true, "ol": true, "dl": true, "form": true, "fieldset": true, "section": true,
	"table": true, "h1": true, "h2": true, "h3": true, "details": true, "nav": true, "header": true, "main": true,
}

func TestPartIsTheMainBlockAlone(t *testing.T) {
	v := HomeView{Page: samplePage(t, "chw", "/", "nav.home"), Greeting: "Good morning, Rosa", Today: "Monday"}
	whole := renderHTML(t, startPage(v))
	v.Part = true
	part := renderHTML(t, startPage(v))
	if !strings.HasPrefix(part, `<main id="main"`) || !strings.HasSuffix(part, "</main>") {
		t.Errorf("part = %.60s…, want the main element alone", part)
	}
	if !strings.Contains(whole, part) {
		t.Error("the whole page does not hold the part as it is")
	}
}

// TestPrivateTopicsAreHidden looks for the questions, answers and name of a
// private topic where everybody near the screen can read them.
func TestPrivateTopicsAreHidden(t *testing.T) {
	i, d := sampleCore(t)
	secrets := []string{"Sometimes", "intimate", "violence", "911"}
	for _, q := range i.Asked(d.Answers) {
		if topics(sampleTopic).private(q.Topic) {
			secrets = append(secrets, q.Text)
		}
	}
	if len(secrets) < 8 {
		t.Fatalf("the sample has the private words %q, want four questions among them", secrets)
	}
	for _, name := range []string{"review", "result", "result-again", "patient", "need-private", "due", "home"} {
		doc, err := html.Parse(strings.NewReader(renderHTML(t, samples(t)[name])))
		if err != nil {
			t.Fatal(err)
		}
		hidden := 0
		for n := range doc.Descendants() {
			if n.Type != html.TextNode {
				continue
			}
			for _, secret := range secrets {
				switch {
				case !strings.Contains(n.Data, secret):
				case inside(n, "details"):
					hidden++
				default:
					t.Errorf("%s says %q openly", name, n.Data)
				}
			}
			if heading := inside(n, "h2") || inside(n, "p"); n.Data == "Safety" && heading && !inside(n, "details") && name != "review" {
				t.Errorf("%s names the private topic openly", name)
			}
		}
		if (name == "review" || name == "result") && hidden == 0 {
			t.Errorf("%s does not hold the private answers at all, want them behind details", name)
		}
	}
}

// inside tells whether the node is, or stands in, an element of that name.
func inside(n *html.Node, name string) bool {
	for ; n != nil; n = n.Parent {
		if n.Type == html.ElementNode && n.Data == name {
			return true
		}
	}
	return false
}

package web

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/files"
	"github.com/havenloop/havenloop/referrals"
)

// TalkView is the conversation on a referral: what both sides write to each
// other, and the notes of the own organization.
type TalkView struct {
	Messages []TalkItem
	Notes    []TalkItem
	// CanWrite and CanNote say which forms there are; Later says why messages
	// cannot be written yet.
	CanWrite, CanNote bool
	Later             string
	Colleagues        []Option // whom one may tell
	House             string   // the own organization
}

// TalkItem is one message or note.
type TalkItem struct {
	Text, By, At string
	Ours, New    bool
	Files        []FileLink
	Told         string // whom the writer told
	Seen         string // who has seen it, and when
}

// FileLink leads to a file of a message.
type FileLink struct {
	Name, Href, Size string
	Opened           string // who has opened it, and when
}

// talk reads the conversation for the page of a referral.
func (h *Handlers) talk(ctx context.Context, p Page, r referrals.View) (TalkView, error) {
	messages, err := h.Referrals.Messages(ctx, r.ID)
	if err != nil {
		return TalkView{}, err
	}
	notes, err := h.Referrals.Notes(ctx, r.ID)
	if err != nil {
		return TalkView{}, err
	}
	v := talkView(p, r, messages, notes)
	if !v.CanNote {
		return v, nil
	}
	colleagues, err := h.Referrals.Colleagues(ctx, r.ID)
	for _, c := range colleagues {
		v.Colleagues = append(v.Colleagues, Option{Value: c.ID, Label: c.Name})
	}
	return v, err
}

func talkView(p Page, r referrals.View, messages []referrals.Message, notes []referrals.Note) TalkView {
	l := p.Locale
	_, ours := boxOf(p)
	v := TalkView{CanWrite: r.CanMessage, CanNote: r.CanNote, House: p.Organization}
	if !r.CanMessage && r.CanNote && r.RequestID != "" {
		v.Later = l.T("talk.later")
	}
	for _, m := range messages {
		item := TalkItem{
			Text: m.Text, By: stepBy(l, r, referrals.Step{By: m.By, Party: m.Party}), At: l.At(m.At),
			Ours: m.Party == ours, New: m.New, Told: mentionedIn(l, m.Mentions), Seen: seenBy(l, "talk.seen", m.SeenBy),
		}
		if item.Ours && item.Seen == "" {
			item.Seen = l.T("talk.unseen")
		}
		item.Files = fileLinks(l, r.ID, m.Files)
		v.Messages = append(v.Messages, item)
	}
	for _, n := range notes {
		v.Notes = append(v.Notes, TalkItem{
			Text: n.Text, By: n.By, At: l.At(n.At), Ours: n.ByID == p.Actor.ID, Files: fileLinks(l, r.ID, n.Files), Told: mentionedIn(l, n.Mentions), Seen: seenBy(l, "talk.seen", n.SeenBy),
		})
	}
	return v
}

func fileLinks(l *Locale, referralID string, list []referrals.FileRef) []FileLink {
	var out []FileLink
	for _, f := range list {
		out = append(out, FileLink{
			Name: f.Name, Href: referralPath(referralID) + "/files/" + f.ID, Size: fileSize(l, f.Size), Opened: seenBy(l, "talk.opened", f.SeenBy),
		})
	}
	return out
}

// seenBy says who has seen something, under the key; empty for nobody.
func seenBy(l *Locale, key string, who []referrals.Reader) string {
	if len(who) == 0 {
		return ""
	}
	parts := make([]string, len(who))
	for i, r := range who {
		parts[i] = l.isolate(r.Name) + " (" + l.At(r.At) + ")"
	}
	return l.T(key, "who", strings.Join(parts, ", "))
}

// fileSize says a size in steps of kilobytes or megabytes, as people know them.
func fileSize(l *Locale, bytes int64) string {
	if bytes < 1<<20 {
		return l.isolate(l.Number(int(max(bytes>>10, 1))) + " KB")
	}
	return l.isolate(l.Decimal(float64(bytes)/(1<<20)) + " MB")
}

func mentionedIn(l *Locale, who []referrals.Ref) string {
	if len(who) == 0 {
		return ""
	}
	names := make([]string, len(who))
	for i, r := range who {
		names[i] = l.isolate(r.Name)
	}
	return l.T("talk.told", "who", strings.Join(names, ", "))
}

// AddMessage answers POST /referrals/:id/messages. A refused one shows what
// was typed again; files have to be chosen again.
func (h *Handlers) AddMessage(c echo.Context) error {
	return h.changeReferral(c, "message-sent", func(_ context.Context, f Form) (map[string]string, error) {
		names, ids, err := h.filesSent(c, "files")
		if err != nil {
			return nil, err
		}
		in := referrals.NewMessage{Text: f.Value("text"), Mentions: f.Values["mentions"], Files: ids}
		_, err = h.Referrals.Write(onceEach(c, f.With("files", names...), ""), c.Param("id"), in) // other files make another message
		return nil, err
	})
}

// AddNote answers POST /referrals/:id/notes.
func (h *Handlers) AddNote(c echo.Context) error {
	alias := map[string]string{"text": "note.text", "mentions": "note.mentions", "files": "note.files"}
	return h.changeReferral(c, "note-added", func(_ context.Context, f Form) (map[string]string, error) {
		names, ids, err := h.filesSent(c, "note.files")
		if err != nil {
			return alias, err
		}
		in := referrals.NewMessage{Text: f.Value("note.text"), Mentions: f.Values["note.mentions"], Files: ids}
		_, err = h.Referrals.WriteNote(onceEach(c, f.With("note.files", names...), ""), c.Param("id"), in)
		return alias, err
	})
}

// filesSent takes the files of the input in, and answers their names and ids.
func (h *Handlers) filesSent(c echo.Context, input string) (names, ids []string, err error) {
	sent, err := c.MultipartForm()
	if err != nil { // words alone
		return nil, nil, nil
	}
	for _, part := range sent.File[input] {
		if part.Filename == "" && part.Size == 0 {
			continue // none was chosen
		}
		body, err := part.Open()
		if err != nil {
			return nil, nil, err
		}
		file, err := h.Referrals.AddFile(c.Request().Context(), c.Param("id"), part.Filename, body)
		if err := errors.Join(err, body.Close()); err != nil {
			return nil, nil, err
		}
		names, ids = append(names, part.Filename), append(ids, file.ID)
	}
	return names, ids, nil
}

// ReferralFile answers GET /referrals/:id/files/:file.
func (h *Handlers) ReferralFile(c echo.Context) error {
	f, body, err := h.Referrals.OpenFile(c.Request().Context(), c.Param("id"), c.Param("file"))
	if err != nil {
		return err
	}
	for name, value := range f.Headers() {
		c.Response().Header().Set(name, value)
	}
	return c.Stream(http.StatusOK, string(f.Type), body)
}

// fileLimits are the words of the file input.
func fileLimits(l *Locale) string {
	return l.T("talk.files-hint", "files", referrals.MaxFiles, "size", files.MaxSize>>20)
}

// tooLarge is what the client module says of a file before it is sent.
func tooLarge(l *Locale) string {
	e, _ := files.ErrTooLarge.(*fault.Error)
	return l.Sentence(e.Format, e.Args...)
}

package referrals

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/internal/fault"
)

func TestSignedPage(t *testing.T) {
	w := newWorld(t)
	onPaper := consent()
	onPaper.Method = Written
	c := w.record(onPaper)
	spoken := w.record(consent())
	page := "%PDF-1.7\n" + strings.Repeat("signed ", 9)

	if !c.AwaitsPage() || spoken.AwaitsPage() {
		t.Error("only a consent on paper waits for its page")
	}
	_, _, err := w.s.SignedPage(as(rosa), c.ID)
	refused(t, "SignedPage before there is one", err, fault.NotFound)
	_, err = w.s.AddSignedPage(as(rosa), spoken.ID, "page.pdf", strings.NewReader(page))
	refused(t, "a page of a spoken consent", err, fault.Conflict)
	_, err = w.s.AddSignedPage(as(otto), c.ID, "page.pdf", strings.NewReader(page))
	refused(t, "a page by another clinic", err, fault.NotFound)
	_, err = w.s.AddSignedPage(as(paula), c.ID, "page.pdf", strings.NewReader(page))
	refused(t, "a page by an agency", err, fault.Forbidden)
	if _, err = w.s.AddSignedPage(as(rosa), c.ID, "page.exe", strings.NewReader("MZ")); err == nil {
		t.Error("a program was taken for a page")
	}

	signed, err := w.s.AddSignedPage(as(rosa), c.ID, "page.pdf", strings.NewReader(page))
	if err != nil || signed.AwaitsPage() {
		t.Fatalf("AddSignedPage = %v, waits %v", err, signed.AwaitsPage())
	}
	f, body, err := w.s.SignedPage(as(rosa), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(body); err != nil || !bytes.Equal(got, []byte(page)) {
		t.Errorf("the page came back as %q, %v", got, err)
	}
	if kept, err := w.s.KeepsFile(t.Context(), f); !kept || err != nil {
		t.Errorf("KeepsFile = %v, %v; want it kept", kept, err)
	}
	_, _, err = w.s.SignedPage(as(otto), c.ID)
	refused(t, "SignedPage by another clinic", err, fault.NotFound)
	if last := w.saw[len(w.saw)-1]; last != "rosa consent.page.read maria consents/"+c.ID {
		t.Errorf("recorded %q", last)
	}
	if _, err := w.s.RevokeConsent(as(rosa), c.ID, 0); err != nil {
		t.Fatal(err)
	}
	if _, _, err = w.s.SignedPage(as(rosa), c.ID); err != nil {
		t.Errorf("the page of a consent that has ended = %v, want it readable", err)
	}

	later, err := w.s.AddSignedPage(as(rosa), c.ID, "better.pdf", strings.NewReader(page+"again"))
	if err != nil {
		t.Fatal(err)
	}
	if kept, err := w.s.KeepsFile(t.Context(), f); !kept || err != nil || later.Signature.FileID == f.ID || later.Signature.Earlier[0].By != rosa.Name {
		t.Errorf("the page that was replaced: kept %v, %v, %+v", kept, err, later.Signature)
	}
	if _, body, err = w.s.EarlierPage(as(rosa), c.ID, 0); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(body); err != nil || !bytes.Equal(got, []byte(page)) {
		t.Errorf("the earlier page came back as %q, %v", got, err)
	}
	for _, place := range []int{-1, 1} {
		_, _, err = w.s.EarlierPage(as(rosa), c.ID, place)
		refused(t, "a page that never was", err, fault.NotFound)
	}
	_, _, err = w.s.EarlierPage(as(otto), c.ID, 0)
	refused(t, "EarlierPage by another clinic", err, fault.NotFound)
}

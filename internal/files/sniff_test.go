package files

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/havenloop/havenloop/internal/fault"
)

func jpegOf(w, h int) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, w, h)), nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// pngOf is the beginning of a PNG that says it is w by h points.
func pngOf(w, h uint32) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		panic(err)
	}
	out := b.Bytes()
	binary.BigEndian.PutUint32(out[16:], w)
	binary.BigEndian.PutUint32(out[20:], h)
	binary.BigEndian.PutUint32(out[29:], crc32.ChecksumIEEE(out[12:29]))
	return out
}

// webpOf is a WebP of one chunk with the data, filled up to its least length.
func webpOf(form string, data ...byte) []byte {
	data = append(data, make([]byte, 10)...)
	b := append([]byte("RIFF\x00\x00\x00\x00WEBP"+form+"\x00\x00\x00\x00"), data...)
	binary.LittleEndian.PutUint32(b[4:], uint32(len(b)-8))
	binary.LittleEndian.PutUint32(b[16:], uint32(len(data)))
	return b
}

func TestSniff(t *testing.T) {
	tests := []struct {
		name    string
		content []byte
		want    Type // "" when refused
		says    string
	}{
		{"PDF", []byte("%PDF-1.4\n"), PDF, ""},
		{"PDF 2", []byte("%PDF-2.0\n"), PDF, ""},
		{"no version", []byte("%PDF-"), "", "Choose a PDF"},
		{"JPEG", jpegOf(3, 2), JPEG, ""},
		{"JPEG without a picture", []byte("\xff\xd8\xff\xe0 and no more"), "", "cannot be opened"},
		{"PNG", pngOf(1, 1), PNG, ""},
		{"PNG of points without end", pngOf(19_000, 19_000), "", "too many points"},
		{"PNG as a long line", pngOf(20_001, 1), "", "too many points"},
		{"PNG cut off", pngOf(1, 1)[:20], "", "cannot be opened"},
		{"WebP lossy", webpOf("VP8 ", 0, 0, 0, 0x9d, 0x01, 0x2a, 64, 0, 32, 0), WebP, ""},
		{"WebP lossy without a key frame", webpOf("VP8 ", 1, 0, 0, 0x9d, 0x01, 0x2a, 64, 0, 32, 0), "", "cannot be opened"},
		{"WebP lossless", webpOf("VP8L", 0x2f, 1, 0, 0, 0), WebP, ""},
		{"WebP extended", webpOf("VP8X", 0, 0, 0, 0, 9, 0, 0, 9, 0, 0), WebP, ""},
		{"WebP extended and huge", webpOf("VP8X", 0, 0, 0, 0, 255, 255, 255, 255, 255, 255), "", "too many points"},
		{"WebP of no known form", webpOf("JUNK"), "", "cannot be opened"},
		{"WebP cut off", webpOf("VP8L", 0x2f, 1, 0, 0, 0)[:25], "", "cannot be opened"},
		{"a sound in RIFF", []byte("RIFF\x04\x00\x00\x00WAVE"), "", "Choose a PDF"},
		{"HEIC", []byte("\x00\x00\x00\x18ftypheic"), "", "Choose a PDF"},
		{"GIF", []byte("GIF89a"), "", "Choose a PDF"},
		{"zip", []byte("PK\x03\x04"), "", "Choose a PDF"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Sniff(tt.content)
			if got != tt.want || (err == nil) != (tt.want != "") || err != nil && !strings.Contains(err.Error(), tt.says) {
				t.Errorf("Sniff = %q, %v; want %q, %q", got, err, tt.want, tt.says)
			}
		})
	}
	for content, want := range map[string][2]int{
		string(webpOf("VP8 ", 0, 0, 0, 0x9d, 0x01, 0x2a, 64, 0x40, 32, 0)): {64, 32}, // the upper bits are a scale
		string(webpOf("VP8L", 0x2f, 0xff, 0xc0, 0x00, 0)):                  {256, 4},
		string(webpOf("VP8X", 0, 0, 0, 0, 9, 1, 0, 19, 0, 0)):              {266, 20},
	} {
		if w, h, err := sizeOfWebP([]byte(content)); err != nil || w != want[0] || h != want[1] {
			t.Errorf("size of %q = %d by %d, %v; want %v", content[12:16], w, h, err, want)
		}
	}
}

func FuzzSniff(f *testing.F) {
	for _, seed := range [][]byte{
		pdf(64), jpegOf(3, 2), pngOf(1, 1), webpOf("VP8 ", 0, 0, 0, 0x9d, 0x01, 0x2a, 64, 0, 32, 0),
		webpOf("VP8L", 0x2f, 1, 0, 0, 0), webpOf("VP8X", 0, 0, 0, 0, 9, 0, 0, 9, 0, 0), []byte("<html>"), nil,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		kind, err := Sniff(content)
		if err != nil {
			if kind != "" {
				t.Errorf("refused, but of type %q", kind)
			}
			if _, ok := errors.AsType[*fault.Error](err); !ok {
				t.Errorf("refused without a sentence: %v", err)
			}
			return
		}
		if endings[kind] == nil {
			t.Errorf("type %q is not one that is kept", kind)
		}
		if c := content[0]; c == '<' || c == 'M' || c == 'P' || c == '#' {
			t.Errorf("%q is taken for %s", content[:min(len(content), 16)], kind)
		}
	})
}

func TestSafeName(t *testing.T) {
	tests := []struct {
		in   string
		kind Type
		want string
	}{
		{"letter.pdf", PDF, "letter.pdf"},
		{"Carta de María (2).PDF", PDF, "Carta de María (2).PDF"},
		{"photo.jpeg", JPEG, "photo.jpeg"},
		{"bill.exe", PDF, "bill.exe.pdf"},
		{"no ending", PNG, "no ending.png"},
		{"../../etc/passwd", PDF, "passwd.pdf"},
		{`C:\Users\Rosa\scan.pdf`, PDF, "scan.pdf"},
		{".htaccess", PDF, "htaccess.pdf"},
		{"a\r\nSet-Cookie: x.pdf", PDF, "a Set-Cookie_ x.pdf"},
		{"bill\u202Efdp.exe", PDF, "billfdp.exe.pdf"},
		{`"quoted"<b>.pdf`, PDF, "_quoted__b_.pdf"},
		{"hồ sơ.pdf", PDF, "hồ sơ.pdf"},
		{"文件.webp", WebP, "文件.webp"},
		{"\xff\xfe.pdf", PDF, "file.pdf"},
		{"", PDF, "file.pdf"},
		{"...", WebP, "file.webp"},
		{strings.Repeat("é", 100) + ".pdf", PDF, strings.Repeat("é", 58) + ".pdf"},
	}
	for _, tt := range tests {
		if got := SafeName(tt.in, tt.kind); got != tt.want {
			t.Errorf("SafeName(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func FuzzSafeName(f *testing.F) {
	f.Add("../a.pdf")
	f.Add("x\u202e.exe")
	f.Fuzz(func(t *testing.T, in string) {
		got := SafeName(in, PDF)
		if len(got) > maxName || len(got) < len("a.pdf") || !utf8.ValidString(got) || !strings.HasSuffix(strings.ToLower(got), ".pdf") || got[0] == '.' {
			t.Errorf("SafeName(%q) = %q", in, got)
		}
		if strings.ContainsAny(got, "/\\\"\r\n<>") || strings.ContainsFunc(got, unicode.IsControl) {
			t.Errorf("SafeName(%q) = %q has a character that is not safe", in, got)
		}
		if again := SafeName(got, PDF); again != got {
			t.Errorf("SafeName(%q) = %q, and of that %q", in, got, again)
		}
		h := File{Name: got, Type: PDF}.Headers()
		if !strings.HasPrefix(h["Content-Disposition"], "attachment; filename") {
			t.Errorf("disposition %q of %q", h["Content-Disposition"], got)
		}
	})
}

package files

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/havenloop/havenloop/internal/fault"
)

// canary stands for the place where a picture was taken.
const canary = "37.6391N 120.9969W"

// camera are the notes of a camera that was held upright: with a place behind
// the list, in either byte order.
func camera(order binary.ByteOrder, up uint16) []byte {
	b := []byte("II*\x00")
	if order == binary.BigEndian {
		b = []byte("MM\x00*")
	}
	put16 := func(n uint16) { b = append(b, 0, 0); order.PutUint16(b[len(b)-2:], n) }
	put32 := func(n uint32) { b = append(b, 0, 0, 0, 0); order.PutUint32(b[len(b)-4:], n) }
	put32(8)
	put16(2)
	for _, e := range []struct{ tag, value uint16 }{{0x0110, 0}, {tagOrientation, up}} {
		put16(e.tag)
		put16(typeShort)
		put32(1)
		put16(e.value)
		put16(0)
	}
	put32(0)
	return append(b, canary...)
}

func noise() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 40, 24))
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 40 * 24 {
		m.Set(i%40, i/40, color.RGBA{uint8(r.Uint32()), uint8(r.Uint32()), uint8(r.Uint32()), 255})
	}
	return m
}

// segment is one of a JPEG.
func segment(marker byte, data string) string {
	return string([]byte{0xff, marker}) + string(binary.BigEndian.AppendUint16(nil, uint16(len(data)+2))) + data
}

// jpegWith is a picture with segments before its points, and a film behind it.
func jpegWith(segments string) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, noise(), nil); err != nil {
		panic(err)
	}
	plain := b.String()
	return []byte(plain[:2] + segments + plain[2:] + "ftypmp42 " + canary)
}

func pngWith(chunks ...string) []byte {
	var b, notes bytes.Buffer
	if err := png.Encode(&b, noise()); err != nil {
		panic(err)
	}
	for _, c := range chunks {
		writePNG(&notes, c[:4], []byte(c[4:]))
	}
	const head = 8 + 25 // signature and IHDR
	return []byte(b.String()[:head] + notes.String() + b.String()[head:] + canary)
}

// webpWith is an extended WebP whose points nobody looks at.
func webpWith(chunks ...string) []byte {
	b := "RIFF\x00\x00\x00\x00WEBP"
	for _, c := range append([]string{"VP8X\x2c\x00\x00\x00\x09\x00\x00\x09\x00\x00", "ICCPcolor", "VP8 points"}, chunks...) {
		b += c[:4] + string(binary.LittleEndian.AppendUint32(nil, uint32(len(c)-4))) + c[4:]
		if len(c)%2 == 1 {
			b += "\x00"
		}
	}
	out := []byte(b)
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return append(out, canary...)
}

func samples() map[string]struct {
	kind    Type
	content []byte
	up      int // which side is up afterwards; 0 for no notes
} {
	return map[string]struct {
		kind    Type
		content []byte
		up      int
	}{
		"JPEG held upright": {JPEG, jpegWith(segment(jpegAPP0, "JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00") +
			segment(jpegAPP1, "Exif\x00\x00"+string(camera(binary.LittleEndian, 6))) + segment(jpegAPP1, "http://ns.adobe.com/xap/1.0/\x00"+canary) +
			segment(0xe2, "MPF\x00"+canary) + segment(0xed, "Photoshop 3.0\x00"+canary) + segment(jpegCOM, canary)), 6},
		"JPEG held level": {JPEG, jpegWith(segment(jpegAPP1, "Exif\x00\x00"+string(camera(binary.BigEndian, 1)))), 0},
		"PNG": {PNG, pngWith("eXIf"+string(camera(binary.BigEndian, 3)), "tEXtComment\x00"+canary, "iTXtXML:com.adobe.xmp\x00\x00\x00\x00\x00"+canary,
			"tIMEcanary!", "nUUU"+canary), 3},
		"WebP":                {WebP, webpWith("EXIF"+string(camera(binary.LittleEndian, 8)), "XMP "+canary), 8},
		"WebP without a side": {WebP, webpWith("EXIF"+canary, "XMP "+canary, "UNKN"+canary), 0},
	}
}

func TestPicturesAreKeptWithoutTheirPlace(t *testing.T) {
	for name, tt := range samples() {
		t.Run(name, func(t *testing.T) {
			c := newCabinet(t)
			f, err := c.put(tt.content)
			if err != nil || f.Type != tt.kind {
				t.Fatalf("Put = %+v, %v", f, err)
			}
			_, body, err := c.Open(c.ctx, f.ID)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(body)
			if err != nil || int64(len(got)) != f.Size || bytes.Contains(got, []byte(canary)) || bytes.Contains(got, []byte("canary")) {
				t.Errorf("%d bytes are kept, %v, with the place: %q", len(got), err, got)
			}
			if at := bytes.Index(got, []byte("MM\x00*")); tt.up == 0 && at >= 0 || tt.up > 0 && (at < 0 || orientation(got[at:]) != tt.up) {
				t.Errorf("the side that is up is not %d any more", tt.up)
			}
			if kind, err := Sniff(got); kind != tt.kind || err != nil {
				t.Errorf("what is kept is %q, %v", kind, err)
			}
			if tt.kind != WebP {
				want, _, _ := image.Decode(bytes.NewReader(tt.content))
				now, _, err := image.Decode(bytes.NewReader(got))
				if err != nil || !samePoints(want, now) {
					t.Errorf("the picture is another one, %v", err)
				}
			}
			again, err := clean(tt.kind, got)
			if err != nil || !bytes.Equal(again, got) {
				t.Errorf("cleaned again it is another file, %v", err)
			}
		})
	}
}

func samePoints(a, b image.Image) bool {
	if a.Bounds() != b.Bounds() {
		return false
	}
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			if a.At(x, y) != b.At(x, y) {
				return false
			}
		}
	}
	return true
}

func TestCleanKeepsWhatIsShown(t *testing.T) {
	profile := segment(0xe2, "ICC_PROFILE\x00colors")
	got, err := clean(JPEG, jpegWith(profile))
	if err != nil || !bytes.Contains(got, []byte(profile)) {
		t.Errorf("clean of a JPEG with colors of its own = %v, without them", err)
	}
	got, err = clean(WebP, webpWith())
	if err != nil || !bytes.Contains(got, []byte("ICCP")) || got[20] != 0x20 {
		t.Errorf("clean of a WebP = flags %x, %v, want the colors and no notes", got[20], err)
	}
	whole := jpegWith("")
	cut := whole[:len(whole)/2]
	if got, err = clean(JPEG, cut); err != nil || !bytes.Equal(got, cut) {
		t.Errorf("clean of half a JPEG = %v, want what there is", err)
	}
	if got, err = clean(PDF, pdf(64)); err != nil || !bytes.Equal(got, pdf(64)) {
		t.Errorf("clean of a PDF = %q, %v, want it as it was", got, err)
	}
}

func TestCleanRefusesWhatIsBroken(t *testing.T) {
	whole := pngWith()
	for name, tt := range map[string]struct {
		kind    Type
		content []byte
	}{
		"a JPEG with a segment beyond its end": {JPEG, []byte("\xff\xd8\xff\xe1\xff\xff" + canary)},
		"a JPEG with a segment of no length":   {JPEG, []byte("\xff\xd8\xff\xe1\x00\x00" + canary)},
		"a JPEG without a marker":              {JPEG, []byte("\xff\xd8\xff\xe0\x00\x03aXX")},
		"a JPEG that begins twice":             {JPEG, []byte("\xff\xd8\xff\xd8\xff\xd9")},
		"a PNG without its end":                {PNG, whole[:len(whole)-len(canary)-12]},
		"a PNG with a chunk beyond its end":    {PNG, append(bytes.Clone(whole[:33]), "\x7f\xff\xff\xfftEXtabcd"...)},
		"a WebP with a chunk beyond its end":   {WebP, []byte("RIFF\x10\x00\x00\x00WEBPVP8 \xff\xff\xff\x7f1234")},
	} {
		if _, err := clean(tt.kind, tt.content); !fault.Is(err, fault.Invalid) || !errors.Is(err, errPicture) {
			t.Errorf("clean of %s = %v, want it refused", name, err)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range samples() {
		f.Add(s.content)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		kind, err := Sniff(content)
		if err != nil {
			return
		}
		once, err := clean(kind, content)
		if err != nil {
			return
		}
		if twice, err := clean(kind, once); err != nil || !bytes.Equal(once, twice) {
			t.Errorf("cleaned again a %s is another file, %v", kind, err)
		}
	})
}

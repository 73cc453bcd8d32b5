package files

import (
	"bytes"
	"encoding/binary"
	"image/jpeg"
	"image/png"

	"github.com/havenloop/havenloop/internal/fault"
)

// Type is the media type of a file.
type Type string

// The types that are kept.
const (
	PDF  Type = "application/pdf"
	JPEG Type = "image/jpeg"
	PNG  Type = "image/png"
	WebP Type = "image/webp"
)

// Accept names the types for a page's file input.
const Accept = string(PDF + "," + JPEG + "," + PNG + "," + WebP)

// maxPoints and maxSide bound an image, in points. A few kilobytes can unpack
// to gigabytes in the memory of who opens them; no phone's photo of today that
// fits into MaxSize has more points.
const (
	maxPoints = 100_000_000
	maxSide   = 20_000
)

// kinds says how each type begins and, for images, how large they are.
// Sources: ISO 32000-2 7.5.2 (PDF), ITU-T T.81 B.1.1.3 (JPEG), W3C PNG 5.2,
// RFC 9649 section 2.4 (WebP).
var kinds = []struct {
	is     Type
	begins func([]byte) bool
	size   func([]byte) (width, height int, err error)
}{
	{PDF, isPDF, nil},
	{JPEG, prefix("\xff\xd8\xff"), func(b []byte) (int, int, error) {
		c, err := jpeg.DecodeConfig(bytes.NewReader(b))
		return c.Width, c.Height, err
	}},
	{PNG, prefix("\x89PNG\r\n\x1a\n"), func(b []byte) (int, int, error) {
		c, err := png.DecodeConfig(bytes.NewReader(b))
		return c.Width, c.Height, err
	}},
	{WebP, isWebP, sizeOfWebP},
}

// Sniff finds the type in the content, whatever name or type came with it, and
// refuses all others, and images that are broken or too large to be shown.
func Sniff(content []byte) (Type, error) {
	for _, k := range kinds {
		if !k.begins(content) {
			continue
		}
		if k.size == nil {
			return k.is, nil
		}
		w, h, err := k.size(content)
		switch {
		case err != nil || w < 1 || h < 1:
			return "", errPicture
		case w > maxSide || h > maxSide || w*h > maxPoints:
			return "", input(fault.New(fault.Invalid, "This picture has too many points. Make it smaller and choose it again."))
		}
		return k.is, nil
	}
	return "", input(fault.New(fault.Invalid, "This type of file cannot be sent. Choose a PDF, or a picture as JPEG, PNG or WebP."))
}

// errPicture refuses a picture that is broken.
var errPicture = input(fault.New(fault.Invalid, "This picture cannot be opened. Choose another one, or take the photo again."))

func prefix(p string) func([]byte) bool {
	return func(b []byte) bool { return bytes.HasPrefix(b, []byte(p)) }
}

// isPDF wants the header with its version at the very beginning.
func isPDF(b []byte) bool {
	return len(b) > len("%PDF-1.") && bytes.HasPrefix(b, []byte("%PDF-")) && (b[5] == '1' || b[5] == '2') && b[6] == '.'
}

func isWebP(b []byte) bool {
	return len(b) >= 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP"
}

// sizeOfWebP reads the size from the first chunk, which tells the form: lossy,
// lossless or extended.
func sizeOfWebP(b []byte) (width, height int, err error) {
	const header, least = 20, 30 // up to the chunk's data; with what the longest form needs
	if len(b) < least || int64(binary.LittleEndian.Uint32(b[4:]))+8 > int64(len(b)) {
		return 0, 0, errBroken
	}
	d := b[header:]
	switch string(b[12:16]) {
	case "VP8 ": // a key frame: tag, start code, then 14 bits each (RFC 6386 section 9.1)
		if d[0]&1 != 0 || !bytes.Equal(d[3:6], []byte{0x9d, 0x01, 0x2a}) {
			return 0, 0, errBroken
		}
		return int(binary.LittleEndian.Uint16(d[6:]) & 0x3fff), int(binary.LittleEndian.Uint16(d[8:]) & 0x3fff), nil
	case "VP8L": // signature, then 14 bits each, less one
		if d[0] != 0x2f {
			return 0, 0, errBroken
		}
		bits := binary.LittleEndian.Uint32(d[1:])
		return int(bits&0x3fff) + 1, int(bits>>14&0x3fff) + 1, nil
	case "VP8X": // flags, then 24 bits each, less one
		return int(uint24(d[4:])) + 1, int(uint24(d[7:])) + 1, nil
	}
	return 0, 0, errBroken
}

func uint24(b []byte) uint32 { return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 }

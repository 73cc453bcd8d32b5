package files

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// clean takes out of a picture what is not the picture: where and when it was
// taken, by which device, words about it, smaller copies of it, and whatever
// stands behind its end. Parts are kept by name, so that a new kind of note
// goes as well. Which side is up stays. Other files stay as they are.
func clean(kind Type, content []byte) ([]byte, error) {
	cleaner := map[Type]func([]byte) ([]byte, bool){JPEG: cleanJPEG, PNG: cleanPNG, WebP: cleanWebP}[kind]
	if cleaner == nil {
		return content, nil
	}
	out, ok := cleaner(content)
	if !ok {
		return nil, errPicture
	}
	return out, nil
}

// The markers of a JPEG that are looked at. Source: ITU-T T.81, table B.1.
const (
	jpegSOI, jpegEOI, jpegSOS   = 0xd8, 0xd9, 0xda
	jpegRST0, jpegRST7, jpegTEM = 0xd0, 0xd7, 0x01
	jpegAPP0, jpegAPP15         = 0xe0, 0xef
	jpegAPP1, jpegCOM           = 0xe1, 0xfe
)

// jpegKept are the application segments that are needed to show a picture as it
// was: how dense it is, its colors (ICC.1 annex B.4) and how they are coded.
var jpegKept = map[byte]string{jpegAPP0: "JFIF\x00", 0xe2: "ICC_PROFILE\x00", 0xee: "Adobe"}

func cleanJPEG(b []byte) ([]byte, bool) {
	out := bytes.NewBuffer(make([]byte, 0, len(b)))
	out.Write(b[:2])
	for at := 2; ; {
		for at+1 < len(b) && b[at] == 0xff && b[at+1] == 0xff { // fill bytes (T.81 B.1.1.2)
			at++
		}
		if at+1 >= len(b) || b[at] != 0xff {
			return nil, false
		}
		marker := b[at+1]
		if marker == jpegEOI {
			out.Write(b[at : at+2])
			return out.Bytes(), true
		}
		if marker >= jpegRST0 && marker <= jpegSOI || marker == jpegTEM || marker == 0 {
			return nil, false // none of these stands between segments
		}
		if at+4 > len(b) {
			return nil, false
		}
		end := at + 2 + int(binary.BigEndian.Uint16(b[at+2:]))
		if end < at+4 || end > len(b) {
			return nil, false
		}
		segment := b[at:end]
		switch app := marker >= jpegAPP0 && marker <= jpegAPP15; {
		case app && jpegKept[marker] != "" && bytes.HasPrefix(segment[4:], []byte(jpegKept[marker])):
			out.Write(segment)
		case marker == jpegAPP1 && bytes.HasPrefix(segment[4:], exifName):
			if up := orientation(segment[4:]); up > 1 {
				small := exifOf(up)
				out.Write(binary.BigEndian.AppendUint16([]byte{0xff, jpegAPP1}, uint16(2+len(exifName)+len(small))))
				out.Write(exifName)
				out.Write(small)
			}
		case !app && marker != jpegCOM:
			out.Write(segment)
		}
		at = end
		if marker == jpegSOS {
			from := at
			if at = scanEnd(b, at); at == len(b) { // cut off: it shows as far as it goes
				out.Write(b[from:])
				return out.Bytes(), true
			}
			out.Write(b[from:at])
		}
	}
}

// scanEnd is where the coded points that begin at from end: at the next marker
// other than a restart, or where the file ends.
func scanEnd(b []byte, from int) int {
	for at := from; at+1 < len(b); at++ {
		if next := b[at+1]; b[at] == 0xff && next != 0 && next != 0xff && (next < jpegRST0 || next > jpegRST7) {
			return at
		}
	}
	return len(b)
}

// pngKept are the chunks that make up a picture, still or moving, and its
// colors. Source: W3C PNG third edition, section 4.7.
var pngKept = []string{
	"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP", "bKGD", "hIST", "pHYs", "acTL", "fcTL", "fdAT",
}

func cleanPNG(b []byte) ([]byte, bool) {
	const head, around = 8, 12 // the signature; length, name and check of a chunk
	out := bytes.NewBuffer(make([]byte, 0, len(b)))
	out.Write(b[:head])
	for at := head; at+around <= len(b); {
		size := int64(binary.BigEndian.Uint32(b[at:]))
		if size > int64(len(b)-at-around) {
			return nil, false
		}
		name, end := string(b[at+4:at+8]), at+around+int(size)
		switch {
		case slices.Contains(pngKept, name):
			out.Write(b[at:end])
		case name == "eXIf":
			if up := orientation(b[at+8 : end-4]); up > 1 {
				writePNG(out, name, exifOf(up))
			}
		}
		if name == "IEND" {
			return out.Bytes(), true
		}
		at = end
	}
	return nil, false
}

// webpKept are the chunks that make up a picture. Source: RFC 9649, section 2.7.
var webpKept = []string{"VP8X", "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF", "ICCP"}

// The flags of VP8X that tell of notes (RFC 9649, section 2.7.1).
const webpExif, webpXMP = 1 << 3, 1 << 2

func cleanWebP(b []byte) ([]byte, bool) {
	const head, around = 12, 8 // RIFF, size, WEBP; name and size of a chunk
	out := append(make([]byte, 0, len(b)), b[:head]...)
	flags, up := -1, 0 // where the flags stand; which side is up
	end := min(len(b), around+int(binary.LittleEndian.Uint32(b[4:])))
	for at := head; at+around <= end; {
		size := int(binary.LittleEndian.Uint32(b[at+4:]))
		next := at + around + size + size%2
		if at+around+size > end {
			return nil, false
		}
		chunk := b[at:min(next, end)]
		switch name := string(b[at : at+4]); {
		case name == "EXIF":
			up = orientation(b[at+around : at+around+size])
		case slices.Contains(webpKept, name):
			if name == "VP8X" && size > 0 {
				flags = len(out) + around
			}
			out = append(out, chunk...)
			if len(chunk)%2 == 1 {
				out = append(out, 0)
			}
		}
		at = next
	}
	if flags >= 0 {
		out[flags] &^= webpExif | webpXMP
		if up > 1 {
			out[flags] |= webpExif
			small := exifOf(up)
			out = append(binary.LittleEndian.AppendUint32(append(out, "EXIF"...), uint32(len(small))), small...)
		}
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-around))
	return out, true
}

package files

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

// exifName stands before the notes of a camera in a JPEG (CIPA DC-008, 4.7.2).
var exifName = []byte("Exif\x00\x00")

// tagOrientation says which side of the picture is up, as a number from 1 to 8
// (TIFF 6.0, section 8; a SHORT).
const tagOrientation, typeShort = 0x0112, 3

// orientation reads from the notes of a camera which side is up; 0 where they
// do not say. Its source is TIFF 6.0, section 2.
func orientation(notes []byte) int {
	const header, entry = 8, 12 // bytes
	notes = bytes.TrimPrefix(notes, exifName)
	if len(notes) < header {
		return 0
	}
	var order binary.ByteOrder = binary.LittleEndian
	if bytes.HasPrefix(notes, []byte("MM")) {
		order = binary.BigEndian
	}
	first := int64(order.Uint32(notes[4:]))
	if first < header || first+2 > int64(len(notes)) {
		return 0
	}
	list := notes[first+2:]
	for range order.Uint16(notes[first:]) {
		if len(list) < entry {
			return 0
		}
		if order.Uint16(list) == tagOrientation && order.Uint16(list[2:]) == typeShort {
			if up := int(order.Uint16(list[8:])); up <= 8 {
				return up
			}
			return 0
		}
		list = list[entry:]
	}
	return 0
}

// exifOf are notes that say which side is up, and nothing else.
func exifOf(up int) []byte {
	b := []byte("MM\x00*\x00\x00\x00\x08\x00\x01") // big-endian; the first list follows, with one entry
	b = binary.BigEndian.AppendUint16(b, tagOrientation)
	b = binary.BigEndian.AppendUint16(b, typeShort)
	b = binary.BigEndian.AppendUint32(b, 1)
	b = binary.BigEndian.AppendUint16(b, uint16(up))
	return append(b, 0, 0, 0, 0, 0, 0) // the rest of the value, and no further list
}

// writePNG writes a chunk of a PNG with its check (W3C PNG, section 5.3).
func writePNG(out *bytes.Buffer, name string, data []byte) {
	b := append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), name...)
	b = append(b, data...)
	out.Write(binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:])))
}

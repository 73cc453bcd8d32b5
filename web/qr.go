package web

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// quietZone is the empty edge that readers need around a code, in its squares
// (ISO/IEC 18004, 6.3.8).
const quietZone = 4

// QRCode is a QR code as one path of SVG, with the length of its sides in squares.
type QRCode struct {
	Path string
	Size int
}

// qrCode draws the text. Level M survives a crease in the paper.
func qrCode(text string) (QRCode, error) {
	c, err := qr.Encode(text, qr.M)
	if err != nil {
		return QRCode{}, fmt.Errorf("draw QR code: %w", err)
	}
	var path strings.Builder
	for y := range c.Size {
		for x := 0; x < c.Size; x++ {
			from := x
			for x < c.Size && c.Black(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from+quietZone, y+quietZone, x-from, x-from)
			}
		}
	}
	return QRCode{Path: path.String(), Size: c.Size + 2*quietZone}, nil
}

// box is the field of view of the drawing.
func (q QRCode) box() string { return fmt.Sprintf("0 0 %d %d", q.Size, q.Size) }

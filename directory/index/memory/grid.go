package memory

import (
	"math"
	"slices"

	"github.com/havenloop/havenloop/internal/geo"
)

// cellSize is the side of a cell of the grid in degrees, about 2 km north to south.
const cellSize = 0.02

// Cells of one row, and rows, of the grid.
const (
	gridColumns = 18_000
	gridRows    = 9_000
)

// grid finds the documents around a place without looking at all of them.
type grid map[uint32][]uint32

func cellOf(p geo.Point) uint32 {
	return cell(int(math.Floor((p.Lat+90)/cellSize)), int(math.Floor((p.Lng+180)/cellSize)))
}

// cell numbers the cell; columns go on around the earth.
func cell(row, column int) uint32 {
	return uint32(min(row, gridRows-1)*gridColumns + (column+gridColumns)%gridColumns)
}

func (g grid) add(id uint32, p geo.Point) { g[cellOf(p)] = append(g[cellOf(p)], id) }

func (g grid) remove(id uint32, p geo.Point) {
	key := cellOf(p)
	list := g[key]
	if i := slices.Index(list, id); i >= 0 {
		list[i] = list[len(list)-1]
		g[key] = list[:len(list)-1]
	}
	if len(g[key]) == 0 {
		delete(g, key)
	}
}

// maxCells is how many cells around answers for; beyond, looking at all
// documents is as fast.
const maxCells = 4096

// around marks the documents that may be within meters of p, and some farther
// ones. ok is false when the circle is too large, or at a pole, and nothing is marked.
func (g grid) around(p geo.Point, meters float64, mark docset) (ok bool) {
	degrees := meters/earth*180/math.Pi + 1e-9
	top, bottom := p.Lat+degrees, p.Lat-degrees
	if top >= 89 || bottom <= -89 {
		return false
	}
	// The circle is widest where it is nearest to a pole; that width holds all.
	width := degrees / math.Cos(max(math.Abs(top), math.Abs(bottom))*math.Pi/180)
	row0, row1 := int(math.Floor((bottom+90)/cellSize)), int(math.Floor((top+90)/cellSize))
	col0, col1 := int(math.Floor((p.Lng-width+180)/cellSize)), int(math.Floor((p.Lng+width+180)/cellSize))
	if width >= 179 || (row1-row0+1)*(col1-col0+1) > maxCells {
		return false
	}
	for row := row0; row <= row1; row++ {
		for col := col0; col <= col1; col++ {
			for _, id := range g[cell(row, col)] {
				mark.add(id)
			}
		}
	}
	return true
}

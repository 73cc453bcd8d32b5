package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
)

// RoomView is the form that counts room in units.
type RoomView struct {
	Page
	Form         Form
	Service      string
	Action, Back string
}

// roomRows is how many kinds of room the form asks for.
const roomRows = 4

func roomField(n int, name string) string { return "room-" + strconv.Itoa(n) + "-" + name }

func roomNumber(n int) string { return strconv.Itoa(n + 1) }

// RoomPage answers GET /listing/:id/room.
func (h *Handlers) RoomPage(c echo.Context) error {
	p := h.page(c, "room.title")
	x, err := h.listedService(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	f := p.form().With("version", strconv.FormatInt(x.service.Version, 10))
	for n, r := range x.service.Service.Rooms() {
		f = f.With(roomField(n, "unit"), r.Unit).With(roomField(n, "free"), yearsText(&r.Available)).With(roomField(n, "all"), yearsText(r.Maximum))
	}
	return h.render(c, http.StatusOK, roomPage(roomView(p, f, x)))
}

// SaveRoom answers POST /listing/:id/room.
func (h *Handlers) SaveRoom(c echo.Context) error {
	p := h.page(c, "room.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	x, err := h.listedService(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	in := directory.CapacityInput{Rooms: roomsFrom(f)}
	in.Version, _ = strconv.ParseInt(f.Value("version"), 10, 64) // what is no number is 0, which is not compared
	if _, err = h.Directory.SayCapacity(c.Request().Context(), x.service.ID, in); err != nil {
		status, err := f.refuse(&p, err, nil)
		if err != nil {
			return err
		}
		return h.render(c, status, roomPage(roomView(p, f.With("version", strconv.FormatInt(x.service.Version, 10)), x)))
	}
	leaveNotice(c, "capacity-saved")
	return see(c, listingPath(x.service.ID))
}

func roomView(p Page, f Form, x listed) RoomView {
	return RoomView{Page: p, Form: f, Service: x.service.Service.Name, Action: listingPath(x.service.ID) + "/room", Back: listingPath(x.service.ID)}
}

// roomsFrom reads the kinds of room; what is no number is refused as -1.
func roomsFrom(f Form) []directory.Room {
	out := []directory.Room{}
	number := func(text string) float64 {
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return -1
		}
		return n
	}
	for n := range roomRows {
		value := func(name string) string { return strings.TrimSpace(f.Value(roomField(n, name))) }
		if value("unit")+value("free")+value("all") == "" {
			continue
		}
		r := directory.Room{Unit: value("unit"), Available: number(value("free"))}
		if all := value("all"); all != "" {
			r.Maximum = new(number(all))
		}
		out = append(out, r)
	}
	return out
}

// roomTexts tell how much of each kind of room there is.
func roomTexts(l *Locale, rooms []directory.Room) string {
	var out []string
	for _, r := range rooms {
		if r.Maximum != nil {
			out = append(out, l.T("room.of", "free", r.Available, "all", *r.Maximum, "unit", r.Unit))
		} else {
			out = append(out, l.T("room.some", "free", r.Available, "unit", r.Unit))
		}
	}
	return l.join("list.comma", out)
}

package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/screening"
)

// NeedView is one need of a patient with all that became of it.
type NeedView struct {
	Page
	Form        Form
	Leave, Name string // of the patient
	Row         NeedRow
	Now         string // what to do at once; empty for nothing
	Action      string
	Changes     []NeedButton
	// Split tells that a part may be split off, by a form sent to SplitAction.
	Split       bool
	SplitAction string
	// Ends tells that open referrals end when the need is closed.
	Ends    bool
	History []NeedEvent
}

// NeedButton changes the status of a need.
type NeedButton struct{ Status, Label, Look string }

// NeedEvent is one line of a need's history, the newest first.
type NeedEvent struct {
	TimelineItem
	Screening string // address of the screening that it rests on; empty for none
}

// What the forms about a need do, besides setting a status.
const (
	doClose = "close"
	doKeep  = "keep"
)

// needMoves are the statuses that a person may choose, by where the need stands.
var needMoves = map[screening.NeedStatus][]screening.NeedStatus{
	screening.NeedOpen:       {screening.NeedMet, screening.NeedNotWanted, screening.NeedNoLonger},
	screening.NeedWanted:     {screening.NeedMet, screening.NeedNotWanted, screening.NeedNoLonger},
	screening.NeedInProgress: {screening.NeedMet, screening.NeedNotWanted, screening.NeedNoLonger},
	screening.NeedNotWanted:  {screening.NeedWanted, screening.NeedNoLonger},
	screening.NeedMet:        {screening.NeedOpen},
	screening.NeedNoLonger:   {screening.NeedOpen},
}

// NeedPage answers GET /patients/:id/needs/:need.
func (h *Handlers) NeedPage(c echo.Context) error {
	p := h.page(c, "need.title")
	return h.showNeed(c, http.StatusOK, p, p.form())
}

// ChangeNeed answers POST /patients/:id/needs/:need.
func (h *Handlers) ChangeNeed(c echo.Context) error {
	p := h.page(c, "need.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	if _, err := h.needOf(c); err != nil {
		return err
	}
	if _, err := h.Screening.PatchNeed(c.Request().Context(), c.Param("need"), needPatchFrom(f)); err != nil {
		status, err := f.refuse(&p, err, map[string]string{"wanted": "", "status": "", "keep": "", "version": ""})
		if err != nil {
			return err
		}
		return h.showNeed(c, status, p, f)
	}
	leaveNotice(c, "needs-saved")
	if f.Value("from") == "patient" {
		return see(c, patientPath(c.Param("id")))
	}
	return see(c, needPath(c.Param("id"), c.Param("need")))
}

// SplitNeed answers POST /patients/:id/needs/:need/split: a part becomes a need
// of its own, and its page is shown.
func (h *Handlers) SplitNeed(c echo.Context) error {
	p := h.page(c, "need.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	if _, err := h.needOf(c); err != nil {
		return err
	}
	version, _ := strconv.ParseInt(f.Value("version"), 10, 64) // what is no number is refused as version 0
	part, err := h.Screening.SplitNeed(c.Request().Context(), c.Param("need"), screening.NeedSplit{Part: f.Value("part"), Rest: f.Value("rest"), Version: version})
	if err != nil {
		status, err := f.refuse(&p, err, map[string]string{"version": ""})
		if err != nil {
			return err
		}
		return h.showNeed(c, status, p, f)
	}
	leaveNotice(c, "need-split")
	return see(c, needPath(part.PatientID, part.ID))
}

// needPatchFrom reads which button was used.
func needPatchFrom(f Form) screening.NeedPatch {
	p := screening.NeedPatch{}
	p.Version, _ = strconv.ParseInt(f.Value("version"), 10, 64) // what is no number is refused as version 0
	switch do := f.Value("do"); do {
	case doKeep:
		p.Keep = true
	case doClose:
		p.Status = new(screening.NeedNoLonger)
	default:
		p.Status = new(screening.NeedStatus(do))
	}
	return p
}

// needOf reads the need of the address; one of another patient does not exist there.
func (h *Handlers) needOf(c echo.Context) (screening.Need, error) {
	n, err := h.Screening.Need(c.Request().Context(), c.Param("need"))
	if err == nil && n.PatientID != c.Param("id") {
		err = fault.New(fault.NotFound, "This does not exist, or you may not see it.")
	}
	return n, err
}

func (h *Handlers) showNeed(c echo.Context, status int, p Page, f Form) error {
	n, err := h.needOf(c)
	if err != nil {
		return err
	}
	patient, err := h.Patients.Get(c.Request().Context(), n.PatientID)
	if err != nil {
		return err
	}
	return h.render(c, status, needPage(needView(p, f, n, fullName(patient), h.Screening.Topic)))
}

// needView fills in the page. A refused form is shown with the need as it now stands.
func needView(p Page, f Form, n screening.Need, name string, topic topics) NeedView {
	v := NeedView{
		Page: p, Form: f, Leave: patientPath(n.PatientID), Name: name, Action: needPath(n.PatientID, n.ID),
		Row: needRow(p.Locale, topic.named(p.Locale, n.Topic, n.Part), n), Ends: n.Status == screening.NeedInProgress,
		Now: atOnce(p.Locale, n),
	}
	v.Split, v.SplitAction = n.PartOf == "" && n.Referable() == nil, v.Action+"/split"
	for _, to := range needMoves[n.Status] {
		v.Changes = append(v.Changes, NeedButton{Status: string(to), Label: p.T("need.set-" + string(to)), Look: secondary})
	}
	for i := len(n.History) - 1; i >= 0; i-- {
		v.History = append(v.History, needEvent(p.Locale, n.History[i]))
	}
	return v
}

// needWhy gives the words for why a need changed; a pair with a status comes
// first, for the one that says more.
var needWhy = map[string]string{
	screening.ByScreening: "need.found-again", screening.NotFoundByScreening: "need.not-found",
	screening.KeptByPerson: "need.kept", screening.BySplit: "need.was-split", "referral-sent": "need.referred",
	"referral-confirmed": "need.confirmed", "referral-settled": "need.settled",
}

// needEvent tells one line of the history in words.
func needEvent(l *Locale, c screening.NeedChange) NeedEvent {
	e := NeedEvent{TimelineItem: TimelineItem{At: l.At(c.At), By: c.ByName, Tone: Plain}}
	key, known := needWhy[c.Why]
	switch {
	case c.Why == screening.ByScreening && c.From == "":
		e.Title = l.T("need.found")
	case known:
		e.Title = l.T(key)
	default:
		e.Title = l.T("need.marked", "status", l.T("need."+string(c.To)))
	}
	if known && c.From != "" && c.From != c.To {
		e.Note = l.T("need.now", "status", l.T("need."+string(c.To)))
	}
	if c.To != c.From {
		e.Tone = needTones[c.To]
	}
	if c.ScreeningID != "" {
		e.Screening = screeningPath(c.ScreeningID)
	}
	return e
}

// shownTitle names the need for those who hear the page, unless it is private.
func (r NeedRow) shownTitle() string {
	if r.Private {
		return ""
	}
	return r.Title
}

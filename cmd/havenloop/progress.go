package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/havenloop/havenloop/directory/feed"
)

// progress tells how far an import is: on a terminal in one line that changes,
// else in a line every few seconds.
type progress struct {
	out      io.Writer
	terminal bool
	now      func() time.Time

	step  string
	began time.Time // of the step
	told  time.Time
	open  bool // a line on the terminal has no end yet
}

func newProgress(out io.Writer) *progress {
	p := &progress{out: out, now: time.Now}
	if f, ok := out.(*os.File); ok {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

// tell shows where the import is.
func (p *progress) tell(at feed.Progress) {
	now := p.now()
	if p.step != at.Step {
		p.end()
		p.step, p.began, p.told = at.Step, now, time.Time{}
	}
	often := 5 * time.Second
	if p.terminal {
		often = 200 * time.Millisecond
	}
	done := at.Done == at.All
	if now.Sub(p.told) < often && !done || at.All == 0 && at.Step != "reading" {
		return
	}
	p.told = now
	line := at.Step
	if at.All > 0 {
		line = fmt.Sprintf("%s: %d of %d", at.Step, at.Done, at.All)
	}
	if left := remaining(now.Sub(p.began), at); left > 0 && !done {
		line += fmt.Sprintf(", about %s left", left.Round(time.Second))
	}
	if p.terminal {
		fmt.Fprintf(p.out, "\r\x1b[K%s", line)
		p.open = true
		return
	}
	fmt.Fprintln(p.out, line)
}

// remaining is how long the rest takes at the pace so far; 0 where nobody can say.
func remaining(took time.Duration, at feed.Progress) time.Duration {
	if at.Done == 0 || at.All <= at.Done || took < time.Second {
		return 0
	}
	return took * time.Duration(at.All-at.Done) / time.Duration(at.Done)
}

// end leaves the line that changes.
func (p *progress) end() {
	if p.open {
		fmt.Fprintln(p.out)
		p.open = false
	}
}

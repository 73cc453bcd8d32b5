package notify

import (
	"context"
	"errors"
	"testing"

	"github.com/havenloop/havenloop/internal/docstore"
)

// fullDisk is an engine that can be read but not written.
type fullDisk struct{ docstore.Engine }

var errFull = errors.New("the disk is full")

func (fullDisk) Write(_ context.Context, _ string, ws ...docstore.Write) []error {
	errs := make([]error, len(ws))
	for i := range errs {
		errs[i] = errFull
	}
	return errs
}

func TestSendEndsWhenNothingCanBeStored(t *testing.T) {
	o := newOffice(t)
	o.tell(t, news("ana"), news("ben"))
	ways := Options{
		Now: o.clock.Now, Senders: map[Channel]Sender{Email: o.mail},
		Book: book{}, Words: words,
	}
	full, err := New(t.Context(), fullDisk{o.engine}, ways)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := full.Send(t.Context()); n != 0 || !errors.Is(err, errFull) {
		t.Errorf("Send on a full disk = %d, %v, want its error", n, err)
	}
	if n, err := o.Send(t.Context()); n != 2 || err != nil {
		t.Errorf("Send afterwards = %d, %v, want both notices", n, err)
	}
}

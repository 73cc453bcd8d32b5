// Package snapshot keeps a large value in a file of its own: written whole or
// not at all, and read only when every byte is as it was written.
package snapshot

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// ErrDamaged says that a file is not what was written.
var ErrDamaged = errors.New("the file is damaged")

// A file is the head, the length of the label, the label, the body, and the
// SHA-256 of all that.
const (
	head     = "havenloop snapshot 1\n"
	sizeSize = 4
	maxLabel = 1 << 16
)

// Write makes the file, in place of the one there is: its label, which says
// what it is, and what body writes. After an error or a crash the old file stays.
func Write(path string, label []byte, body func(io.Writer) error) (err error) {
	if len(label) > maxLabel {
		return fmt.Errorf("write %s: the label is too long", path)
	}
	next := path + ".new"
	f, err := os.OpenFile(next, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("write %s: %w", path, err), os.Remove(next))
		}
	}()
	sum := sha256.New()
	w := io.MultiWriter(f, sum)
	start := binary.BigEndian.AppendUint32([]byte(head), uint32(len(label)))
	_, err = w.Write(append(start, label...))
	if err == nil {
		err = body(w)
	}
	if err == nil {
		_, err = f.Write(sum.Sum(nil))
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err = os.Rename(next, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes a rename last; where folders cannot be synced, it need not.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return nil
	}
	_ = d.Sync()
	return d.Close()
}

// File is a file that was found whole.
type File struct {
	Label []byte
	Body  io.Reader
	file  *os.File
}

// Close closes the file.
func (f *File) Close() error { return f.file.Close() }

// Open reads a file once to see that it is whole, and gets it ready to be read
// again. A file that is not fails with ErrDamaged, one that is not there with
// fs.ErrNotExist.
func Open(path string) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	label, body, err := check(f)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), f.Close())
	}
	return &File{Label: label, Body: body, file: f}, nil
}

func check(f *os.File) (label []byte, body io.Reader, err error) {
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	end := info.Size() - sha256.Size
	if end < int64(len(head)+sizeSize) {
		return nil, nil, ErrDamaged
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, bufio.NewReaderSize(io.NewSectionReader(f, 0, end), 1<<20)); err != nil {
		return nil, nil, err
	}
	want := make([]byte, sha256.Size)
	if _, err := f.ReadAt(want, end); err != nil {
		return nil, nil, err
	}
	start := make([]byte, len(head)+sizeSize)
	if _, err := f.ReadAt(start, 0); err != nil {
		return nil, nil, err
	}
	size := int64(binary.BigEndian.Uint32(start[len(head):]))
	from := int64(len(start)) + size
	if !bytes.Equal(sum.Sum(nil), want) || string(start[:len(head)]) != head || size > maxLabel || from > end {
		return nil, nil, ErrDamaged
	}
	label = make([]byte, size)
	if _, err := f.ReadAt(label, int64(len(start))); err != nil {
		return nil, nil, err
	}
	return label, io.NewSectionReader(f, from, end-from), nil
}

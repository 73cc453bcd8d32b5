package feed

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Bounds of what is read, against archives that unpack without end.
const (
	maxFiles = 1000
	maxBytes = 4 << 30 // of all files together, unpacked
	maxRatio = 200     // unpacked to packed, of one file in an archive
)

// Source is a folder, an archive or a file with tables or objects.
type Source struct {
	files fs.FS
	names []string // of the files that may be read
	close func() error
	left  int64 // bytes that may still be read
}

// Why nothing of a source can be read.
var (
	ErrEmpty     = errors.New("there is no .csv, .tsv, .json, .ndjson or .jsonl file")
	ErrNoFeed    = errors.New("none of the files is a table or an object of HSDS; for other tables give a mapping")
	ErrNoArchive = errors.New("the archive cannot be opened")
	ErrUnsafe    = errors.New("the archive is not safe to open")
	ErrTooMuch   = fmt.Errorf("the files hold more than %d GB", maxBytes>>30)
	ErrManyFiles = fmt.Errorf("there are more than %d files", maxFiles)
)

// OpenSource opens a folder, a .zip archive, or a single file.
func OpenSource(name string) (*Source, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return newSource(os.DirFS(name), func() error { return nil })
	}
	if strings.EqualFold(filepath.Ext(name), ".zip") {
		z, err := zip.OpenReader(name)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNoArchive, err)
		}
		s, err := newArchive(&z.Reader, z.Close)
		if err != nil {
			return nil, errors.Join(err, z.Close())
		}
		return s, nil
	}
	s, err := newSource(os.DirFS(filepath.Dir(name)), func() error { return nil }, filepath.Base(name))
	return s, err
}

// OpenArchive reads a .zip archive of that size, such as one that was uploaded.
func OpenArchive(r io.ReaderAt, size int64) (*Source, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoArchive, err)
	}
	return newArchive(z, func() error { return nil })
}

func newArchive(z *zip.Reader, closeIt func() error) (*Source, error) {
	for _, f := range z.File {
		if !filepath.IsLocal(filepath.FromSlash(f.Name)) {
			return nil, fmt.Errorf("%w: it has a file that would lie outside of it: %q", ErrUnsafe, f.Name)
		}
		if f.CompressedSize64 > 0 && f.UncompressedSize64/f.CompressedSize64 > maxRatio && f.UncompressedSize64 > 1<<20 {
			return nil, fmt.Errorf("%w: %s unpacks to %d times its size, which no directory does", ErrUnsafe, path.Base(f.Name), f.UncompressedSize64/f.CompressedSize64)
		}
	}
	return newSource(z, closeIt)
}

// newSource lists the readable files: those named, or all.
func newSource(files fs.FS, closeIt func() error, names ...string) (*Source, error) {
	s := &Source{files: files, names: names, close: closeIt, left: maxBytes}
	if names != nil {
		return s, nil
	}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (strings.HasPrefix(d.Name(), "__MACOSX") || strings.HasPrefix(d.Name(), ".") && name != "."):
			return fs.SkipDir
		case !d.Type().IsRegular() || strings.HasPrefix(d.Name(), ".") || !readable(name):
			return nil
		}
		s.names = append(s.names, name)
		if len(s.names) > maxFiles {
			return ErrManyFiles
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the files: %w", err)
	}
	if len(s.names) == 0 {
		return nil, ErrEmpty
	}
	slices.Sort(s.names)
	return s, nil
}

// Close lets the files go.
func (s *Source) Close() error { return s.close() }

func readable(name string) bool {
	if isTable(name) {
		return true
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".json", ".ndjson", ".jsonl":
		return path.Base(name) != "datapackage.json"
	}
	return false
}

// isTable tells whether a file is a table by its name.
func isTable(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return ext == ".csv" || ext == ".tsv"
}

// open opens a file; reading beyond what a source may hold fails.
func (s *Source) open(name string) (io.ReadCloser, error) {
	f, err := s.files.Open(name)
	if err != nil {
		return nil, err
	}
	return &bounded{f, s}, nil
}

type bounded struct {
	fs.File
	s *Source
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.s.left <= 0 {
		return 0, ErrTooMuch
	}
	n, err := b.File.Read(p)
	b.s.left -= int64(n)
	return n, err
}

// OpenFS reads the files of a file system.
func OpenFS(files fs.FS) (*Source, error) { return newSource(files, func() error { return nil }) }

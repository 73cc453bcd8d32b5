package sqlite

import (
	"os"

	"golang.org/x/sys/windows"
)

// tryLock takes the file for this process alone, or fails at once; closing the
// file, or the end of the process, gives it back.
func tryLock(f *os.File) error {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	return windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, new(windows.Overlapped))
}

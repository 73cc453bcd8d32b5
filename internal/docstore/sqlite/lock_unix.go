//go:build unix

package sqlite

import (
	"os"
	"syscall"
)

// tryLock takes the file for this process alone, or fails at once; closing the
// file, or the end of the process, gives it back.
func tryLock(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}

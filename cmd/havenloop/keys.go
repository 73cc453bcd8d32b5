package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// masterKey is the key from the settings, else the one in the data folder,
// which is made the first time.
func masterKey(s storeSettings) ([]byte, error) {
	if s.Key != "" {
		return []byte(s.Key), nil
	}
	name := filepath.Join(s.Data, "master.key")
	key, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		key = []byte(rand.Text() + rand.Text())
		err = writePrivate(name, key)
	}
	if err == nil && len(key) < minKeyLength {
		err = fmt.Errorf("%s holds fewer than %d characters", name, minKeyLength)
	}
	if err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	return key, nil
}

// writePrivate writes a file that only its owner may read, wholly or not at all.
func writePrivate(name string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".private-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

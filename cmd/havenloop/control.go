package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"

	"github.com/havenloop/havenloop/server"
)

// controlFile is the file in the data folder through which commands find the
// running server; only the owner of the folder may read it.
type controlFile struct {
	URL   string `json:"url"`
	Token string `json:"token"`
}

func controlPath(data string) string { return filepath.Join(data, "control.json") }

// announce writes the control file for a server that listens on addr and
// answers its token.
func announce(data string, addr net.Addr) (token string, err error) {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok {
		return "", fmt.Errorf("listening on %s, not on TCP", addr)
	}
	f := controlFile{URL: fmt.Sprintf("http://127.0.0.1:%d", tcp.Port), Token: rand.Text()}
	if !tcp.IP.IsUnspecified() {
		f.URL = "http://" + tcp.String()
	}
	b, err := json.Marshal(f)
	if err != nil {
		return "", err
	}
	return f.Token, writePrivate(controlPath(data), b)
}

// forward lets the server that owns the data folder carry out the command line.
func forward(con *console, data string, args []string) error {
	b, err := os.ReadFile(controlPath(data))
	if err != nil {
		return fmt.Errorf("the data folder is in use, but its server cannot be asked: %w", err)
	}
	var f controlFile
	if err := json.Unmarshal(b, &f); err != nil {
		return fmt.Errorf("read %s: %w", controlPath(data), err)
	}
	req, err := http.NewRequestWithContext(con.ctx, http.MethodPost, f.URL+"/control/run", con.in)
	if err != nil {
		return err
	}
	req.Header["Havenloop-Arg"] = args
	req.Header.Set("Authorization", "Bearer "+f.Token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("the data folder is in use, but its server does not answer: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the server that uses the data folder answered %s", res.Status)
	}
	if _, err := io.Copy(con.out, res.Body); err != nil {
		return fmt.Errorf("the server stopped answering: %w", err)
	}
	switch code, err := strconv.Atoi(res.Trailer.Get(server.ExitTrailer)); {
	case err == nil && code == exitDone:
		return nil
	case err == nil && code == exitPartly:
		return errRefused
	}
	return errors.New("the server could not do it")
}

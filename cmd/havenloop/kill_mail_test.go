package main

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"
)

// mailbox is a mail server that counts what it took, by message id.
type mailbox struct {
	address string
	tally[string]
}

func startMail(t *testing.T) *mailbox {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	m := &mailbox{address: l.Addr().String()}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go m.talk(conn)
		}
	}()
	return m
}

func (m *mailbox) url() string { return "smtp+plain://" + m.address }

// talk answers each command as RFC 5321 asks. A message counts once it is
// acknowledged, whether or not the client lives to hear it.
func (m *mailbox) talk(conn net.Conn) {
	defer conn.Close()
	say := func(line string) { fmt.Fprintf(conn, "%s\r\n", line) }
	say("220 mail.example ready")
	id, data := "", false
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		line := lines.Text()
		verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
		switch {
		case data && line == ".":
			data = false
			m.take(id)
			say("250 taken")
		case data:
			if head, value, ok := strings.Cut(line, ": "); ok && strings.EqualFold(head, "Message-ID") {
				id, _, _ = strings.Cut(strings.Trim(value, "<>"), "@")
			}
		case verb == "DATA":
			data = true
			say("354 go on")
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

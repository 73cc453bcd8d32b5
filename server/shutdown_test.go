package server_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/havenloop/havenloop/server/servertest"
)

// TestStopFinishesRequestsUnderWay asks the server to stop while half of a
// request has arrived: it takes no new connection, answers that request, and returns.
func TestStopFinishesRequestsUnderWay(t *testing.T) {
	h := servertest.Open(t)
	token := h.Token(t, "vega")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- h.Server.Serve(ctx, l) }()

	const body = `{"name":"Delgado"}`
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /api/v1/patients/search HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", token, len(body))
	in := bufio.NewReader(conn)
	if line, err := in.ReadString('\n'); err != nil || line != "HTTP/1.1 100 Continue\r\n" { // the handler reads now
		t.Fatalf("answer to the head = %q, %v; want to go on", line, err)
	}
	if _, err := in.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	stop()
	for deadline := time.Now().Add(10 * time.Second); ; {
		extra, err := net.DialTimeout("tcp", l.Addr().String(), time.Second)
		if err != nil {
			break
		}
		extra.Close()
		if time.Now().After(deadline) {
			t.Fatal("the server still takes new connections")
		}
	}
	if _, err := conn.Write([]byte(body)); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(in, nil)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("answer to the request under way = %v, %v; want 200", res, err)
	}
	res.Body.Close()
	if err := <-served; err != nil {
		t.Errorf("Serve = %v, want nil", err)
	}
}

package server

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"syscall"
	"time"

	"github.com/havenloop/havenloop/directory/imports"
	"github.com/havenloop/havenloop/internal/fault"
)

// fetchTime is the longest that fetching a feed may take.
const fetchTime = 10 * time.Minute

// fetch writes what is at a public web address to a file. It looks at the
// address that is really connected to, after names and redirects, so that nobody
// reads through it what only this machine can see.
func fetch(ctx context.Context, address string, to *os.File) error {
	ctx, stop := context.WithTimeout(ctx, fetchTime)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return imports.ErrUnreachable
	}
	res, err := publicOnly.Do(req)
	if errors.Is(err, imports.ErrPrivate) {
		return imports.ErrPrivate
	}
	if err != nil {
		return errors.Join(imports.ErrUnreachable, err)
	}
	defer res.Body.Close() //nolint:errcheck // it was only read
	if res.StatusCode != http.StatusOK {
		return imports.ErrUnreachable
	}
	n, err := io.Copy(to, io.LimitReader(res.Body, imports.MaxFile+1))
	if n > imports.MaxFile {
		return fault.New(fault.TooLong, "The file is too large. Send at most %d MB.", imports.MaxFile>>20)
	}
	return err
}

// publicOnly connects to public addresses alone, and through no proxy.
var publicOnly = &http.Client{Transport: &http.Transport{
	DialContext: (&net.Dialer{
		Timeout: 30 * time.Second,
		Control: func(_, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil || !public(to.Addr().Unmap()) {
				return imports.ErrPrivate
			}
			return nil
		},
	}).DialContext,
	TLSHandshakeTimeout: 30 * time.Second, ResponseHeaderTimeout: time.Minute,
}}

// inside are networks that are not the public internet beside those that
// net/netip knows. Source: IANA IPv4 and IPv6 Special-Purpose Address Registries.
var inside = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("100::/64"), netip.MustParsePrefix("2001::/23"),
	netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"),
}

// public tells whether an address is one of the public internet.
func public(a netip.Addr) bool {
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	for _, p := range inside {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

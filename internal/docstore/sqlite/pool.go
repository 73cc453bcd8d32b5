package sqlite

import (
	"context"
	"errors"
	"sync"
)

// pool lends connections, the one given back last first, whose pages are warm.
type pool struct {
	free  chan struct{} // one token for each connection in stack
	mu    sync.Mutex
	stack []*conn
}

func newPool(conns ...*conn) *pool {
	p := &pool{free: make(chan struct{}, len(conns))}
	for _, c := range conns {
		p.give(c)
	}
	return p
}

// take waits for a connection until ctx ends or closing is closed.
func (p *pool) take(ctx context.Context, closing <-chan struct{}) (*conn, error) {
	select {
	case <-p.free:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-closing:
		return nil, ErrClosed
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.stack[len(p.stack)-1]
	p.stack = p.stack[:len(p.stack)-1]
	return c, nil
}

func (p *pool) give(c *conn) {
	p.mu.Lock()
	p.stack = append(p.stack, c)
	p.mu.Unlock()
	p.free <- struct{}{}
}

// close waits for the connections that are lent, and closes all for good.
func (p *pool) close() error {
	var err error
	for range cap(p.free) {
		c, e := p.take(context.Background(), nil)
		if e != nil {
			return errors.Join(err, e)
		}
		err = errors.Join(err, c.close())
	}
	return err
}

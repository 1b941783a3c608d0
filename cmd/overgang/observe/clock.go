package observe

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// Clock distrusts the machine's clock: old clients send timestamps that are
// valid for minutes, so a wrong clock breaks them all, and its tokens.
type Clock struct {
	// Now and Elapsed are two clocks that do not follow each other: the wall
	// clock, and the time since some start that nobody can set.
	Now     func() time.Time
	Elapsed func() time.Duration
	Drift   time.Duration // the most that is tolerated
	Server  string        // NTP server, host or host:port; empty = none
	// NotBefore is a time that has certainly passed.
	NotBefore time.Time

	mu       sync.Mutex
	epoch    time.Time // wall clock minus elapsed, at the last look
	jumped   error
	forgiven time.Duration // elapsed at which a jump is taken for the new truth
	remote   error
}

const (
	lookEvery  = 10 * time.Second
	askEvery   = time.Minute
	forgive    = 5 * time.Minute
	askTimeout = 3 * time.Second
)

// Check says what is wrong with the clock; nil = nothing known.
func (c *Clock) Check() error {
	now := c.Now()
	if now.Before(c.NotBefore) {
		return fmt.Errorf("the clock says %s, which is before %s: set it",
			now.UTC().Format(time.RFC3339), c.NotBefore.UTC().Format(time.RFC3339))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.look(now)
	return errors.Join(c.jumped, c.remote)
}

// look compares the two clocks. A jump keeps the gateway unready for a while:
// somebody sets the clock, and may not be through.
func (c *Clock) look(now time.Time) {
	elapsed := c.Elapsed()
	epoch := now.Add(-elapsed).Round(0)
	if !c.epoch.IsZero() {
		if d := epoch.Sub(c.epoch); d.Abs() > c.Drift {
			c.jumped = fmt.Errorf("the clock jumped by %v", d.Round(time.Millisecond))
			c.forgiven = elapsed + forgive
		} else if elapsed >= c.forgiven {
			c.jumped = nil
		}
	}
	c.epoch = epoch
}

// Watch looks at the clocks until ctx ends, and asks the server.
func (c *Clock) Watch(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for asked := time.Duration(-askEvery); ; {
		if e := c.Elapsed(); c.Server != "" && e-asked >= askEvery {
			asked = e
			err := c.ask(ctx)
			c.mu.Lock()
			c.remote = err
			c.mu.Unlock()
		}
		_ = c.Check()
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// ask compares with the server (SNTP, RFC 4330 §5). A server that does not
// answer says nothing about the clock: the last verdict stands.
func (c *Clock) ask(ctx context.Context) error {
	c.mu.Lock()
	last := c.remote
	c.mu.Unlock()
	address := c.Server
	if _, _, err := net.SplitHostPort(address); err != nil {
		address = net.JoinHostPort(address, "123")
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "udp", address)
	if err != nil {
		return last
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	conn.SetDeadline(deadline)
	var packet [48]byte
	packet[0] = 4<<3 | 3 // version 4, client
	sent := c.Now()
	putNTP(packet[40:], sent)
	request := [8]byte(packet[40:])
	if _, err := conn.Write(packet[:]); err != nil {
		return last
	}
	if n, err := conn.Read(packet[:]); err != nil || n < len(packet) {
		return last
	}
	received := c.Now()
	stratum := packet[1]
	if packet[0]&7 != 4 || packet[0]>>6 == 3 || stratum == 0 || stratum > 15 || [8]byte(packet[24:]) != request {
		return last // not an answer to us, or the server does not know the time itself
	}
	// RFC 4330 §5: offset = ((T2 - T1) + (T3 - T4)) / 2.
	offset := (ntp(packet[32:]).Sub(sent) + ntp(packet[40:]).Sub(received)) / 2
	if offset.Abs() > c.Drift {
		return fmt.Errorf("the clock is off by %v, says %s", -offset.Round(time.Millisecond), c.Server)
	}
	return nil
}

// ntpEpoch is 1 January 1900, from which NTP counts seconds.
var ntpEpoch = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)

func putNTP(b []byte, t time.Time) {
	d := t.Sub(time.Unix(0, 0)) + time.Unix(0, 0).Sub(ntpEpoch)
	seconds := d / time.Second
	binary.BigEndian.PutUint32(b, uint32(seconds))
	binary.BigEndian.PutUint32(b[4:], uint32((int64(d-seconds*time.Second)<<32)/int64(time.Second)))
}

func ntp(b []byte) time.Time {
	seconds := int64(binary.BigEndian.Uint32(b))
	if seconds < 1<<31 {
		seconds += 1 << 32 // the era that begins in 2036
	}
	nanos := int64(binary.BigEndian.Uint32(b[4:])) * int64(time.Second) >> 32
	return time.Unix(ntpEpoch.Unix()+seconds, nanos).UTC()
}

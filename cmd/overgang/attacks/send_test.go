package attacks

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"
)

// answer is what came back; a zero status is a connection that ended without one.
type answer struct {
	status int
	header http.Header
	body   string
	took   time.Duration
}

// send writes a rendered request, byte for byte but for what HTTP needs around
// it, over a connection of its own, and reads the answer while it still writes.
func send(address, request string, w want) (answer, error) {
	head, body, ok := strings.Cut(request, "\n\n")
	if !ok {
		return answer{}, fmt.Errorf("the request has no empty line behind its head")
	}
	body = strings.TrimSuffix(body, "\n")
	first, headers, _ := strings.Cut(head, "\n")
	lines := []string{first + " HTTP/1.1", "Host: " + address, "Connection: close"}
	if headers != "" {
		lines = append(lines, strings.Split(headers, "\n")...)
	}
	switch {
	case w.endless:
		lines = append(lines, "Transfer-Encoding: chunked")
	case !strings.Contains(strings.ToLower(head), "\ncontent-length:") && !strings.Contains(strings.ToLower(head), "\ntransfer-encoding:"):
		lines = append(lines, fmt.Sprintf("Content-Length: %d", len(body)))
	}

	conn, err := net.DialTimeout("tcp", address, patience)
	if err != nil {
		return answer{}, err
	}
	defer conn.Close()
	begun := time.Now()
	_ = conn.SetDeadline(begun.Add(w.within + 2*patience))
	written := make(chan struct{})
	go func() {
		defer close(written)
		if _, err := io.WriteString(conn, strings.Join(lines, "\r\n")+"\r\n\r\n"); err == nil {
			writeBody(conn, body, w)
		}
	}()
	a, err := readAnswer(conn)
	a.took = time.Since(begun)
	_ = conn.Close()
	<-written
	return a, err
}

// writeBody stops at the first error: the other side has heard enough.
func writeBody(conn net.Conn, body string, w want) {
	switch {
	case w.endless:
		for range 10_000 {
			if _, err := fmt.Fprintf(conn, "%x\r\n%s\r\n", len(body), body); err != nil {
				return
			}
		}
	case w.drip:
		for i := range len(body) {
			if _, err := io.WriteString(conn, body[i:i+1]); err != nil {
				return
			}
			time.Sleep(time.Second)
		}
	default:
		_, _ = io.WriteString(conn, body)
	}
}

func readAnswer(conn net.Conn) (answer, error) {
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return answer{}, nil
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	// A server that refuses before it has read all may be faster with its reset
	// than with the end of what it says: what came counts.
	if err != nil && !errors.Is(err, syscall.ECONNRESET) {
		return answer{}, fmt.Errorf("the answer breaks off: %w", err)
	}
	return answer{status: res.StatusCode, header: res.Header, body: string(body)}, nil
}

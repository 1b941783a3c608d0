package attacks

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// fileRef is the Include of the part that filePart makes.
const fileRef = `<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:file@attack"/>`

func filePart(content string) string { return part("Content-ID: <file@attack>", content) }

// dial begins a request whose body has the given length; -1 = chunked.
func (g *gateway) dial(t *testing.T, headers string, length int) net.Conn {
	t.Helper()
	conn, err := g.open(headers, length)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func (g *gateway) open(headers string, length int) (net.Conn, error) {
	return g.openAt(streamedPath, headers, length)
}

func (g *gateway) openAt(path, headers string, length int) (net.Conn, error) {
	conn, err := net.DialTimeout("tcp", g.address(), patience)
	if err != nil {
		return nil, err
	}
	_ = conn.SetDeadline(time.Now().Add(2 * patience))
	frame := "Transfer-Encoding: chunked"
	if length >= 0 {
		frame = fmt.Sprintf("Content-Length: %d", length)
	}
	_, err = io.WriteString(conn, "POST "+path+" HTTP/1.1\r\nHost: "+g.address()+"\r\n"+headers+"\r\n"+frame+"\r\n\r\n")
	return conn, err
}

// entries counts the files and folders below the data directory, open ones
// that lost their name aside.
func (g *gateway) entries(t *testing.T) int {
	t.Helper()
	n := 0
	err := filepath.WalkDir(g.data, func(path string, _ fs.DirEntry, err error) error {
		if strings.Contains(path, "overgang.db") {
			return nil // its log comes and goes
		}
		n++
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// soon waits for what the gateway does after a connection broke.
func soon(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < patience; {
		if ok() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("never: %s", what)
}

var streamLimits = []string{"OVERGANG_LIMITS_PACKAGE=8MB", "OVERGANG_LIMITS_SPOOL=1MB", "OVERGANG_LIMITS_MESSAGE=4MB"}

// TestStreams: what takes several connections, or one that does not end well.
func TestStreams(t *testing.T) {
	g := startGateway(t, build(t), streamLimits...)
	warm := g.transfer(t)
	if a := g.send(t, root(upload(g.env, warm, "a.bin", fileRef))+filePart(strings.Repeat("x", 200_000))+end); a.status != 200 {
		t.Fatalf("an honest upload: %+v", a)
	}
	idle := g.state(t)
	t.Run("limits", g.testLimits)
	t.Run("aborts", g.testAborts)
	t.Run("one wins", g.testOneWins)
	g.settled(t, idle)
}

// settled wants what was there before, and no panic since.
func (g *gateway) settled(t *testing.T, idle state) {
	t.Helper()
	if after := settle(t, g, idle.routines); after > idle.routines+5 {
		t.Errorf("goroutines: %d before, %d after", idle.routines, after)
	}
	if after := g.state(t); after.panics != idle.panics {
		t.Errorf("%d panics", after.panics-idle.panics)
	}
}

func (g *gateway) transfer(t *testing.T) string {
	t.Helper()
	id, err := initiate(g.env, "")
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// send sends a whole message in parts.
func (g *gateway) send(t *testing.T, body string) answer {
	t.Helper()
	a, err := send(g.address(), "POST "+streamedPath+"\n"+packaging+"\n\n"+body+"\n", want{}) // which takes the last break away
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestStalls: a client that stops at each stage is let go by the pace of
// bodies, and its transfer waits for the next upload. What is honest goes to a
// gateway before, whose pace a busy machine keeps.
func TestStalls(t *testing.T) {
	binary, data := build(t), t.TempDir()
	g := startGatewayAt(t, binary, data, streamLimits...)
	user, password := g.env["SYSTEM_USER"], g.env["SYSTEM_PASSWORD"]
	envelopes := map[string]string{
		streamedPath: root(upload(g.env, g.transfer(t), "a.bin", fileRef)),
		attachPath:   root(attach(user, password, g.formSet(t), fileRef)),
	}
	const downloaded = 64 << 20 // more than the system keeps for a connection
	id, err := publish(g.env, strings.Repeat("x", downloaded))
	if err != nil {
		t.Fatal(err)
	}
	g.kill(t)

	g = startGatewayAt(t, binary, data, append(streamLimits, "OVERGANG_PACE_WINDOW=2s", "OVERGANG_PACE_MINIMUM_RATE=1KB")...)
	before, idle := g.entries(t), g.state(t)
	t.Run("at each stage", func(t *testing.T) {
		for path, envelope := range envelopes {
			g.testStallsOf(t, path, envelope)
		}
		t.Run("download", func(t *testing.T) {
			t.Parallel()
			body := download(user, password, id, g.env["BROKER_RECIPIENT"])
			conn := g.dial(t, "Content-Type: text/xml; charset=utf-8", len(body))
			defer conn.Close()
			if _, err := io.WriteString(conn, body); err != nil {
				t.Fatal(err)
			}
			soon(t, "the gateway has given up", func() bool {
				return g.metric(t, `overgang_requests_total\{[^}]*operation="DownloadFileStreamed"[^}]*\}`) > 0
			})
			if n, err := io.Copy(io.Discard, conn); n >= downloaded {
				t.Errorf("%d bytes came, %v: it was not cut off", n, err)
			}
		})
	})
	soon(t, "nothing is left of stalled uploads", func() bool { return g.entries(t) <= before })
	g.settled(t, idle)
}

// testStallsOf stalls at each stage of an upload.
func (g *gateway) testStallsOf(t *testing.T, path, envelope string) {
	file := filePart(strings.Repeat("x", 200_000))
	for name, sent := range map[string]string{
		"headers":          "",
		"boundary":         envelope[:10],
		"part headers":     envelope[:60],
		"root":             envelope[:len(envelope)/2],
		"behind root":      envelope,
		"file headers":     envelope + file[:60],
		"file":             envelope + file[:len(file)/2],
		"behind file":      envelope + file,
		"last boundary":    envelope + file + end[:len(end)-4],
		"file before root": file + envelope[:len(envelope)/2],
	} {
		t.Run(path[strings.LastIndex(path, "/")+1:]+" "+name, func(t *testing.T) {
			t.Parallel()
			conn, err := g.openAt(path, packaging, len(envelope)+len(file)+len(end)+10)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			begun := time.Now()
			if _, err := io.WriteString(conn, sent); err != nil {
				t.Fatal(err)
			}
			a, err := readAnswer(conn)
			if err != nil || a.status != 0 && a.status != http.StatusRequestTimeout {
				t.Errorf("%+v %v", a, err)
			}
			if took := time.Since(begun); took > 20*time.Second {
				t.Errorf("it was waited for for %v", took)
			}
		})
	}
}

// formSet sends a form set that is not sent in, and returns its number.
func (g *gateway) formSet(t *testing.T) string {
	t.Helper()
	form, err := os.ReadFile(g.env["DEMO_FORM"])
	if err != nil {
		t.Fatal(err)
	}
	body := strings.Replace(submission(g.env, "stalls", "<![CDATA["+string(form)+"]]>", ""), "<Completed>1<", "<Completed>0<", 1)
	a, err := send(g.address(), "POST /IntermediaryExternal/IntermediaryInboundBasic.svc\nContent-Type: text/xml; charset=utf-8\n\n"+
		`<s:Envelope xmlns:s="`+envelopeNS+`"><s:Body>`+body+"</s:Body></s:Envelope>\n", want{})
	if err != nil {
		t.Fatal(err)
	}
	number := regexp.MustCompile(`<ReferenceValue>(\d+)</ReferenceValue><ReferenceTypeName>WorkFlowReference<`).FindStringSubmatch(a.body)
	if number == nil {
		t.Fatalf("no form set: %d %s", a.status, head(a.body))
	}
	return number[1]
}

// testLimits: the settings are those of packages.
func (g *gateway) testLimits(t *testing.T) {
	before := g.entries(t)
	envelope := root(upload(g.env, g.transfer(t), "a.bin", fileRef))
	if a := g.send(t, filePart(strings.Repeat("x", 1<<20+1))+envelope+end); a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("reversed over the cap: %+v", a)
	}
	conn := g.dial(t, packaging, -1)
	defer conn.Close()
	go func() {
		piece := envelope + "--" + boundary + "\r\nContent-ID: <file@attack>\r\n\r\n"
		for range 1000 { // of 64 KiB, where 8 MiB are allowed
			if _, err := fmt.Fprintf(conn, "%x\r\n%s\r\n", len(piece), piece); err != nil {
				return
			}
			piece = strings.Repeat("x", 64<<10)
		}
	}()
	a, err := readAnswer(conn)
	if err != nil || a.status != 0 && a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("an endless file: %+v %v", a, err)
	}
	soon(t, "nothing is left of what was too large", func() bool { return g.entries(t) == before })
	// The same transfer takes an honest file, reversed.
	if a := g.send(t, filePart(strings.Repeat("x", 1<<19))+envelope+end); a.status != 200 {
		t.Errorf("reversed below the cap: %+v", a)
	}
}

// testAborts: a thousand uploads that break off leave no file, and their
// transfers wait for another.
func (g *gateway) testAborts(t *testing.T) {
	const clients, each = 10, 100
	before := g.entries(t)
	transfers := make([]string, clients)
	for i := range transfers {
		transfers[i] = g.transfer(t)
	}
	file := filePart(strings.Repeat("x", 200_000))
	var wg sync.WaitGroup
	for _, id := range transfers {
		wg.Go(func() {
			envelope := root(upload(g.env, id, "a.bin", fileRef))
			for n := range each {
				sent := envelope + file[:len(file)*(n%10+1)/10-40]
				if n%4 == 3 { // waits in the spool
					sent = file + envelope[:len(envelope)/2]
				}
				conn, err := g.open(packaging, len(envelope)+len(file)+len(end))
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.WriteString(conn, sent)
				if n%2 == 0 { // a reset, not a farewell
					_ = conn.(*net.TCPConn).SetLinger(0)
				}
				_ = conn.Close()
			}
		})
	}
	wg.Wait()
	soon(t, "nothing is left of a thousand aborted uploads", func() bool { return g.entries(t) == before })
	for _, id := range transfers {
		soon(t, "the transfer takes its file", func() bool {
			return g.send(t, root(upload(g.env, id, "a.bin", fileRef))+filePart("content")+end).status == 200
		})
	}
}

// testOneWins: of uploads to one reference at the same time, exactly one is
// taken, and it is that one's content that is fetched.
func (g *gateway) testOneWins(t *testing.T) {
	const clients = 4
	id := g.transfer(t)
	var won atomic.Int32
	var winner atomic.Value
	var wg sync.WaitGroup
	started := make(chan struct{})
	for n := range clients {
		content := strings.Repeat(string(rune('a'+n)), 200_000)
		body := root(upload(g.env, id, "a.bin", fileRef)) + filePart(content) + end
		conn := g.dial(t, packaging, len(body))
		wg.Go(func() {
			defer conn.Close()
			_, _ = io.WriteString(conn, body[:len(body)/2])
			<-started // all of them are under way
			_, _ = io.WriteString(conn, body[len(body)/2:])
			switch a, err := readAnswer(conn); {
			case err != nil:
				t.Error(err)
			case a.status == 200:
				won.Add(1)
				winner.Store(content)
			case a.status != 500 || !strings.Contains(a.body, ">40208<"):
				t.Errorf("%d %s", a.status, head(a.body))
			}
		})
	}
	time.Sleep(200 * time.Millisecond)
	close(started)
	wg.Wait()
	if won.Load() != 1 {
		t.Fatalf("%d uploads to one reference were taken", won.Load())
	}
	body := download(g.env["SYSTEM_USER"], g.env["SYSTEM_PASSWORD"], id, g.env["BROKER_RECIPIENT"])
	conn := g.dial(t, "Content-Type: text/xml; charset=utf-8", len(body))
	defer conn.Close()
	if _, err := io.WriteString(conn, body); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || !strings.Contains(string(text), winner.Load().(string)) {
		t.Errorf("another file came: %d bytes, %v", len(text), err)
	}
}

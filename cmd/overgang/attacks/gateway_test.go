package attacks

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	// The binary is made of these: without the import, go test would take an
	// older binary's result from its cache.
	_ "overgang/cmd/overgang/demo"
)

// patience is how long tests wait for what has to happen: machines that test
// may stand still for seconds.
const patience = time.Minute

// gateway is the real binary with demo data.
type gateway struct {
	data string
	env  map[string]string
	log  *output
	cmd  *exec.Cmd
	dead bool // it was killed
}

// output is written by the gateway and read by a test.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// build compiles the binary, once for all tests, and returns its path.
func build(t *testing.T) string {
	t.Helper()
	binary, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

var (
	buildDir string // removed by TestMain
	built    = sync.OnceValues(func() (string, error) {
		binary := filepath.Join(buildDir, "overgang")
		if out, err := exec.Command("go", "build", "-o", binary, "overgang/cmd/overgang").CombinedOutput(); err != nil {
			return "", fmt.Errorf("go build: %w\n%s", err, out)
		}
		return binary, nil
	})
)

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "attacks")
	if err != nil {
		panic(err)
	}
	buildDir = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// startGateway runs binary on free ports, with more settings in its
// environment, until the test ends.
func startGateway(t *testing.T, binary string, environ ...string) *gateway {
	t.Helper()
	return startGatewayAt(t, binary, t.TempDir(), environ...)
}

// startGatewayAt runs it on a data directory, which another may have left.
func startGatewayAt(t *testing.T, binary, data string, environ ...string) *gateway {
	t.Helper()
	g := &gateway{data: data, log: &output{}}
	_ = os.Remove(filepath.Join(data, "demo.env"))
	g.cmd = exec.Command(binary, "serve", "--demo", "--data", g.data,
		"--listen", "127.0.0.1:0", "--listen-tls", "127.0.0.1:0", "--listen-admin", "127.0.0.1:0")
	g.cmd.Env = append(os.Environ(), environ...)
	g.cmd.Stdout, g.cmd.Stderr = g.log, g.log
	if err := g.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if g.dead {
			return
		}
		_ = g.cmd.Process.Signal(syscall.SIGTERM)
		if err := g.cmd.Wait(); err != nil {
			t.Errorf("the gateway did not stop cleanly: %v", err)
		}
	})
	for begun := time.Now(); time.Since(begun) < patience; {
		if env, err := readEnvironment(filepath.Join(g.data, "demo.env")); err == nil && g.ready(env) {
			g.env = env
			return g
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("the gateway did not start:\n%s", g.log)
	return nil
}

// kill ends it at once, whatever it is doing.
func (g *gateway) kill(t *testing.T) {
	t.Helper()
	g.dead = true
	if err := g.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = g.cmd.Wait() // it was killed: that is the error
}

func (g *gateway) ready(env map[string]string) bool {
	if env["OVERGANG_ADMIN_URL"] == "" {
		return false
	}
	res, err := http.Get(env["OVERGANG_ADMIN_URL"] + "/health/ready")
	if err != nil {
		return false
	}
	_ = res.Body.Close()
	return res.StatusCode == http.StatusOK
}

func readEnvironment(path string) (map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	env := map[string]string{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if name, value, ok := strings.Cut(strings.TrimPrefix(lines.Text(), "export "), "="); ok {
			env[name] = strings.Trim(value, `'"`)
		}
	}
	return env, lines.Err()
}

// state is what an attack must leave as it was.
type state struct {
	instances int // all instances that the demo's application owner sees
	files     int // file transfers whose file is published
	blobs     int // files below the data directory that are no database's
	panics    int
	routines  int
}

func (g *gateway) state(t *testing.T) state {
	t.Helper()
	return state{instances: g.instances(t), files: g.published(t), blobs: g.blobs(t), panics: g.count(t, "overgang_panics_total"), routines: g.count(t, "go_goroutines")}
}

func (g *gateway) instances(t *testing.T) int {
	t.Helper()
	query := url.Values{"appId": {g.env["APP"]}, "count": {"true"}, "size": {"1"}}
	req, err := http.NewRequest(http.MethodGet, g.env["OVERGANG_URL"]+"/storage/instances?"+query.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+g.env["REST_TOKEN_OWNER"])
	body := g.fetch(t, req)
	var page struct {
		TotalCount *int `json:"totalCount"`
	}
	if err := json.Unmarshal(body, &page); err != nil || page.TotalCount == nil {
		t.Fatalf("no total in %s: %v", body, err)
	}
	return *page.TotalCount
}

// published counts the files that recipients find, up to 1000.
func (g *gateway) published(t *testing.T) int {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, g.env["OVERGANG_URL"]+filesPath+"?role=Sender&status=Published&size=1000", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+g.env["REST_TOKEN_USER"])
	var ids []string
	if err := json.Unmarshal(g.fetch(t, req), &ids); err != nil {
		t.Fatal(err)
	}
	return len(ids)
}

func (g *gateway) blobs(t *testing.T) int {
	t.Helper()
	files := 0
	err := filepath.WalkDir(filepath.Join(g.data, "blobs"), func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// metric sums the values of all series of a metric; 0 when there is none.
func (g *gateway) metric(t *testing.T, name string) float64 {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, g.env["OVERGANG_ADMIN_URL"]+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, m := range regexp.MustCompile(`(?m)^`+name+`(?:\{[^}]*\})? (\S+)$`).FindAllSubmatch(g.fetch(t, req), -1) {
		value, err := strconv.ParseFloat(string(m[1]), 64)
		if err != nil {
			t.Fatal(err)
		}
		sum += value
	}
	return sum
}

// count is a metric that counts.
func (g *gateway) count(t *testing.T, name string) int {
	t.Helper()
	return int(g.metric(t, name))
}

// worked is the processor's time that the gateway has had so far.
func (g *gateway) worked(t *testing.T) time.Duration {
	t.Helper()
	return time.Duration(g.metric(t, "process_cpu_seconds_total") * float64(time.Second))
}

func (g *gateway) fetch(t *testing.T, req *http.Request) []byte {
	t.Helper()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v\n%s", req.URL, res.Status, err, body)
	}
	return body
}

// address is the plain listener's, for requests that no HTTP client would send.
func (g *gateway) address() string {
	u, err := url.Parse(g.env["OVERGANG_URL"])
	if err != nil {
		panic(fmt.Sprintf("demo.env: OVERGANG_URL: %v", err))
	}
	return u.Host
}

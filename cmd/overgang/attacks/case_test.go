package attacks

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// attack is one file of testdata/attacks. Its comment says what is attacked
// and why the answer is what it is; the section "request" is a template of an
// HTTP request; "want" says what must come back, a condition a line:
//
//	status 400            one of the listed statuses
//	contains TEXT         the answer's body contains it
//	lacks TEXT            it does not
//	header NAME TEXT      the header contains it
//	within 2s             it cost the gateway no more of its processor's time than
//	                      this (default 5s), and was answered in this time and
//	                      a minute, in which a busy machine may do something else
//	stored N              N new instances (default 0)
//	sent N                N more files are on their way to recipients (default 0)
//	times N               the request is sent N times, one after the other
//	at-once N             … all at once
//	same-as FILE          the answer is that of the other case, ErrorGuid aside
//	closed                the connection may also end without any answer
//	endless               the body is sent over and over, chunked, until the answer comes
//	drip                  the body is sent a byte a second
type attack struct {
	name    string
	comment string
	request string
	want
}

type want struct {
	status   []int
	contains []string
	lacks    []string
	headers  [][2]string
	within   time.Duration // of each request, or of all that are sent at once
	stored   int
	sent     int
	times    int
	atOnce   bool
	sameAs   string
	closed   bool
	endless  bool
	drip     bool
}

func readAttacks(dir string) ([]attack, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no cases in %s: %w", dir, err)
	}
	var attacks []attack
	for _, file := range files {
		a, err := readAttack(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		attacks = append(attacks, a)
	}
	return attacks, nil
}

func readAttack(file string) (attack, error) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		return attack{}, err
	}
	a := attack{name: strings.TrimSuffix(filepath.Base(file), ".txtar"), comment: strings.TrimSpace(string(archive.Comment))}
	for _, section := range archive.Files {
		switch section.Name {
		case "request":
			a.request = string(section.Data)
		case "want":
			if a.want, err = parseWant(string(section.Data)); err != nil {
				return attack{}, err
			}
		default:
			return attack{}, fmt.Errorf("unknown section %q", section.Name)
		}
	}
	if a.comment == "" || a.request == "" || len(a.status) == 0 {
		return attack{}, fmt.Errorf("a case has a comment, a request and a status")
	}
	return a, nil
}

func parseWant(text string) (want, error) {
	w := want{within: 5 * time.Second, times: 1}
	for line := range strings.Lines(text) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		var err error
		switch word {
		case "":
		case "status":
			for _, s := range strings.Fields(rest) {
				var status int
				if status, err = strconv.Atoi(s); err != nil {
					return w, err
				}
				w.status = append(w.status, status)
			}
		case "contains":
			w.contains = append(w.contains, rest)
		case "lacks":
			w.lacks = append(w.lacks, rest)
		case "header":
			name, text, _ := strings.Cut(rest, " ")
			w.headers = append(w.headers, [2]string{name, text})
		case "within":
			w.within, err = time.ParseDuration(rest)
		case "stored":
			w.stored, err = strconv.Atoi(rest)
		case "sent":
			w.sent, err = strconv.Atoi(rest)
		case "times":
			w.times, err = strconv.Atoi(rest)
		case "at-once":
			w.times, err = strconv.Atoi(rest)
			w.atOnce = true
		case "same-as":
			w.sameAs = rest
		case "closed":
			w.closed = true
		case "endless":
			w.endless = true
		case "drip":
			w.drip = true
		default:
			return w, fmt.Errorf("unknown condition %q", word)
		}
		if err != nil {
			return w, fmt.Errorf("%q: %w", strings.TrimSpace(line), err)
		}
	}
	return w, nil
}

// repository is the root of the checkout, seen from this package.
var repository = filepath.Join("..", "..", "..")

func readForm(env map[string]string) (string, error) {
	form, err := os.ReadFile(env["DEMO_FORM"])
	return string(form), err
}

package scan

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
	"time"

	"overgang/rest/core"
)

func file(text string) core.ScannedFile {
	return core.ScannedFile{Name: "$(touch pwned).zip", Size: int64(len(text)), Content: strings.NewReader(text)}
}

func TestCommand(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		script  string
		clean   bool
		finding string
		failure string
	}{
		"clean":             {"exec cat > /dev/null", true, "", ""},
		"clean, unread":     {"exit 0", true, "", ""},
		"reads the file":    {`test "$(cat)" = "$(printf 'x%.0s' 1)" || exit 2`, true, "", ""},
		"infected":          {"cat > /dev/null; echo; echo 'stream: Eicar FOUND'; echo more; exit 1", false, "stream: Eicar FOUND", ""},
		"infected, wordy":   {"yes | head -c 100000; exit 1", false, "y", ""},
		"failure":           {"echo 'no database' >&2; exit 2", false, "", "no database"},
		"killed":            {"kill -9 $$", false, "", "killed"},
		"no such program":   {"exec /nowhere/scanner", false, "", "127"},
		"nothing is a hint": {"exit 1", false, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := Command{Path: sh, Args: []string{"-c", c.script}}.Scan(t.Context(), file("x"))
			if c.failure != "" {
				if err == nil || !strings.Contains(err.Error(), c.failure) {
					t.Errorf("error %v", err)
				}
				return
			}
			if err != nil || v.Clean != c.clean || v.Finding != c.finding {
				t.Errorf("%+v, %v", v, err)
			}
		})
	}
	if _, err := (Command{Path: "/nowhere/scanner"}).Scan(t.Context(), file("x")); err == nil {
		t.Error("a program that is not there finds files clean")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := (Command{Path: sh, Args: []string{"-c", "exec sleep 60"}}).Scan(ctx, file("x")); err == nil {
		t.Error("a program that hangs finds files clean")
	}
}

func TestService(t *testing.T) {
	var status int
	var answer string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/elsewhere" {
			t.Error("the file went elsewhere")
		}
		got, err := io.ReadAll(r.Body)
		if err != nil || string(got) != "hei" || r.ContentLength != 3 || r.Method != http.MethodPost {
			t.Errorf("%s %q, %d, %v", r.Method, got, r.ContentLength, err)
		}
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
		io.WriteString(w, answer)
	}))
	defer server.Close()
	for name, c := range map[string]struct {
		status  int
		answer  string
		clean   bool
		finding string
		fails   bool
	}{
		"clean":        {200, `{"clean":true}`, true, "", false},
		"infected":     {200, `{"clean":false,"finding":"Eicar"}`, false, "Eicar", false},
		"silent":       {200, `{}`, false, "", true},
		"no JSON":      {200, `clean`, false, "", true},
		"endless":      {200, `{"finding":"` + strings.Repeat("x", maxOutput) + `","clean":true}`, false, "", true},
		"elsewhere":    {307, `{"clean":true}`, false, "", true},
		"failure":      {500, `{"clean":true}`, false, "", true},
		"not modified": {204, ``, false, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			status, answer = c.status, c.answer
			v, err := NewService(server.URL).Scan(t.Context(), file("hei"))
			if (err != nil) != c.fails || v.Clean != c.clean || v.Finding != c.finding {
				t.Errorf("%+v, %v", v, err)
			}
		})
	}
	server.Close()
	if _, err := NewService(server.URL).Scan(t.Context(), file("hei")); err == nil {
		t.Error("a service that is down finds files clean")
	}
}

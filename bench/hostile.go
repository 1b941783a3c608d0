package main

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"github.com/rogpeppe/go-internal/txtar"
)

// attacks are the cases that W9 sends, as the repository's root has them.
const attacks = "testdata/attacks/*.txtar"

// hostileEvery is the share of hostile requests: one in so many.
const hostileEvery = 20

// maxHostile bounds one hostile request, in bytes: the load generator keeps all of them.
const maxHostile = 256 << 10

// hostile is one request that is refused.
type hostile struct {
	path    string
	headers http.Header
	body    string
}

// measureW9 is W1 with hostile requests between, and W1 right before it. Of
// those, the good ones count.
func measureW9(ctx context.Context, s settings) ([]row, error) {
	g, err := startGateway(ctx, s.binary, "")
	if err != nil {
		return nil, err
	}
	defer g.close()
	form, err := g.form()
	if err != nil {
		return nil, err
	}
	good, err := measureVariant(ctx, s, g, g.env, form, "W9-good")
	if err != nil {
		return nil, err
	}
	good.id, good.note = "W9", "W1 in the same run"
	bad, err := g.refused(ctx, form)
	if err != nil {
		return nil, err
	}
	g.resetPeak()
	stop := g.profile(s, "W9")
	defer stop()
	used := g.cpuTime()
	l, err := wrk(ctx, benchDir, g.env["OVERGANG_URL"]+intermediaryPath, hostileScript(submissionScript(g.env, form, "W9-run"), bad), s.seconds)
	if err != nil {
		return nil, err
	}
	all := l.Rate * s.seconds.Seconds()
	rate := l.Rate * (hostileEvery - 1) / hostileEvery
	return []row{good, {id: "W9", who: "Overgang", rate: rate, p50: l.P50, p99: l.P99, cpu: g.cpuEach(used, all), rss: g.peakRSS(),
		errors: max(0, l.Errors-int(all/hostileEvery)-1), note: fmt.Sprintf("good submissions beside 5 %% hostile requests of %d kinds: %.0f %% of W1", len(bad), 100*rate/max(1, good.rate))}}, nil
}

// refused are those of the cases that one request makes and that the gateway,
// asked once, refuses without closing the connection.
func (g *gateway) refused(ctx context.Context, form string) (all []hostile, err error) {
	files, err := filepath.Glob(attacks)
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no cases in %s: run it in the repository's root", attacks)
	}
	for _, file := range files {
		// From 98 on, and in 32, they lock accounts: W10 is about those.
		if name := filepath.Base(file); name >= "98" || strings.HasPrefix(name, "32-") {
			continue
		}
		h, ok, err := g.hostileFrom(file, form)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if ok && g.refuses(ctx, h) {
			all = append(all, h)
		}
	}
	if len(all) < 20 {
		return nil, fmt.Errorf("only %d hostile requests are refused: nothing is measured", len(all))
	}
	return all, nil
}

// hostileFrom reads a case. Those that are more than one short request, or that
// need functions of the tests, are passed over.
func (g *gateway) hostileFrom(file, form string) (h hostile, ok bool, err error) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		return h, false, err
	}
	sections := map[string]string{}
	for _, f := range archive.Files {
		sections[f.Name] = string(f.Data)
	}
	for _, line := range strings.Fields(sections["want"]) {
		if slices.Contains([]string{"endless", "drip", "times", "at-once", "closed"}, line) {
			return h, false, nil
		}
	}
	t, err := template.New("").Funcs(g.templates(form)).Option("missingkey=error").Parse(sections["request"])
	if err != nil {
		return h, false, nil // a function of the tests
	}
	var b strings.Builder
	if err := t.Execute(&b, map[string]string(g.env)); err != nil {
		return h, false, nil
	}
	head, body, _ := strings.Cut(b.String(), "\n\n")
	lines := strings.Split(head, "\n")
	method, path, _ := strings.Cut(lines[0], " ")
	h = hostile{path: path, headers: http.Header{}, body: strings.TrimSuffix(body, "\n")}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ": ")
		h.headers.Set(name, value)
	}
	return h, method == http.MethodPost && len(h.body) <= maxHostile && h.headers.Get("Content-Length") == "", nil
}

// templates are what cases are most often made with.
func (g *gateway) templates(form string) template.FuncMap {
	return template.FuncMap{
		"form": func() string { return form }, "cdata": inCDATA, "escape": escape,
		"repeat":  func(n int, s string) string { return strings.Repeat(s, n) },
		"replace": func(old, new, s string) string { return strings.ReplaceAll(s, old, new) },
		"numbers": func(n int, s string) string {
			var b strings.Builder
			for i := range n {
				b.WriteString(strings.ReplaceAll(s, "%", strconv.Itoa(i)))
			}
			return b.String()
		},
		"envelope": func(body string) string { return inEnvelope("", body) },
		"headed":   inEnvelope,
		"submission": func(reference, form, rest string) string {
			whole := strings.Replace(submission(g.env, form), referenceMark, reference, 1)
			return whole[strings.Index(whole, "<SubmitFormTaskBasic"):] + rest + "</formTaskShipment></SubmitFormTaskBasic>"
		},
	}
}

func inEnvelope(header, body string) string {
	if header != "" {
		header = "<s:Header>" + header + "</s:Header>"
	}
	return `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">` + header + `<s:Body>` + body + `</s:Body></s:Envelope>`
}

// refuses says whether the gateway refuses a request and keeps the connection.
func (g *gateway) refuses(ctx context.Context, h hostile) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.env["OVERGANG_URL"]+h.path, strings.NewReader(h.body))
	if err != nil {
		return false
	}
	req.Header = h.headers.Clone()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	return res.StatusCode >= 400 && !res.Close
}

// hostileScript puts hostile requests, in turn, between those of a script.
func hostileScript(good string, bad []hostile) string {
	var b strings.Builder
	b.WriteString(good + "\nlocal good, asked, bad = request, 0, {}\n")
	for _, h := range bad {
		fmt.Fprintf(&b, "bad[#bad+1] = wrk.format(\"POST\", %s, {", luaBytes(h.path))
		for name := range h.headers {
			fmt.Fprintf(&b, "[%s]=%s,", luaBytes(name), luaBytes(h.headers.Get(name)))
		}
		fmt.Fprintf(&b, "}, %s)\n", luaBytes(h.body))
	}
	fmt.Fprintf(&b, `request = function()
  asked = asked + 1
  if asked %% %d == 0 then return bad[asked / %d %% #bad + 1] end
  return good()
end
`, hostileEvery, hostileEvery)
	return b.String()
}

// luaBytes quotes any bytes as a Lua string.
func luaBytes(text string) string {
	b := []byte{'"'}
	for _, c := range []byte(text) {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			b = fmt.Appendf(b, "\\%03d", c)
		} else {
			b = append(b, c)
		}
	}
	return string(append(b, '"'))
}

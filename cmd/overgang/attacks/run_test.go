package attacks

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestAttacks(t *testing.T) {
	attacks, err := readAttacks(filepath.Join(repository, "testdata", "attacks"))
	if err != nil {
		t.Fatal(err)
	}
	g := startGateway(t, build(t))
	form, err := readForm(g.env)
	if err != nil {
		t.Fatal(err)
	}
	// One honest submission first, so that what is made at first use is there.
	warm, err := render("POST /IntermediaryExternal/IntermediaryInboundBasic.svc\nContent-Type: text/xml\n\n{{envelope (submission \"warm\" (cdata form) \"\")}}", g.env, form)
	if err != nil {
		t.Fatal(err)
	}
	if a, err := send(g.address(), warm, want{}); err != nil || a.status != 200 {
		t.Fatalf("the honest submission: %+v %v", a, err)
	}
	idle := g.state(t).routines
	bodies := map[string]string{}
	for _, a := range attacks {
		t.Run(a.name, func(t *testing.T) { bodies[a.name] = g.suffer(t, a, form, bodies) })
	}
	readTheSame(t, g, bodies)
	if after := settle(t, g, idle); after > idle+5 {
		t.Errorf("goroutines: %d before, %d after", idle, after)
	}
	for _, secret := range []string{g.env["SYSTEM_PASSWORD"], g.env["PERSON_PASSWORD"], g.env["PERSON_SSN"], g.env["ENTERPRISE_PASSWORD"]} {
		if strings.Contains(requestLog(g.log.String()), secret) {
			t.Errorf("the log has a secret: %q", secret)
		}
	}
}

// readTheSame holds all that is refused for its security to one text for each
// version of SOAP: but for the subcode and what addressing answers, the faults
// are the same bytes. Each has a line in the log that tells the cause.
func readTheSame(t *testing.T, g *gateway, bodies map[string]string) {
	first, refused := map[bool]string{}, 0
	for name, body := range bodies {
		if !strings.Contains(body, securityFault) {
			continue
		}
		refused++
		newer := strings.Contains(body, "<s:Code>")
		text := outward(betweenHeaders.ReplaceAllString(subcodes.ReplaceAllString(body, ""), ""))
		if first[newer] == "" {
			first[newer] = text
		}
		if text != first[newer] {
			t.Errorf("%s reads\n%s\nothers\n%s", name, text, first[newer])
		}
	}
	if refused < 100 {
		t.Errorf("only %d were refused for their security", refused)
	}
	eventually(t, "a line for each of them", func() bool { return len(denials.FindAllString(g.log.String(), -1)) >= refused })
}

var (
	subcodes       = regexp.MustCompile(`<s:Subcode>.*</s:Subcode>`)
	betweenHeaders = regexp.MustCompile(`<s:Header>.*</s:Header>`)
	denials        = regexp.MustCompile(`"msg":"access","decision":"denied".*"cause":"[^"]+`)
)

// suffer sends one attack, checks the answers and what was stored, and returns the last body.
func (g *gateway) suffer(t *testing.T, a attack, form string, bodies map[string]string) string {
	request, err := render(a.request, g.env, form)
	if err != nil {
		t.Fatal(err)
	}
	before, worked := g.state(t), g.worked(t)
	answers := make([]answer, a.times)
	errs := make([]error, a.times)
	var wg sync.WaitGroup
	for i := range a.times {
		one := func() { answers[i], errs[i] = send(g.address(), request, a.want) }
		if a.atOnce {
			wg.Go(one)
		} else {
			one()
		}
	}
	wg.Wait()
	budget := a.within
	if !a.atOnce {
		budget *= time.Duration(a.times)
	}
	cost := g.worked(t) - worked
	if cost > budget {
		t.Errorf("it cost %v of the processor's time, want at most %v", cost, budget)
	}
	for i := range answers {
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		if problem := a.judge(answers[i]); problem != "" {
			t.Errorf("answer %d: %s\nHTTP %d\n%s", i+1, problem, answers[i].status, head(answers[i].body))
		}
	}
	after := g.state(t)
	if got := after.instances - before.instances; got != a.stored {
		t.Errorf("%d new instances, want %d", got, a.stored)
	}
	if got := after.files - before.files; got != a.sent {
		t.Errorf("%d files were sent, want %d", got, a.sent)
	}
	if a.stored == 0 && a.sent == 0 && after.blobs != before.blobs {
		t.Errorf("%d new files among the blobs", after.blobs-before.blobs)
	}
	if after.panics != before.panics {
		t.Errorf("%d panics", after.panics-before.panics)
	}
	body := answers[len(answers)-1].body
	if a.sameAs != "" && anonymous(body) != anonymous(bodies[a.sameAs]) {
		t.Errorf("differs from %s:\n%s\n%s", a.sameAs, body, bodies[a.sameAs])
	}
	return body
}

func (w want) judge(a answer) string {
	if a.status == 0 && w.closed {
		return ""
	}
	if !slices.Contains(w.status, a.status) {
		return fmt.Sprintf("status %d, want %v", a.status, w.status)
	}
	for _, text := range w.contains {
		if !strings.Contains(a.body, text) {
			return fmt.Sprintf("lacks %q", text)
		}
	}
	for _, text := range w.lacks {
		if strings.Contains(a.body, text) {
			return fmt.Sprintf("contains %q", text)
		}
	}
	for _, h := range w.headers {
		if !strings.Contains(a.header.Get(h[0]), h[1]) {
			return fmt.Sprintf("header %s is %q", h[0], a.header.Get(h[0]))
		}
	}
	if a.took > w.within+patience {
		return fmt.Sprintf("took %v, want at most %v", a.took, w.within+patience)
	}
	return ""
}

var guid = regexp.MustCompile(`[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`)

// anonymous takes away what differs between two equal faults: the ErrorGuid.
func anonymous(body string) string { return guid.ReplaceAllString(body, "") }

func head(body string) string {
	if len(body) > 2000 {
		return body[:2000] + "…"
	}
	return body
}

// settle waits for what the attacks left running to end.
func settle(t *testing.T, g *gateway, idle int) int {
	routines := 0
	for begun := time.Now(); time.Since(begun) < patience; {
		if routines = g.state(t).routines; routines <= idle+5 {
			return routines
		}
		time.Sleep(100 * time.Millisecond)
	}
	return routines
}

// requestLog keeps the log's JSON lines: what serve --demo prints for the
// newcomer has the demo's passwords on purpose.
func requestLog(log string) string {
	var b strings.Builder
	for line := range strings.Lines(log) {
		if strings.HasPrefix(line, "{") {
			b.WriteString(line)
		}
	}
	return b.String()
}

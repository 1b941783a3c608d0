package wss_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"
)

// worked is the processor's time that the tests have had so far: unlike what a
// clock shows it does not grow while a busy machine does something else.
func worked(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// TestBudget has headers of 256 KB, the most that a server lets through, of the
// shapes that cost most. What is quadratic in any of them takes seconds.
func TestBudget(t *testing.T) {
	const size, budget = 256 << 10, time.Second
	fill := func(format string) string {
		var all strings.Builder
		for i := 0; all.Len() < size; i++ {
			fmt.Fprintf(&all, format, i)
		}
		return all.String()
	}
	half := func(format string) string { s := fill(format); return s[:strings.LastIndex(s[:size/2], "<")] }
	sixteen, blocks := "", ""
	for i := range 15 {
		blocks += fmt.Sprintf(`<b u:Id="b%d">`, i) + strings.Repeat("<x/>", size/64) + "</b>"
		id := fmt.Sprintf("b%d", i)
		sixteen += strings.NewReplacer("DIGEST("+id+")", "DIGEST("+id+";u a s x)", exclusiveTransform,
			`<Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"><InclusiveNamespaces xmlns="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="`+
				strings.Repeat("u a s x ", size/16/8)+`"/></Transform>`).Replace(referenceTo(id))
	}
	for _, test := range []struct{ name, from, to string }{
		{"references", timestampReference, fill(`<Reference URI="#x%d"/>`)},
		{"transforms", exclusiveTransform, fill(`<Transform Algorithm="x%d"/>`)},
		{"tokens", `<Signature `, fill(`<o:BinarySecurityToken u:Id="t%d"/>`) + `<Signature `},
		{"signatures", `<Signature `, fill(`<Signature xmlns="`+dsig+`" Id="t%d"/>`) + `<Signature `},
		{"header blocks with identifiers", `<s:Header>`, `<s:Header>` + fill(`<b u:Id="b%d"/>`)},
		{"all identifiers one", `<s:Header>`, `<s:Header>` + strings.Repeat(`<b u:Id="b"/>`, size/14)},
		{"declarations", `<s:Header>`, `<s:Header>` + fill(`<b%[1]d:b xmlns:b%[1]d="urn:%[1]d"/>`)},
		{"SignedInfo of many declarations", timestampReference, timestampReference + fill(`<b%[1]d:b xmlns:b%[1]d="urn:%[1]d" b%[1]d:x=""/>`)},
		{"comments", `CREATED`, strings.Repeat(`<!---->`, size/7) + `CREATED`},
		{"CDATA sections", `CREATED`, strings.Repeat(`<![CDATA[ ]]>`, size/13) + `CREATED`},
		{"sixteen parts with long lists of prefixes", timestampReference, timestampReference + sixteen},
		{"the signature's value", `SIGNATURE`, strings.Repeat("A", size)},
		{"white space in it", `SIGNATURE`, strings.Repeat("A ", size/2)},
		{"the context's identifier", session, strings.Repeat("A", size)},
		{"half of it text, half elements", `<s:Header>`, `<s:Header>text` + half(`<b>%d</b>`)},
	} {
		t.Run(test.name, func(t *testing.T) {
			message := replace(t, sessionMessage, test.from, test.to)
			sixteen := strings.HasPrefix(test.name, "sixteen")
			if sixteen {
				message = replace(t, message, "<s:Header>", "<s:Header>"+blocks)
			}
			message = signed(t, message)
			s := newStack(t, noon)
			started := worked(t)
			_, err := s.verify(t, message, policies["call"])
			took := worked(t) - started
			if took > budget {
				t.Errorf("took %v: %v", took, err)
			}
			if code := codeOf(err); strings.HasPrefix(code, "?") || sixteen && err != nil {
				t.Errorf("got %v", err)
			}
			t.Logf("%d KB in %v: %.100v", len(message)>>10, took, err)
		})
	}
}

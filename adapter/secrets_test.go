package adapter_test

import (
	"regexp"
	"strings"
	"testing"
)

// secrets are the passwords, codes and identity numbers that the golden run
// sends and imports. None may turn up in its log.
type secrets struct{ values map[string]bool }

func newSecrets() *secrets { return &secrets{values: map[string]bool{}} }

var (
	secretElement = regexp.MustCompile(`<[^<>/]*(?:[Pp]assword|PinCode|SSN|FormData)(?:\s[^<>]*)?>([^<]{4,})<`)
	secretYAML    = regexp.MustCompile(`(?m)^\s*-?\s*(?:password|ssn|phone):\s*"?([^"\s]{4,})"?\s*$`)
	codeList      = regexp.MustCompile(`(?m)^\s*codes:\s*\[([^\]]*)\]`)
	elevenDigits  = regexp.MustCompile(`\b\d{11}\b`)
)

func (s *secrets) add(text []byte) {
	for _, re := range []*regexp.Regexp{secretElement, secretYAML} {
		for _, m := range re.FindAllSubmatch(text, -1) {
			s.values[strings.TrimSpace(string(m[1]))] = true
		}
	}
	for _, m := range codeList.FindAllSubmatch(text, -1) {
		for _, code := range strings.Split(string(m[1]), ",") {
			s.values[strings.TrimSpace(code)] = true
		}
	}
	for _, m := range elevenDigits.FindAll(text, -1) {
		s.values[string(m)] = true
	}
}

func (s *secrets) check(t *testing.T, log string) {
	if len(s.values) < 5 {
		t.Fatalf("only %d secrets were found in the cases: the patterns do not match any more", len(s.values))
	}
	if !strings.Contains(log, "SubmitFormTask") {
		t.Fatal("the log is not the golden run's")
	}
	for v := range s.values {
		if v != "" && strings.Contains(log, v) {
			t.Errorf("the log holds the secret %q", v)
		}
	}
}

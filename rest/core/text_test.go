package core

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCleanFileName(t *testing.T) {
	for in, want := range map[string]string{
		"brev.pdf":                        "brev.pdf",
		"../../etc/passwd":                "passwd",
		`C:\temp\brev.pdf`:                "brev.pdf",
		"/":                               "",
		"..":                              "",
		"...":                             "",
		"brev.pdf\x00.exe":                "brev.pdf.exe",
		"a\r\nSet-Cookie: x.pdf":          "aSet-Cookie_ x.pdf",
		"fdp\u202Eexe.pdf":                "fdpexe.pdf",
		"\u200Bskjult\uFEFF.pdf":          "skjult.pdf",
		"blåbær æøå.pdf":                  "blåbær æøå.pdf",
		"a\"b<c>d|e?f*g.pdf":              "a_b_c_d_e_f_g.pdf",
		"brev.pdf. . ":                    "brev.pdf",
		"\xff\xfe.pdf":                    ".pdf",
		strings.Repeat("å", 300) + ".pdf": strings.Repeat("å", 98) + ".pdf",
		"":                                "",
	} {
		got := cleanFileName(in)
		if got != want {
			t.Errorf("cleanFileName(%q) = %q, want %q", in, got, want)
		}
		if len(got) > maxFileName || !utf8.ValidString(got) {
			t.Errorf("cleanFileName(%q) = %q", in, got)
		}
	}
}

func TestCleanLine(t *testing.T) {
	for in, want := range map[string]string{
		"  vanlig ": "vanlig", "a\nb\tc": "abc", "\x1b[31mrød": "[31mrød", "x\u2066y\u2069": "xy", "æøå": "æø",
	} {
		if got := cleanLine(in, map[bool]int{true: 5, false: 100}[in == "æøå"]); got != want {
			t.Errorf("cleanLine(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzCleanFileName(f *testing.F) {
	f.Add("../a\\b\u202E.pdf")
	f.Fuzz(func(t *testing.T, s string) {
		got := cleanFileName(s)
		if len(got) > maxFileName || strings.ContainsAny(got, "/\\\x00\r\n\"") || got == "." || got == ".." || !utf8.ValidString(got) {
			t.Errorf("cleanFileName(%q) = %q", s, got)
		}
		if again := cleanFileName(got); again != got {
			t.Errorf("cleaned twice: %q, %q", got, again)
		}
	})
}

package formdata

import "testing"

func TestCharacters(t *testing.T) {
	for name, c := range map[string]struct{ bytes, want string }{
		"UTF-8":             {"<a>blåbær</a>", "<a>blåbær</a>"},
		"UTF-8 with a mark": {"\ufeff<a>ø</a>", "<a>ø</a>"},
		"ISO-8859-1":        {"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>bl\xe5b\xe6r</a>", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>blåbær</a>"},
		"UTF-16, little":    {"\xff\xfe<\x00a\x00/\x00>\x00\xe5\x00", "<a/>å"},
		"UTF-16, big":       {"\xfe\xff\x00<\x00a\xd8\x3d\xde\x00", "<a\U0001f600"},
		"half a unit":       {"\xff\xfe<\x00a", "<"},
		"nothing":           {"", ""},
	} {
		if got := Characters([]byte(c.bytes)); got != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

package language

import "testing"

func TestPick(t *testing.T) {
	all := map[string]string{"nb": "bok", "nn": "ny", "en": "eng", "se": "sám"}
	for _, test := range []struct {
		texts map[string]string
		id    int32
		want  string
	}{
		{all, 1033, "eng"},
		{all, 1044, "bok"},
		{all, 1083, "sám"},
		{all, 2068, "ny"},
		{all, 0, "bok"},
		{all, 1, "bok"},
		{map[string]string{"nn": "ny", "en": "eng"}, 1044, "ny"},
		{map[string]string{"en": "eng", "nb": ""}, 0, "eng"},
		{map[string]string{"se": "sám", "fi": "suo"}, 1044, "suo"},
		{nil, 1044, ""},
	} {
		if got := Pick(test.texts, test.id); got != test.want {
			t.Errorf("%v, %d: %q, not %q", test.texts, test.id, got, test.want)
		}
	}
}

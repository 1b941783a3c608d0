package attachment

import "testing"

func TestFileType(t *testing.T) {
	for _, c := range []struct{ contentType, fileName, want string }{
		{"application/pdf", "", "application_pdf"},
		{"application/pdf", "tall.xls", "application_pdf"},
		{"text/plain; charset=utf-8", "x", "text_plain"},
		{"application/octet-stream", "kvittering.PDF", "application_pdf"},
		{"", "notat.txt", "text_plain"},
		{"application/octet-stream", "data.bin", "binary_octet_stream"},
		{"application/octet-stream", "pdf", "binary_octet_stream"},
		{"video/mp4", "film.mp4", "not_Applicable"},
		{"", "", "not_Applicable"},
	} {
		if got := FileType(c.contentType, c.fileName); got != c.want {
			t.Errorf("%q, %q: %s, want %s", c.contentType, c.fileName, got, c.want)
		}
	}
}

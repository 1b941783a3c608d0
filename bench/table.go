package main

import (
	"fmt"
	"io"
	"time"
)

// row is one line of the table.
type row struct {
	id, who string
	rate    float64 // per second; 0 = not a rate
	p50     time.Duration
	p99     time.Duration
	cpu     time.Duration // of the server, for one request
	rss     int64
	errors  int
	note    string
}

// print writes the table as Markdown. Ratios are to the JAX-WS RI in the same run; CPU is
// what the server used for one request, which a busy machine changes least.
func print(w io.Writer, rows []row) {
	var base float64
	for _, r := range rows {
		if r.who == "JAX-WS RI 2.3" && r.id == "W1" {
			base = r.rate
		}
	}
	fmt.Fprintln(w, "| work | server | requests/s | × JAX-WS RI | p50 | p99 | CPU | RSS | errors | note |")
	fmt.Fprintln(w, "|---|---|---:|---:|---:|---:|---:|---:|---:|---|")
	for _, r := range rows {
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s | %s | %s | %d | %s |\n", r.id, r.who,
			orDash(r.rate > 0, "%.0f", r.rate), orDash(r.rate > 0 && base > 0 && (r.id == "W1" || r.id == "W1n"), "%.2f", r.rate/base),
			orDash(r.p50 > 0, "%v", r.p50.Round(10*time.Microsecond)), orDash(r.p99 > 0, "%v", r.p99.Round(10*time.Microsecond)),
			orDash(r.cpu > 0, "%v", r.cpu.Round(time.Microsecond)), orDash(r.rss > 0, "%d MB", r.rss>>20), r.errors, r.note)
	}
}

func orDash(have bool, format string, value any) string {
	if !have {
		return "–"
	}
	return fmt.Sprintf(format, value)
}

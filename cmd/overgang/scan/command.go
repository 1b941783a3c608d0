package scan

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"overgang/rest/core"
)

// Exit codes of a scanning command, which are those of clamscan and clamdscan.
const (
	exitClean    = 0
	exitInfected = 1
)

// Bounds of what is kept of a command's output, in bytes, and how long it has to
// end once its time is up.
const (
	maxOutput = 4 << 10
	lastWords = 5 * time.Second
)

// Command is a scanner that is a program: the file comes on its standard input.
// It exits with 0 for a clean file and with 1 for one that is not, which the
// first line it prints then tells more of; everything else is a failure. No
// shell is involved, and nothing the sender chose is among the arguments.
type Command struct {
	Path string
	Args []string
}

// Scan implements [core.Scanner].
func (c Command) Scan(ctx context.Context, f core.ScannedFile) (core.Verdict, error) {
	cmd := exec.CommandContext(ctx, c.Path, c.Args...)
	cmd.WaitDelay = lastWords
	var out, complaints head
	cmd.Stdin, cmd.Stdout, cmd.Stderr = f.Content, &out, &complaints
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return core.Verdict{}, fmt.Errorf("scan: %s: %w", c.Path, ctx.Err())
	case err == nil:
		return core.Verdict{Clean: true}, nil
	case errors.As(err, &exit) && exit.ExitCode() == exitInfected:
		return core.Verdict{Finding: firstLine(out.String())}, nil
	}
	return core.Verdict{}, fmt.Errorf("scan: %s: %w: %s", c.Path, err, firstLine(complaints.String()))
}

// firstLine is the first line that says something.
func firstLine(text string) string {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			return line
		}
	}
	return ""
}

// head keeps the beginning of what is written to it.
type head struct{ bytes.Buffer }

// Write implements [io.Writer].
func (h *head) Write(p []byte) (int, error) {
	h.Buffer.Write(p[:min(len(p), max(0, maxOutput-h.Len()))])
	return len(p), nil
}

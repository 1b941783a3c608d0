package carrier

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"

	"overgang/rest"
	"overgang/rest/core"
)

// exitRefused is EX_DATAERR of sysexits.h: the message itself is no good.
const exitRefused = 65

// lastWords is how long a command has to end once its time is up.
const lastWords = 5 * time.Second

// Command is a carrier that is a program: the message comes on its standard
// input, as one JSON object. It exits with 0 once it has taken the message, with
// 65 when it never will, and with anything else to get it again later; the
// first line on its standard error tells why. No shell is involved, and nothing
// of the message is among the arguments.
type Command struct {
	Path string
	Args []string
}

// Send implements [core.Sender].
func (c Command) Send(ctx context.Context, m rest.OutboxMessage) error {
	body, err := encode(m)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, c.Path, c.Args...)
	cmd.WaitDelay = lastWords
	var complaints head
	cmd.Stdin, cmd.Stderr = bytes.NewReader(append(body, '\n')), &complaints
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("the command was cut off: %w", ctx.Err())
	case !errors.As(err, &exit) && cmd.ProcessState == nil:
		return &unreached{"the command cannot be started", err}
	case errors.As(err, &exit) && exit.ExitCode() == exitRefused:
		return fmt.Errorf("%w: %s", core.ErrRefused, said(complaints.String(), m))
	}
	return fmt.Errorf("the command failed (%w): %s", err, said(complaints.String(), m))
}

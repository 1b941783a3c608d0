package carrier

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"overgang/rest"
)

// maxSaid bounds what is kept of what a carrier says, in bytes.
const maxSaid = 4 << 10

// message is what carriers get. Its fields are a promise.
type message struct {
	ID      int64     `json:"id"` // the same when it is handed over again
	Channel string    `json:"channel"`
	To      string    `json:"to"`
	Subject string    `json:"subject,omitempty"`
	Text    string    `json:"text"`
	Purpose string    `json:"purpose,omitempty"`
	At      time.Time `json:"at"`
	Until   time.Time `json:"until"` // not worth sending later
}

func encode(m rest.OutboxMessage) ([]byte, error) {
	return json.Marshal(message{
		ID: m.ID, Channel: string(m.Channel), To: m.To, Subject: m.Subject, Text: m.Text.Reveal(), Purpose: string(m.Purpose), At: m.At, Until: m.Until,
	})
}

// unreached is a carrier that could not be asked. What it says may be read by the
// message's sender, so the operator's addresses and paths are in its cause only.
type unreached struct {
	text  string
	cause error
}

func (e *unreached) Error() string { return e.text }
func (e *unreached) Unwrap() error { return e.cause }

// head keeps the beginning of what is written to it.
type head struct{ bytes.Buffer }

// Write implements [io.Writer].
func (h *head) Write(p []byte) (int, error) {
	h.Buffer.Write(p[:min(len(p), max(0, maxSaid-h.Len()))])
	return len(p), nil
}

// said is the first line that says something, without the message's own text and
// recipient: what carriers say goes to lists and logs.
func said(text string, m rest.OutboxMessage) string {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		for _, own := range []string{m.Text.Reveal(), m.To} {
			if own != "" {
				line = strings.ReplaceAll(line, own, "…")
			}
		}
		return line
	}
	return ""
}

package soap

import "log/slog"

// audit writes one line about a message whose security was refused, with the
// reason that its sender is not told, and about a token request. It has no user
// names: people type identity numbers and passwords there.
func (x *exchange) audit() {
	to := x.server.options.Audit
	r := &x.record
	if to == nil || r.Denied == "" && !x.token {
		return
	}
	decision, level := "allowed", slog.LevelInfo
	if r.Outcome != Answered {
		decision, level = "denied", slog.LevelWarn
	}
	attrs := []slog.Attr{slog.String("decision", decision), slog.String("request", r.RequestID), slog.String("endpoint", r.Endpoint),
		slog.String("operation", r.Operation), slog.String("address", r.Address), slog.Int("status", r.Status)}
	for _, more := range [][2]string{{"signer", r.Signer}, {"code", r.Denied}} {
		if more[1] != "" {
			attrs = append(attrs, slog.String(more[0], more[1]))
		}
	}
	if r.Err != nil {
		attrs = append(attrs, slog.String("cause", r.Err.Error()))
	}
	to.LogAttrs(x.r.Context(), level, "access", attrs...)
}

package rest

import "log/slog"

const redacted = "[redacted]"

// Secret is text that must never reach a log, a metric or an error: a
// password, a one-time code, a token. It prints redacted through every
// formatting path; Reveal is the one way to the text.
type Secret string

// Reveal returns the text itself, for comparing and hashing, and for handing on
// what is meant for the one who gets it.
func (s Secret) Reveal() string { return string(s) }

// String implements fmt.Stringer.
func (Secret) String() string { return redacted }

// GoString implements fmt.GoStringer.
func (Secret) GoString() string { return redacted }

// LogValue implements slog.LogValuer.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText implements encoding.TextMarshaler, so JSON and YAML print redacted too.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Secret) UnmarshalText(text []byte) error { *s = Secret(text); return nil }

// NationalID is a person's national identity number (11 digits). Like a
// [Secret] it prints redacted: it identifies, so it stays out of logs.
type NationalID string

// Reveal returns the digits.
func (n NationalID) Reveal() string { return string(n) }

// String implements fmt.Stringer.
func (NationalID) String() string { return redacted }

// GoString implements fmt.GoStringer.
func (NationalID) GoString() string { return redacted }

// LogValue implements slog.LogValuer.
func (NationalID) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText implements encoding.TextMarshaler.
func (NationalID) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (n *NationalID) UnmarshalText(text []byte) error { *n = NationalID(text); return nil }

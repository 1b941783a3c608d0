package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/goccy/go-yaml"
)

// Error is a configuration that cannot be used. Its text says where and what
// to do.
type Error struct {
	Source string // file name, "environment", "flags"; "" = the whole
	Text   string
	Err    error
}

// Error implements error.
func (e *Error) Error() string {
	s := e.Text
	if e.Source != "" {
		s = e.Source + ": " + s
	}
	return s
}

// Unwrap implements errors.Unwrap.
func (e *Error) Unwrap() error { return e.Err }

// Load reads the defaults, overlaid by the file (if path is not empty) and by
// the environment (os.Environ's form). Unused names the OVERGANG_ variables
// that no setting has. The result is not checked yet: flags come after.
func Load(path string, environ []string) (c Config, unused []string, err error) {
	c = Default()
	if path != "" {
		if err := c.readFile(path); err != nil {
			return c, nil, err
		}
	}
	unused, err = c.readEnvironment(environ)
	return c, unused, err
}

func (c *Config) readFile(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return &Error{Source: path, Text: "cannot be read: " + pathless(err), Err: err}
	}
	if nothing(text) {
		return nil
	}
	dec := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict(), yaml.DisallowUnknownField())
	if err := dec.Decode(c); err != nil && !errors.Is(err, io.EOF) {
		return &Error{Source: path, Text: yaml.FormatError(err, false, true), Err: err}
	}
	if err := dec.Decode(new(any)); !errors.Is(err, io.EOF) {
		return &Error{Source: path, Text: "holds more than one YAML document: keep one"}
	}
	return nil
}

// nothing says that a file holds comments at most: decoding it would set
// everything to zero, where its writer means the defaults.
func nothing(text []byte) bool {
	var whole any
	dec := yaml.NewDecoder(bytes.NewReader(text))
	if err := dec.Decode(&whole); err != nil {
		return errors.Is(err, io.EOF)
	}
	return whole == nil && errors.Is(dec.Decode(&whole), io.EOF)
}

// pathless is the cause of a file error without the path, which the message has already.
func pathless(err error) string {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// Print writes the configuration as YAML that Load reads, with secrets redacted.
func (c Config) Print(w io.Writer) error {
	text, err := yaml.MarshalWithOptions(c, yaml.IndentSequence(true))
	if err != nil {
		return fmt.Errorf("print the configuration: %w", err)
	}
	_, err = w.Write(text)
	return err
}

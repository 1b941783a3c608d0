package demo

import (
	"bytes"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
)

// Environment is the file of shell variables, in the order it was written.
type Environment struct {
	names  []string
	values map[string]string
}

// EnvironmentFile is its path in a data directory.
func EnvironmentFile(dir string) string { return filepath.Join(dir, "demo.env") }

// Set sets a variable; a new one comes last.
func (e *Environment) Set(name, value string) {
	if e.values == nil {
		e.values = map[string]string{}
	}
	if _, ok := e.values[name]; !ok {
		e.names = append(e.names, name)
	}
	e.values[name] = value
}

// Get returns a variable, or "".
func (e *Environment) Get(name string) string { return e.values[name] }

// Write writes the file, readable by its owner only: it holds secrets.
func (e *Environment) Write(path string) error {
	var b bytes.Buffer
	b.WriteString("# Written at every start of `overgang serve --demo`. Read it with:  . ./demo.env\n")
	for _, name := range e.names {
		fmt.Fprintf(&b, "%s=%s\n", name, quoted(e.values[name]))
	}
	return writeFile(path, b.Bytes(), 0o600)
}

// quoted is a word of the shell that stands for a text as it is.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// ReadEnvironment reads a file that Write wrote.
func ReadEnvironment(path string) (*Environment, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	e := &Environment{}
	for n, line := range strings.Split(string(text), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, quoted, ok := strings.Cut(line, "='")
		value, closed := strings.CutSuffix(quoted, "'")
		if !ok || !closed {
			return nil, fmt.Errorf("%s:%d: not a line of ours: NAME='value'", path, n+1)
		}
		e.Set(name, strings.ReplaceAll(value, `'\''`, "'"))
	}
	return e, nil
}

// All yields the variables in order.
func (e *Environment) All() iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for _, name := range e.names {
			if !yield(name, e.values[name]) {
				return
			}
		}
	}
}

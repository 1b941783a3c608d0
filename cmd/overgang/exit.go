package main

import (
	"errors"
	"fmt"

	"overgang/cmd/overgang/config"
	"overgang/rest"
	"overgang/store"
)

// Exit codes. They are promised: see docs/configuration.md.
const (
	exitOK      = 0
	exitFailed  = 1 // the machine's fault: disk, network, database
	exitUsage   = 2 // unknown command or flag, a bad value, a configuration that cannot serve
	exitAbsent  = 3 // what the command names is not there
	exitRefused = 4 // exists already, is in use, breaks a rule, or is another version's
	exitCutOff  = 5 // stopped before everything that was accepted was finished
)

// exitCodes is what --help shows.
const exitCodes = `Exit codes: 0 done, 1 failed (disk, network, database), 2 wrong usage or configuration,
3 not there, 4 refused (exists already, in use, breaks a rule), 5 stopped before
everything that was accepted was finished.`

// exitError is an error with an exit code of its own.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

// usage makes err a mistake in how the command was called.
func usage(err error) error { return &exitError{exitUsage, err} }

// exitCode is the one table from errors to exit codes.
func exitCode(err error) int {
	var own *exitError
	var conf *config.Error
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &own):
		return own.code
	case errors.As(err, &conf):
		return exitUsage
	case errors.Is(err, store.ErrSchema):
		return exitRefused
	}
	switch rest.KindOf(err) {
	case rest.NotFound, rest.Gone:
		return exitAbsent
	case rest.Invalid, rest.Unprocessable, rest.TooLarge, rest.Unsupported:
		return exitUsage
	case rest.Conflict, rest.Locked, rest.Forbidden, rest.PreconditionFailed:
		return exitRefused
	}
	return exitFailed
}

// shown is the error as the operator reads it: what can be told of a
// [rest.Error], and its cause, which is nobody's secret here.
func shown(err error) string {
	var e *rest.Error
	if errors.As(err, &e) && e.Detail != "" && e.Err == nil {
		return e.Detail
	}
	return err.Error()
}

// named says what is not there, or what is in the way.
func named(err error, format string, args ...any) error {
	if rest.KindOf(err) == rest.NotFound {
		return &exitError{exitAbsent, fmt.Errorf(format+" is not registered", args...)}
	}
	return err
}

package core

import (
	"fmt"
	"regexp"
	"slices"

	"overgang/rest"
)

// actionNames are what ways back may be called.
var actionNames = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)

// reservedActions mean the same at every step. The last two are what the later
// platform calls send and complete.
var reservedActions = []string{rest.ActionComplete, rest.ActionSign, rest.ActionSend, rest.ActionSkip, "confirm", "write"}

// maxEach bounds how often one person is asked to sign one instance.
const maxEach = 10

// checkProcess says what makes a process unfit to be declared.
func checkProcess(steps []rest.Step) error {
	if len(steps) == 0 {
		return nil // the default one
	}
	seen, parallel := map[string]bool{rest.Archived: true}, 0
	for i, s := range steps {
		switch {
		case !typeNames.MatchString(s.ID) || seen[s.ID]:
			return fmt.Errorf("the step %.40q has an unfit name, or one that is taken", s.ID)
		case s.Kind != rest.Fill && s.Kind != rest.Signing && s.Kind != rest.Send:
			return fmt.Errorf("the step %s is of the unknown kind %.20q: use fill, sign or send", s.ID, string(s.Kind))
		case i == 0 && s.Kind != rest.Fill:
			return fmt.Errorf("a process starts with a step of kind fill")
		case s.Optional && (i == 0 || i == len(steps)-1):
			return fmt.Errorf("the step %s is optional: the first and the last cannot be", s.ID)
		}
		if s.Parallel {
			parallel++
		}
		switch signing := s.Kind == rest.Signing; {
		case !signing && (s.Parallel || s.Each != 0 || s.Whole):
			return fmt.Errorf("the step %s is not of kind sign: parallel, each and whole are for those", s.ID)
		case parallel > 1:
			return fmt.Errorf("the step %s is the second parallel one: a process has one at most", s.ID)
		case s.Each < 0 || s.Each > maxEach || s.Each != 0 && !s.Parallel:
			return fmt.Errorf("the step %s: each is 1 to %d, for a parallel step", s.ID, maxEach)
		}
		if err := checkWho(s); err != nil {
			return fmt.Errorf("the step %s: %w", s.ID, err)
		}
		if err := checkBack(s, steps[:i]); err != nil {
			return fmt.Errorf("the step %s: %w", s.ID, err)
		}
		seen[s.ID] = true
	}
	if steps[len(steps)-1].Kind != rest.Send {
		return fmt.Errorf("a process ends with a step of kind send")
	}
	return nil
}

func checkWho(s rest.Step) error {
	switch s.Right {
	case "", rest.Write, rest.Sign:
	default:
		return fmt.Errorf("the right %.20q does not lead on: use write or sign", string(s.Right))
	}
	for _, r := range s.Roles {
		switch r {
		case rest.RoleUser, rest.RoleSystem, rest.RoleOwner:
		default:
			return fmt.Errorf("the role %.20q is unknown: use user, system or owner", string(r))
		}
	}
	if s.Kind == rest.Signing && len(s.Roles) > 0 && !slices.Contains(s.Roles, rest.RoleUser) {
		return fmt.Errorf("only users sign")
	}
	return nil
}

func checkBack(s rest.Step, before []rest.Step) error {
	for action, to := range s.Back {
		switch {
		case !actionNames.MatchString(action) || slices.Contains(reservedActions, action):
			return fmt.Errorf("the way back %.40q has an unfit name, or one with a meaning of its own", action)
		case stepIndex(before, to) < 0:
			return fmt.Errorf("the way back %s leads to %.40q, which is no earlier step", action, to)
		}
	}
	return nil
}

package wsdl

import (
	"io/fs"
	"strings"
)

// spellingsFile lists further spellings of operations: a line is an endpoint's
// name, an operation's, and the other spelling.
const spellingsFile = "spellings.txt"

// addSpellings adds an operation for each further spelling. No document lists
// it: who calls by it has a copy of the contract that does.
func (c *Contract) addSpellings(fsys fs.FS) error {
	list, err := readList(fsys, spellingsFile)
	if err != nil {
		return err
	}
	for _, line := range list {
		if len(line.words) != 3 {
			return line.refuse("not an endpoint, an operation and a spelling")
		}
		e := c.endpointNamed(line.words[0])
		if e == nil {
			return line.refuse("no endpoint %s", line.words[0])
		}
		op := e.operationNamed(line.words[1])
		switch {
		case op == nil || op.Unlisted:
			return line.refuse("%s has no operation %s", e.Name, line.words[1])
		case op.Input.Name.Local != op.Name || op.Output.Name.Local != op.Name+"Response":
			return line.refuse("the messages of %s are not named for it", op.Name)
		case e.operationNamed(line.words[2]) != nil:
			return line.refuse("%s has an operation %s", e.Name, line.words[2])
		}
		e.Operations = append(e.Operations, op.spelled(line.words[2]))
	}
	return nil
}

// spelled is the operation under another name, and so with other actions and
// message elements.
func (op *Operation) spelled(name string) *Operation {
	other := *op
	other.Name, other.Unlisted = name, true
	rename := func(action string) string {
		at := strings.LastIndex(action, "/") + 1
		return action[:at] + strings.Replace(action[at:], op.Name, name, 1)
	}
	other.Action, other.ReplyAction, other.FaultAction = rename(op.Action), rename(op.ReplyAction), rename(op.FaultAction)
	input, output := *op.Input, *op.Output
	input.Name.Local, output.Name.Local = name, name+"Response"
	result := *op.Output.Type
	result.Fields = nil
	for _, field := range op.Output.Type.Fields {
		renamed := *field
		if renamed.Name.Local == op.Name+"Result" {
			renamed.Name.Local = name + "Result"
		}
		result.Fields = append(result.Fields, &renamed)
	}
	output.Type = &result
	other.Input, other.Output = &input, &output
	return &other
}

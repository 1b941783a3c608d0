package soap

import (
	"maps"
	"strings"

	"overgang/soap/xmltok"
)

// inferred lets the inferred operations be called in every namespace that their
// service was published under, unless another operation has the name.
func (ep *endpoint) inferred() {
	for _, o := range maps.Clone(ep.byName) {
		for _, space := range o.Spaces {
			name := xmltok.Name{Space: space, Local: o.Input.Name.Local}
			if ep.byName[name] == nil {
				ep.byName[name] = o
			}
		}
	}
}

// answersTo says whether a message with that action may be meant for the
// operation: the action is the contract's or, where the contract was inferred,
// ends in the operation's name and begins with a namespace of its service.
func (o *operation) answersTo(action string) bool {
	if action == o.Action {
		return true
	}
	for _, space := range o.Spaces {
		if rest, ok := strings.CutPrefix(action, space+"/"); ok && rest[strings.LastIndexByte(rest, '/')+1:] == o.Name {
			return true
		}
	}
	return false
}

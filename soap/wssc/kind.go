package wssc

// Kind of a token request.
type Kind uint8

// Kinds.
const (
	Issue Kind = iota
	Renew
	Cancel
)

var kinds = [...]struct{ name, action string }{
	Issue:  {"Issue", "/SCT"},
	Renew:  {"Renew", "/SCT/Renew"},
	Cancel: {"Cancel", "/SCT/Cancel"},
}

// String implements fmt.Stringer.
func (k Kind) String() string { return kinds[k].name }

// Action is a request's SOAP and addressing action, WS-SecureConversation §4
// to §6.
func (k Kind) Action() string { return TrustSpace + "/RST" + kinds[k].action }

// AnswerAction is that of the answer.
func (k Kind) AnswerAction() string { return TrustSpace + "/RSTR" + kinds[k].action }

func (k Kind) requestType() string { return TrustSpace + "/" + kinds[k].name }

// KindOf is the kind of request that an action asks for.
func KindOf(action string) (k Kind, ok bool) {
	for k := Issue; k <= Cancel; k++ {
		if k.Action() == action {
			return k, true
		}
	}
	return 0, false
}

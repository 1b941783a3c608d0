package rest

// NewSubmission is a whole submission in one call: an instance with all its
// elements, moved on as far as the sender asks, and the receipt for it.
type NewSubmission struct {
	Instance NewInstance // App may be zero when Service is set
	Service  ServiceRef
	// Reference is the sender's own reference. A second submission of the same
	// system with the same reference stores nothing and gets the first receipt.
	Reference string
	// Case is the number of an open case of the party, into which the instance
	// goes; 0 = none. Another number is Rejected.
	Case int32
	// Completed says that every form is filled in, so the process leaves its Fill step.
	Completed bool
	// Signature signs and sends in, which archives. It needs a logged-in person
	// where the process has a Signing step.
	Signature *Signature
	// Delegation names who signs at the parallel step; nil = nobody yet. What is
	// wrong with it is Rejected, and so is one for a process without such a step.
	Delegation *NewDelegation
}

// Submission is the outcome. A rejected submission has a receipt and no instance.
type Submission struct {
	Receipt  Receipt
	Instance *Instance // nil when rejected
	Repeated bool      // recognised as a repetition; nothing was stored
}

// ElementUpdate replaces the content of one element, or adds one.
type ElementUpdate struct {
	Number  int32 // the element's legacy number; 0 = add
	Element NewElement
}

package soap

import "time"

// Blame says whose fault it is: SOAP 1.1 Client and Server, SOAP 1.2 Sender
// and Receiver.
type Blame int

// Blames.
const (
	Sender Blame = iota
	Receiver
	VersionMismatch
	MustUnderstand
)

// Fault is a SOAP fault of either version. It is an error.
type Fault struct {
	Blame Blame
	// Subcodes, outermost first, of SOAP 1.2; SOAP 1.1 shows the innermost as
	// its faultcode where the specification that owns it says so.
	Subcodes []QName
	Reason   string // faultstring, Reason/Text
	Lang     string // xml:lang of Reason; "" = "en"
	// Detail is encoded as the operation's declared fault element; nil = none.
	Detail any
	// NotUnderstood lists headers, with MustUnderstand.
	NotUnderstood []QName
	// Status overrides the HTTP status; 0 = 500 in both versions. (SOAP 1.2
	// part 2 §7.5.2.2 has 400 for Sender, but WCF answered 500, and its clients
	// read no fault from a 400.)
	Status int
	// RetryAfter is sent as the header of that name; 0 = none.
	RetryAfter time.Duration
	// Ours says that the cause lies here, whatever Blame tells the caller: the
	// record counts it as the server's.
	Ours bool
	// Err is for the log only.
	Err error

	problem problem // of addressing
	denied  string  // the subcode, when the message's security is refused
}

// QName is a qualified name with the prefix it is written with.
type QName struct{ Space, Prefix, Local string }

// Error implements error. The text is for logs.
func (f *Fault) Error() string {
	if f.Err != nil {
		return f.Reason + ": " + f.Err.Error()
	}
	return f.Reason
}

// Unwrap implements errors.Unwrap.
func (f *Fault) Unwrap() error { return f.Err }

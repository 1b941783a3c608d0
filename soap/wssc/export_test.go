package wssc

// What the tests look at from outside.
var (
	PRF    = prf
	Derive = derive
)

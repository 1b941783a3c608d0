package rest

import "time"

// PersonLogin is what a person proves itself with, beside the calling system.
type PersonLogin struct {
	SSN      NationalID
	Password Secret
	Code     Secret // one-time code; may be empty while a session lives
	Method   CodeMethod
}

// Empty says that no person is named at all: the system calls on its own.
func (l PersonLogin) Empty() bool { return l.SSN == "" && l.Password == "" && l.Code == "" }

// CodeMethod says where one-time codes come from. The names are the wire's.
type CodeMethod string

// Code methods.
const (
	LetterCodes  CodeMethod = "AltinnPin" // numbered codes from a letter
	MessageCodes CodeMethod = "SMSPin"    // one code, sent by text message
)

// Challenge names the one-time code that the person shall use.
type Challenge struct {
	Status   ChallengeStatus
	Number   int       // LetterCodes: which of the letter's codes
	Letter   time.Time // LetterCodes: the letter's date
	From, To time.Time // when the code is valid
}

// ChallengeStatus is a challenge's outcome. The names are the wire's.
type ChallengeStatus string

// Challenge statuses.
const (
	ChallengeOK                 ChallengeStatus = "Ok"
	ChallengeInvalidCredentials ChallengeStatus = "InvalidCredentials"
	ChallengeNoCodes            ChallengeStatus = "NoPinFound"
	ChallengeNoPhone            ChallengeStatus = "NoPhoneNumber"
	ChallengeLockedOut          ChallengeStatus = "UserLockedOut"
	ChallengeInvalidMethod      ChallengeStatus = "InvalidPinType"
	ChallengeDead               ChallengeStatus = "StatusDead"
)

// System is an end-user system as registered.
type System struct {
	ID       SystemID
	Name     string
	Disabled bool
}

package rest

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

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
	Language string // as [Party.Language]
	Disabled bool
}

// Enterprise is an enterprise user as registered: it logs in with user name and
// password and a registered certificate, and acts for its party.
type Enterprise struct {
	ID       EnterpriseID
	UserName string // unique, compared as written
	Name     string // for lists
	Party    PartyID
	Disabled bool
}

// Certificate is an X.509 certificate that an enterprise user registered.
type Certificate struct {
	Enterprise EnterpriseID
	Thumbprint Thumbprint
	Label      string // for lists and metrics; may be empty
	DER        []byte
	Added      time.Time
}

// Thumbprint is the SHA-256 of a certificate's DER.
type Thumbprint [sha256.Size]byte

// ThumbprintOf hashes a certificate.
func ThumbprintOf(der []byte) Thumbprint { return sha256.Sum256(der) }

// String is the thumbprint in lowercase hexadecimal.
func (t Thumbprint) String() string { return hex.EncodeToString(t[:]) }

package rest

import (
	"context"
	"io"
	"time"

	"github.com/google/uuid"
)

// Core is every use case of the gateway, whoever calls. Its methods return
// [*Error] for everything a caller can be told, and are safe for concurrent
// use. What a method acknowledges is on disk.
//
// The embedded core is rest/core; a remote one can stand in its place.
type Core interface {
	Accounts
	Registry
	Keys
	Uploads
	Submissions
	Instances
	Inbox
	Lifecycle
	Processes
	Delegations
	Elements
	Receipts
	Events
	Subscriptions
	Repeats
	Correspondences
	Prefills
	Cases
	Archive
	Transfers
}

// Accounts authenticates the callers of the legacy services. Unknown user,
// wrong password and wrong code take the same time and give the same error
// (Unauthenticated); five of them in a row lock the account for an hour (LockedOut).
type Accounts interface {
	// System authenticates an end-user system by its id (decimal), or a person
	// by user name standing in for one.
	System(ctx context.Context, user string, password Secret, address string) (Caller, error)
	// Enterprise authenticates an enterprise user by user name, password and the
	// certificate that it signed with, all of which must belong together. The
	// thumbprint is the lowercase hexadecimal SHA-256 of the certificate's DER; the
	// caller of this method has proved possession of its key and judged its trust.
	// A certificate that is not registered to the user, or not valid at present, is
	// a wrong credential like any other.
	Enterprise(ctx context.Context, user string, password Secret, thumbprint string, address string) (Caller, error)
	// EnterpriseByCertificate authenticates an enterprise user by a certificate
	// alone, for a token. The user is named by user name or as
	// [EnterpriseSubject] does; the caller of this method has proved possession of
	// the certificate's key and judged its trust. Whatever is wrong is one error,
	// Unauthenticated: an unknown or disabled user, one that is locked out, a
	// certificate that is another's.
	EnterpriseByCertificate(ctx context.Context, user, thumbprint, address string) (Caller, error)
	// EnterpriseStands is an error, Unauthenticated, when a token of an enterprise
	// user is good no more: the user is gone or disabled, or the certificate that it
	// was got with (empty = none) is registered no more, or over. It costs no
	// more than looking that up.
	EnterpriseStands(ctx context.Context, id EnterpriseID, thumbprint string) error
	// Person adds a person to an authenticated system caller. It opens or
	// renews the one-time code's session: 30 minutes from the last use, 8 hours
	// at most. SessionExpired asks for a new code.
	Person(ctx context.Context, caller Caller, login PersonLogin) (Caller, error)
	// Challenge chooses or sends a one-time code. Outcomes the legacy service
	// answers by status are in Challenge.Status; the error is for failures only.
	Challenge(ctx context.Context, system string, login PersonLogin, address string) (Challenge, error)
}

// Registry reads parties and applications. NotFound when absent.
type Registry interface {
	Party(ctx context.Context, ref PartyRef) (Party, error)
	Application(ctx context.Context, id AppID) (*Application, error)
	Service(ctx context.Context, ref ServiceRef) (*Application, error)
	Applications(ctx context.Context) ([]*Application, error)
	// Allowed says whether the caller has the right on the party's instances of the application.
	Allowed(ctx context.Context, c Caller, party PartyID, app *Application, right Right) (bool, error)
}

// Keys is what forms are encrypted with. NotFound when the service is absent.
type Keys interface {
	// ServiceCertificates are the service's certificates that are valid now, in
	// the order in which they were registered.
	ServiceCertificates(ctx context.Context, ref ServiceRef) ([]ServiceCertificate, error)
}

// Submissions is sending in: whole, or by updating and completing an instance.
type Submissions interface {
	// Submit stores a whole submission in one transaction. What the sender got
	// wrong about service, data format or form data comes back as a Rejected or
	// ValidationFailed receipt, without error; a party that is unknown or not
	// the caller's is an error (Forbidden), the same for both.
	Submit(ctx context.Context, c Caller, s NewSubmission) (Submission, error)
	// UpdateElements replaces and adds forms of an active instance, all or none.
	UpdateElements(ctx context.Context, c Caller, number int32, reference string, updates []ElementUpdate) (Submission, error)
	// Attach adds an attachment to an active instance. Like updates, what is
	// refused for what it is gets a Rejected receipt.
	Attach(ctx context.Context, c Caller, number int32, n NewElement) (Submission, error)
	// Complete completes, signs and sends in an active instance.
	Complete(ctx context.Context, c Caller, number int32, signatures []Signature) (Submission, error)
	// Backlog is how long a submission that came now would wait to be stored.
	Backlog(ctx context.Context) (time.Duration, error)
}

// Instances is the life of an instance. Absent and not allowed are both
// NotFound; deleted is Gone. match, where given, is the version the caller saw
// (If-Match): another one is PreconditionFailed; 0 = any.
type Instances interface {
	// CreateInstance creates an instance. With [ErrRepeated] it returns the one
	// that the caller created before.
	CreateInstance(ctx context.Context, c Caller, n NewInstance) (*Instance, error)
	Instance(ctx context.Context, c Caller, id uuid.UUID) (*Instance, error)
	InstanceByNumber(ctx context.Context, c Caller, number int32) (*Instance, error)
	Query(ctx context.Context, c Caller, q Query) (Page, error)
	// ConfirmInstance confirms all downloads of the instance and the instance
	// itself, as application owner. Idempotent. Conflict when an element was
	// never downloaded.
	ConfirmInstance(ctx context.Context, c Caller, id uuid.UUID, match int64) (*Instance, error)
	// Process is the instance's way through its steps.
	Process(ctx context.Context, c Caller, id uuid.UUID) (*Process, error)
}

// Process is where an instance stands and where it has been.
type Process struct {
	Current string // [Archived] at the end
	Steps   []Step // as declared
	Visits  []Visit
	Started time.Time
	Ended   time.Time // zero = goes on
	EndedBy string    // who left the last step
	Version int64     // the instance's
	// Signatures are the instance's.
	Signatures []Signature
	Delegation *Delegation // nil = nobody was named to sign
}

// Visit is one stay at a step.
type Visit struct {
	Step    string
	Entered time.Time
	Left    time.Time // zero = still there
	By      string    // who entered it
}

// Elements is the life of a data element.
type Elements interface {
	AddElement(ctx context.Context, c Caller, instance uuid.UUID, n NewElement) (*Instance, *Element, error)
	ReplaceElement(ctx context.Context, c Caller, instance, element uuid.UUID, n NewElement, match int64) (*Instance, *Element, error)
	// DeleteElement deletes an element of an active instance. Locked while the
	// element is locked.
	DeleteElement(ctx context.Context, c Caller, instance, element uuid.UUID, match int64) (*Instance, error)
	// LockElement locks or unlocks an element: a locked one changes no more. To
	// be so already is no error. Locked when it is signed or the instance is
	// archived.
	LockElement(ctx context.Context, c Caller, instance, element uuid.UUID, locked bool, match int64) (*Instance, *Element, error)
	Element(ctx context.Context, c Caller, instance, element uuid.UUID) (*Element, error)
	// Content opens an element's bytes. The caller closes it.
	Content(ctx context.Context, c Caller, instance, element uuid.UUID) (*Element, io.ReadSeekCloser, error)
	// Downloaded logs that the application owner got the last byte of an element
	// as Content opened it. For other callers, and for content that was replaced
	// since, it does nothing.
	Downloaded(ctx context.Context, c Caller, instance uuid.UUID, of *Element) error
	// ConfirmElement confirms an element's download as application owner; the
	// zero element confirms all of the instance's. Idempotent. Conflict when
	// never downloaded. match is the instance's version.
	ConfirmElement(ctx context.Context, c Caller, instance, element uuid.UUID, match int64) (*Instance, error)
}

// Receipts finds and changes receipts. A system sees its own and those of the
// parties it may act for; everything else is NotFound.
type Receipts interface {
	Receipt(ctx context.Context, c Caller, s ReceiptSearch) (*Receipt, error)
	Receipts(ctx context.Context, c Caller, f ReceiptFilter) ([]Receipt, error)
	// ReceiptPage lists the receipts that the caller may read. Forbidden for a
	// party that is unknown or not the caller's, and with neither a party nor a
	// reference Invalid. Of the receipts that a reference is on, others' than the
	// caller's are looked at to a bound.
	ReceiptPage(ctx context.Context, c Caller, q ReceiptQuery) (ReceiptPage, error)
	ChangeReceipt(ctx context.Context, c Caller, ch ReceiptChange) (*Receipt, error)
}

// Events reads what happened, oldest first.
type Events interface {
	InstanceEvents(ctx context.Context, c Caller, instance uuid.UUID, q EventQuery) ([]Event, error)
	// AppEvents is the application's feed for its owner.
	AppEvents(ctx context.Context, c Caller, app AppID, q EventQuery) ([]Event, error)
	// EventsAdded returns a channel that is closed when this process has
	// recorded an event, of any application, since the call. What other
	// processes record is not told of. Ask before reading, so that nothing
	// falls between.
	EventsAdded() <-chan struct{}
}

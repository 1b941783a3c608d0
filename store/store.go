package store

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
)

// Sentinel errors. Drivers wrap them; callers use errors.Is.
var (
	ErrNotFound = errors.New("store: not found")
	// ErrExists is a broken uniqueness: a number, a name, a reference.
	ErrExists = errors.New("store: exists already")
	// ErrFull is a full disk or quota. Nothing was stored.
	ErrFull = errors.New("store: no space left")
	// ErrBusy is a database that another process holds too long. Nothing was stored.
	ErrBusy = errors.New("store: busy")
	// ErrClosed is a call after Close began.
	ErrClosed = errors.New("store: closed")
	// ErrSchema is a database of another version of this program, which cannot be
	// brought up to date now, or ever. Its text says what to do.
	ErrSchema = errors.New("store: another version's schema")
)

// Store keeps rows. Times are kept in whole microseconds and come back in UTC;
// a finer time is cut. The zero time is kept as none.
type Store interface {
	// Update runs fn in a transaction and returns once it is durable. Several
	// Updates that arrive together share one transaction (group commit), each
	// atomic for itself: fn's error undoes fn's writes and nobody else's, and
	// is returned as it is. fn sees what committed before it and its own
	// writes. fn may run more than once, so it assigns results and does not
	// append to them; it does no I/O of its own and returns in microseconds.
	//
	// When ctx ends before fn has run, Update returns ctx's error and fn never
	// runs. Once fn ran, Update waits for the outcome: a caller is never told
	// "failed" of what is stored.
	Update(ctx context.Context, fn func(Tx) error) error
	// View runs fn over one consistent snapshot.
	View(ctx context.Context, fn func(Reader) error) error
	// Generation grows with every change of the registry (parties, accounts,
	// grants, applications), also by other processes. It is cheap: caches poll it.
	Generation(ctx context.Context) (int64, error)
	// Backlog is the queue of Updates as it is now: how many wait, and how long
	// the last ones took from call to return.
	Backlog() (waiting int, latency time.Duration)
	// EventsAdded returns a channel that is closed at this process's next commit
	// that records an event.
	EventsAdded() <-chan struct{}
	// Check proves that a write would succeed. Its error says what is wrong.
	Check(ctx context.Context) error
	// Close finishes what was accepted, then closes.
	Close() error
}

// Reader reads. All methods return ErrNotFound when nothing matches; lists
// return empty instead.
type Reader interface {
	RegistryReader
	InstanceReader
	InboxReader
	ReceiptReader
	SessionReader
	OutboxReader
	RepeatReader
	PrefillReader
	CaseReader
	DelegationReader
	TransferReader
	CorrespondenceReader
	ArchiveReader
	SubscriptionReader
}

// Tx reads and writes.
type Tx interface {
	Reader
	RegistryWriter
	InstanceWriter
	ReceiptWriter
	SessionWriter
	OutboxWriter
	RepeatWriter
	PrefillWriter
	CaseWriter
	DelegationWriter
	TransferWriter
	CorrespondenceWriter
	ArchiveWriter
	SubscriptionWriter
}

// Account is how somebody logs in. Subject is "system:1023", "person:50001" or
// "enterprise:7".
type Account struct {
	Subject  rest.Subject
	System   rest.System  // systems
	Party    rest.PartyID // persons
	Password string       // encoded argon2id hash, with its parameters
	Disabled bool
}

// RegistryReader reads what operators manage.
type RegistryReader interface {
	Party(ref rest.PartyRef) (rest.Party, error)
	// Parties lists parties in the order of their ids, after the given one.
	Parties(after rest.PartyID, limit int) ([]rest.Party, error)
	Application(id rest.AppID) (*rest.Application, error)
	ApplicationByService(ref rest.ServiceRef) (*rest.Application, error)
	Applications() ([]*rest.Application, error)
	Account(subject rest.Subject) (Account, error)
	Accounts() ([]Account, error)
	Grants(subject rest.Subject) ([]rest.Grant, error)
	AllGrants() ([]rest.Grant, error)
	Letter(person rest.PartyID) (Letter, error)
	// Enterprise and EnterpriseByName leave out Disabled, which is the account's.
	Enterprise(id rest.EnterpriseID) (rest.Enterprise, error)
	EnterpriseByName(userName string) (rest.Enterprise, error)
	// Enterprises lists them in the order of their ids.
	Enterprises() ([]rest.Enterprise, error)
	// Certificates lists an enterprise user's certificates, or with 0 everybody's,
	// in the order (enterprise, thumbprint).
	Certificates(of rest.EnterpriseID) ([]rest.Certificate, error)
}

// RegistryWriter changes what operators manage. Every write grows the Generation.
type RegistryWriter interface {
	// PutParty adds (ID 0: assigned) or replaces a party. ErrExists when another
	// party has its number or user name.
	PutParty(p *rest.Party) error
	DeleteParty(id rest.PartyID) error
	// PutApplication adds or replaces by ID. ErrExists when another application
	// has its service code and edition.
	PutApplication(a *rest.Application) error
	DeleteApplication(id rest.AppID) error
	// PutAccount adds (System.ID 0 of a system: assigned, Subject set) or replaces.
	PutAccount(a *Account) error
	DeleteAccount(subject rest.Subject) error
	// PutGrant adds or replaces the grant of (subject, party, service).
	PutGrant(g rest.Grant) error
	// DeleteGrant removes it; ErrNotFound when there is none.
	DeleteGrant(subject rest.Subject, party rest.PartyID, service rest.ServiceRef) error
	// PutLetter replaces a person's letter of one-time codes.
	PutLetter(l Letter) error
	// PutEnterprise adds (ID 0: assigned) or replaces an enterprise user; its
	// account is stored by PutAccount. ErrExists when another one has its user name.
	PutEnterprise(e *rest.Enterprise) error
	// DeleteEnterprise removes it and its certificates.
	DeleteEnterprise(id rest.EnterpriseID) error
	// PutCertificate adds or replaces by (Enterprise, Thumbprint). ErrNotFound when
	// there is no such enterprise user.
	PutCertificate(c rest.Certificate) error
	DeleteCertificate(of rest.EnterpriseID, thumbprint rest.Thumbprint) error
}

// Letter is a person's numbered one-time codes.
type Letter struct {
	Person rest.PartyID
	Date   time.Time
	Codes  [][]byte // keyed hash of code 1, 2, …; nil = used
}

// InstanceReader reads instances, elements and events.
type InstanceReader interface {
	// Instance returns an instance with its elements, in the order they were
	// added. Content.Inline is left nil: ElementContent has it.
	Instance(id uuid.UUID) (*rest.Instance, error)
	InstanceByNumber(number int32) (*rest.Instance, error)
	// InstanceByReference finds what a system sent under its own reference.
	InstanceByReference(sender rest.SystemID, reference string) (*rest.Instance, error)
	InstanceByArchive(archiveReference string) (*rest.Instance, error)
	// Instances lists in q's order. Owners narrows to parties when not nil; an
	// empty non-nil Owners matches nothing.
	Instances(q rest.Query, owners []rest.PartyID) (rest.Page, error)
	// ElementContent returns an element's content with Inline set.
	ElementContent(id uuid.UUID) (rest.Content, error)
	// Visits are the instance's stays at its steps, oldest first.
	Visits(instance uuid.UUID) ([]rest.Visit, error)
	InstanceEvents(instance uuid.UUID, q rest.EventQuery) ([]rest.Event, error)
	AppEvents(app rest.AppID, q rest.EventQuery) ([]rest.Event, error)
	// Purgeable lists the ids of instances that were marked for hard deletion
	// before a time and that either were never archived or are confirmed by
	// their application's owner, the earliest marked first, at most limit.
	Purgeable(before time.Time, limit int) ([]uuid.UUID, error)
	// BlobReferred says whether an element's or an attachment's content is the blob. A sweeper may
	// delete blobs that are older than a day and not referred to.
	BlobReferred(key string) (bool, error)
}

// InstanceWriter writes instances, elements and events.
type InstanceWriter interface {
	// CreateInstance stores a new instance with its elements, but not its Case:
	// AddToCase does. It assigns
	// Number, each element's Number and, for an instance that has an Archived
	// time, ArchiveReference. ErrExists when (Sender, Reference) is taken.
	CreateInstance(i *rest.Instance) error
	// UpdateInstance stores everything of i but its elements and its origin
	// (ID, Number, App, Owner, Created, CreatedBy, Sender, Reference), which
	// never change, and its Case, where the stored version is i.Version-1. It assigns
	// ArchiveReference when Archived is set and there is none yet. ErrNotFound
	// otherwise.
	UpdateInstance(i *rest.Instance) error
	// AddElement assigns the element's Number.
	AddElement(instance uuid.UUID, e *rest.Element) error
	// UpdateElement stores everything of e, where the stored version is
	// e.Version-1. Content with neither Inline nor Blob set and a Size is left
	// as it is stored.
	UpdateElement(e *rest.Element) error
	DeleteElement(id uuid.UUID) error
	// PurgeInstance removes an instance with its elements, their content and its
	// visits, and returns the blobs that were its elements'. Its events stay in
	// the application's feed, so that it can be read to its end, and its
	// receipts stay, and are found by every reference they have; its numbers are
	// never given again. The sender's reference is free again.
	PurgeInstance(id uuid.UUID) (blobs []string, err error)
	// Enter records that the instance entered a step; it ends the stay before.
	Enter(instance uuid.UUID, v rest.Visit) error
	// AddEvent assigns the event's ID.
	AddEvent(e *rest.Event) error
}

// ReceiptReader reads receipts, each with its sub-receipts and references.
type ReceiptReader interface {
	// Receipt finds top receipts and sub-receipts.
	Receipt(id int32) (*rest.Receipt, error)
	// ReceiptsByReference lists receipts with the reference, the latest changed
	// first (the higher ID where that ties), at most limit. A match in a
	// sub-receipt yields its top receipt.
	ReceiptsByReference(ref rest.Reference, limit int) ([]rest.Receipt, error)
	// Receipts lists top receipts by change time, oldest first, that the system
	// sent or that belong to one of the parties.
	Receipts(f rest.ReceiptFilter, sender rest.SystemID, parties []rest.PartyID) ([]rest.Receipt, error)
	// ReceiptPage lists one party's top receipts in q's order; q's Party and
	// Reference are not read. Limit is 1..1000.
	ReceiptPage(party rest.PartyID, q rest.ReceiptQuery) (rest.ReceiptPage, error)
}

// ReceiptWriter writes receipts.
type ReceiptWriter interface {
	// CreateReceipt stores a top receipt with its sub-receipts (no deeper) and
	// assigns their IDs. Sub-receipts take Sender, Party and Instance of their
	// top receipt where they have none. An Instance that has no receipt yet gets
	// this one as its rest.Instance.Receipt, without becoming a new version.
	CreateReceipt(r *rest.Receipt) error
	// UpdateReceipt stores status, text, history, change time and references
	// of r, which may be a sub-receipt, and of those sub-receipts that r has.
	// The rest never changes. ErrNotFound when r or one of them is not there.
	UpdateReceipt(r *rest.Receipt) error
}

// Session is a one-time code's life after its first use.
type Session struct {
	Person  rest.PartyID
	Caller  string // who the person logged in through: "system:1023"
	Code    []byte // keyed hash of the code that opened it
	Method  rest.CodeMethod
	Opened  time.Time
	Used    time.Time
	Number  int       // LetterCodes: which code
	Pending bool      // challenged, not used yet
	Expires time.Time // of a pending code
}

// Lockout counts wrong credentials of one account or address.
type Lockout struct {
	Key    string
	Failed int
	Last   time.Time
	Until  time.Time // zero = not locked
}

// SessionReader reads what logging in leaves behind.
type SessionReader interface {
	Sessions(person rest.PartyID, caller string) ([]Session, error)
	Lockout(key string) (Lockout, error)
}

// SessionWriter writes it. These writes do not grow the Generation.
type SessionWriter interface {
	// PutSession adds or replaces by (Person, Caller, Method).
	PutSession(s Session) error
	// UseCode marks code n of the person's letter as used; ErrNotFound when it was.
	UseCode(person rest.PartyID, n int) error
	PutLockout(l Lockout) error
	DeleteLockout(key string) error
}

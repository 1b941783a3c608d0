package intermediaryinbound

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha256"
	"testing"
	"time"

	"overgang/rest"
	"overgang/soap"
	"overgang/soap/codec"
)

// fakeCore knows one system (1001, "secret"), one person, one organisation and
// one service, and remembers what it was asked.
type fakeCore struct {
	rest.Accounts
	rest.Instances
	submitted  []rest.NewSubmission
	updated    []rest.ElementUpdate
	attached   []rest.NewElement
	completed  []rest.Signature
	uploadOpts []rest.UploadOptions
	discarded  []rest.Content
	callers    []rest.Caller
	waiting    time.Duration
	fails      error // of the use case
	allowed    bool
}

var testApp = &rest.Application{
	Service:   rest.ServiceRef{Code: "4501", Edition: 1},
	DataTypes: []rest.DataType{{ID: "form", DataFormatID: "1234", DataFormatVersion: 5, MaxSize: 100}, {ID: "vedlegg"}, {ID: "kart", AttachmentTypeName: "Kart", MaxSize: 1000}},
}

func (f *fakeCore) System(_ context.Context, user string, pw rest.Secret, _ string) (rest.Caller, error) {
	if user != "1001" || pw != "secret" {
		return rest.Caller{}, rest.Errorf(rest.Unauthenticated, "", "")
	}
	return rest.Caller{System: 1001}, nil
}

func (f *fakeCore) Enterprise(_ context.Context, user string, password rest.Secret, thumbprint, _ string) (rest.Caller, error) {
	if user == "bedrift" && password == "secret" && thumbprint == "abcd" {
		return rest.Caller{System: 1002}, nil
	}
	return rest.Caller{}, &rest.Error{Kind: rest.Unauthenticated}
}

func (f *fakeCore) Person(_ context.Context, c rest.Caller, l rest.PersonLogin) (rest.Caller, error) {
	if l.SSN != "11111111111" || l.Password != "pw" || l.Code != "abc" || l.Method != rest.LetterCodes {
		return rest.Caller{}, rest.Errorf(rest.Unauthenticated, "", "")
	}
	c.Person = 7
	return c, nil
}

// Attach takes what it is given for form set 7.
func (f *fakeCore) Attach(_ context.Context, _ rest.Caller, _ int32, n rest.NewElement) (rest.Submission, error) {
	f.attached = append(f.attached, n)
	return rest.Submission{Receipt: rest.Receipt{ID: 9, Kind: rest.ReceiptFormTask, Status: rest.StatusOK}}, f.fails
}

func (f *fakeCore) InstanceByNumber(_ context.Context, _ rest.Caller, number int32) (*rest.Instance, error) {
	if number != 7 {
		return nil, rest.Errorf(rest.NotFound, "", "")
	}
	return &rest.Instance{Number: 7}, nil
}

func (f *fakeCore) Party(_ context.Context, ref rest.PartyRef) (rest.Party, error) {
	if ref.OrgNumber != "910000001" {
		return rest.Party{}, rest.Errorf(rest.NotFound, "", "")
	}
	return rest.Party{ID: 50001}, nil
}

func (f *fakeCore) Application(context.Context, rest.AppID) (*rest.Application, error) {
	return testApp, nil
}

func (f *fakeCore) Service(_ context.Context, ref rest.ServiceRef) (*rest.Application, error) {
	if ref != testApp.Service {
		return nil, rest.Errorf(rest.NotFound, "", "")
	}
	return testApp, nil
}

func (f *fakeCore) Applications(context.Context) ([]*rest.Application, error) { return nil, nil }

func (f *fakeCore) Allowed(context.Context, rest.Caller, rest.PartyID, *rest.Application, rest.Right) (bool, error) {
	return f.allowed, nil
}

func (f *fakeCore) Upload(_ context.Context, o rest.UploadOptions) (rest.Upload, error) {
	f.uploadOpts = append(f.uploadOpts, o)
	return &fakeUpload{}, nil
}

func (f *fakeCore) Discard(_ context.Context, contents ...rest.Content) {
	f.discarded = append(f.discarded, contents...)
}

func (f *fakeCore) Submit(_ context.Context, c rest.Caller, n rest.NewSubmission) (rest.Submission, error) {
	f.submitted, f.callers = append(f.submitted, n), append(f.callers, c)
	return rest.Submission{Receipt: rest.Receipt{ID: 11, Kind: rest.ReceiptFormTask, Status: rest.StatusOK}}, f.fails
}

func (f *fakeCore) UpdateElements(_ context.Context, c rest.Caller, _ int32, _ string, u []rest.ElementUpdate) (rest.Submission, error) {
	f.updated, f.callers = u, append(f.callers, c)
	return rest.Submission{Receipt: rest.Receipt{Kind: rest.ReceiptFormTask, Status: rest.StatusRejected}}, f.fails
}

func (f *fakeCore) Complete(_ context.Context, c rest.Caller, _ int32, s []rest.Signature) (rest.Submission, error) {
	f.completed, f.callers = s, append(f.callers, c)
	return rest.Submission{Receipt: rest.Receipt{ID: 12}}, f.fails
}

func (f *fakeCore) Backlog(context.Context) (time.Duration, error) { return f.waiting, f.fails }

type fakeUpload struct{ bytes.Buffer }

func (u *fakeUpload) Commit() (rest.Content, error) {
	sum := md5.Sum(u.Bytes())
	return rest.Content{Size: int64(u.Len()), SHA256: sha256.Sum256(u.Bytes()), MD5: &sum, Inline: u.Bytes()}, nil
}

func (u *fakeUpload) Settle() error { return nil }
func (u *fakeUpload) Abort()        {}

// row is the table's row of a base operation.
func row(t *testing.T, f *fakeCore, base string, max int64) soap.Operation {
	t.Helper()
	for _, op := range Service(Config{Core: f, MaxAttachments: max}).Operations {
		if op.Base == base {
			return op
		}
	}
	t.Fatalf("no row for %s", base)
	panic("unreachable")
}

// field sends data through the operation's sink, as the codec does.
func field(t *testing.T, op soap.Operation, call *soap.Call, req any, name, data string) (*codec.Large, error) {
	t.Helper()
	sink, err := op.Sink(context.Background(), call, req, name)
	if err != nil {
		return nil, err
	}
	if _, err := sink.Write([]byte(data)); err != nil {
		sink.Abort()
		return nil, err
	}
	if err := sink.Close(); err != nil {
		return nil, err
	}
	return &codec.Large{Sink: sink, Size: int64(len(data))}, nil
}

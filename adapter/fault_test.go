package adapter_test

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"overgang/adapter"
	"overgang/adapter/credential"
	"overgang/adapter/receipt"
	"overgang/adapter/upload"
	"overgang/rest"
	"overgang/soap"
)

func fault(err error) (*soap.Fault, *adapter.AltinnFault) {
	f := adapter.FaultFor(context.Background(), &soap.Call{RequestID: "GUID", Caller: &credential.Session{Caller: rest.Caller{System: 1001}}}, err)
	return f, f.Detail.(*adapter.AltinnFault)
}

func TestFaultTable(t *testing.T) {
	for name, c := range map[string]struct {
		err    error
		id     int32
		reason string
		text   string
		shown  string // in AltinnLocalizedErrorMessage; empty = the same
	}{
		"system":      {&rest.Error{Kind: rest.Unauthenticated, Code: credential.CodeSystem}, 5, "An error occurred", "Wrong username/password supplied.", ""},
		"person":      {&rest.Error{Kind: rest.Unauthenticated, Code: credential.CodePerson}, 989, "An errror occurred", "Incorrect username/password/pin given for user", ""},
		"session":     {&rest.Error{Kind: rest.SessionExpired, Code: credential.CodePerson}, 989, "An errror occurred", "Pin session time has time out for user. Request new", ""},
		"no receipt":  {&rest.Error{Kind: rest.NotFound, Code: receipt.CodeNone}, 30008, "An error occurred", "No receipt was found for the given receipt id or reference", "Det finnes ingen kvittering med denne identifikatoren eller referansen."},
		"not set":     {rest.Errorf(rest.Invalid, receipt.CodeType, "x"), 30101, "An error occurred", "x", "Det går ikke an å søke etter kvitteringer av typen NotSet."},
		"dates":       {rest.Errorf(rest.Invalid, receipt.CodeDates, "y"), 30102, "An error occurred", "y", "Fra-datoen er senere enn til-datoen."},
		"invalid":     {rest.Errorf(rest.Invalid, "anything", "say %d", 1), 0, "An error occurred", "say 1", "Forespørselen bryter en regel: say 1"},
		"unavailable": {&rest.Error{Kind: rest.Unavailable, Detail: "disk /var full", RetryAfter: time.Second}, 0, "An error occurred", "The service is unavailable at the moment. Nothing was stored. Try again later.", "Tjenesten er ikke tilgjengelig nå. Ingenting ble lagret. Prøv igjen senere."},
		"internal": {errors.New("sql: no such table"), 0, "An error occurred", "Your request suffered from a non-functional error. If this persist, please report it to the system administrator. " +
			"Please include the id concerning this speciffic error [GUID].", "Det oppstod en uventet feil. Hvis den vedvarer, meld fra med identifikatoren GUID."},
	} {
		t.Run(name, func(t *testing.T) {
			f, d := fault(c.err)
			want := &adapter.AltinnFault{AltinnErrorMessage: c.text, AltinnExtendedErrorMessage: "No information available",
				AltinnLocalizedErrorMessage: cmp.Or(c.shown, c.text), ErrorGuid: "GUID", ErrorID: c.id, UserGuid: "-no value-", UserId: "1001"}
			if diff := gocmp.Diff(want, d); diff != "" {
				t.Error(diff)
			}
			if f.Reason != c.reason || f.Lang != "nb-NO" || f.Blame != soap.Sender || !errors.Is(f, c.err) {
				t.Errorf("fault = %+v", f)
			}
		})
	}
}

// TestFaultsReadTheSame: who is locked out, and what is somebody else's, must
// not show (attacks 31, 32, 49).
func TestFaultsReadTheSame(t *testing.T) {
	for _, same := range [][]error{
		{&rest.Error{Kind: rest.Unauthenticated, Code: credential.CodeSystem, Detail: "a"}, &rest.Error{Kind: rest.LockedOut, Code: credential.CodeSystem, RetryAfter: time.Hour}},
		{&rest.Error{Kind: rest.Unauthenticated, Code: credential.CodePerson, Detail: "a"}, &rest.Error{Kind: rest.LockedOut, Code: credential.CodePerson, RetryAfter: time.Hour}},
		{&rest.Error{Kind: rest.NotFound, Detail: "number 5"}, &rest.Error{Kind: rest.Gone}},
		{receipt.None(&rest.Error{Kind: rest.NotFound}), receipt.None(&rest.Error{Kind: rest.Forbidden, Detail: "not yours"})},
	} {
		f0, d0 := fault(same[0])
		for _, err := range same[1:] {
			f, d := fault(err)
			if diff := gocmp.Diff(d0, d); diff != "" {
				t.Error(diff)
			}
			if f.Reason != f0.Reason || f.Status != f0.Status || f.RetryAfter != f0.RetryAfter {
				t.Errorf("%+v differs from %+v", f, f0)
			}
		}
	}
}

// TestFaultOfEveryKind: no kind may leak its cause or answer without a text.
func TestFaultOfEveryKind(t *testing.T) {
	for k := rest.Internal; !strings.HasPrefix(k.String(), "kind("); k++ {
		_, d := fault(&rest.Error{Kind: k, Err: errors.New("cause")})
		if d.AltinnErrorMessage == "" || strings.Contains(d.AltinnErrorMessage, "cause") {
			t.Errorf("%v: %q", k, d.AltinnErrorMessage)
		}
	}
}

func TestFaultPassesFaults(t *testing.T) {
	ready := &soap.Fault{Reason: "as it is"}
	if got := adapter.FaultFor(context.Background(), nil, ready); got != ready {
		t.Errorf("got %+v", got)
	}
}

// The log says which error it was and why, not what the caller sent.
func TestFaultsAreLoggedWithoutTheirDetail(t *testing.T) {
	cause := errors.New("disk")
	for _, c := range []struct {
		err  error
		want string
	}{
		{rest.Errorf(rest.Invalid, upload.CodeChecksum, "The checksum of attachment %q does not match its data", "01017012345.pdf"), "invalid (checksum-mismatch)"},
		{&rest.Error{Kind: rest.Unavailable, Detail: "x", Err: &rest.Error{Kind: rest.Internal, Code: "y", Detail: "z", Err: cause}}, "unavailable: internal (y): disk"},
		{cause, "disk"},
	} {
		f := adapter.FaultFor(t.Context(), nil, c.err)
		if got := f.Err.Error(); got != c.want || !errors.Is(f.Err, c.err) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

package broker

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api"
)

const listPath = "/broker/api/v1/filetransfer"

// Sizes of a page.
const (
	defaultSize = 100
	largestSize = 1000
)

// ListFileTransfers implements [StrictServerInterface].
func (f *face) ListFileTransfers(ctx context.Context, r ListFileTransfersRequestObject) (ListFileTransfersResponseObject, error) {
	caller := api.CallerOf(ctx)
	q, bound, err := query(r.Params)
	if err != nil {
		return nil, err
	}
	bound = "filetransfer " + caller.Name() + " " + bound
	if r.Params.Cursor != "" {
		if q.After, err = f.base.OpenCursor(r.Params.Cursor, bound); err != nil {
			return nil, err
		}
	}
	page, err := f.core.Transfers(ctx, caller, q)
	if err != nil {
		return nil, err
	}
	ids := make([]uuid.UUID, 0, len(page.Transfers))
	for _, t := range page.Transfers {
		ids = append(ids, t.ID)
	}
	_, link, err := f.base.Next(ctx, f.url+listPath, page.Next, bound)
	if err != nil {
		return nil, err
	}
	return answer{Status: http.StatusOK, Body: ids, Link: link}, nil
}

// given are the parameters as they came, but for the cursor.
func given(p ListFileTransfersParams) url.Values {
	v := url.Values{}
	for name, value := range map[string]string{
		"resourceId": p.ResourceId, "status": string(p.Status), "recipientStatus": string(p.RecipientStatus), "from": p.From, "to": p.To,
		"orderAscending": string(p.OrderAscending), "role": string(p.Role), "size": p.Size,
	} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

// query reads a list's parameters. bound is what a cursor holds good for.
func query(p ListFileTransfersParams) (q rest.TransferQuery, bound string, err error) {
	q = rest.TransferQuery{Role: rest.TransferRole(p.Role), Descending: p.OrderAscending != "true", Limit: defaultSize}
	if p.ResourceId != "" {
		if q.App, err = resource(p.ResourceId); err != nil {
			return q, "", err
		}
	}
	for _, check := range []struct {
		name, value string
		allowed     []string
	}{
		{"role", string(p.Role), []string{"Sender", "Recipient"}},
		{"orderAscending", string(p.OrderAscending), []string{"true", "false"}},
		{"status", string(p.Status), texts(rest.TransferStatuses)},
		{"recipientStatus", string(p.RecipientStatus), texts(rest.RecipientStates)},
	} {
		if err := oneOf(check.name, check.value, check.allowed); err != nil {
			return q, "", err
		}
	}
	if p.Status != "" {
		q.Status = []rest.TransferStatus{rest.TransferStatus(p.Status)}
	}
	if p.RecipientStatus != "" {
		q.States = []rest.RecipientState{rest.RecipientState(p.RecipientStatus)}
	}
	if q.From, err = date("from", p.From); err != nil {
		return q, "", err
	}
	if q.To, err = date("to", p.To); err != nil {
		return q, "", err
	}
	if p.Size != "" {
		n, err := strconv.Atoi(p.Size)
		if err != nil || n < 1 || n > largestSize {
			return q, "", rest.Errorf(rest.Invalid, "size-invalid", "size is a number from 1 to %d.", largestSize)
		}
		q.Limit = n
	}
	bare := given(p)
	bare.Del("size") // pages may change their size on the way
	return q, bare.Encode(), nil
}

func texts[T ~string](list []T) (out []string) {
	for _, t := range list {
		out = append(out, string(t))
	}
	return out
}

func oneOf(name, value string, allowed []string) error {
	if value == "" {
		return nil
	}
	list := ""
	for i, a := range allowed {
		if a == value {
			return nil
		}
		if i > 0 {
			list += ", "
		}
		list += a
	}
	return rest.Errorf(rest.Invalid, "parameter-invalid", "%s is one of %s.", name, list)
}

// date reads RFC 3339, or a bare date, which is 00:00Z; "" = none.
func date(name, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(form, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, rest.Errorf(rest.Invalid, "date-invalid", "%s: a date is 2019-05-01 (00:00Z) or RFC 3339, for example 2019-05-01T12:00:00Z.", name)
}

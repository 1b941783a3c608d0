package api

import (
	"context"
	"fmt"
	"net/http"

	"overgang/rest"
)

// DelegateSigning implements [StrictServerInterface].
func (s *server) DelegateSigning(ctx context.Context, r DelegateSigningRequestObject) (DelegateSigningResponseObject, error) {
	i, err := s.find(ctx, address{r.Org, r.App, r.Owner, r.Guid})
	if err != nil {
		return nil, err
	}
	match, err := instanceVersion(r.Params.IfMatch, i)
	if err != nil {
		return nil, err
	}
	var d rest.NewDelegation
	if r.Body != nil {
		d.Required, d.Lock = int(r.Body.Required), r.Body.Locked
		for _, n := range r.Body.Signers {
			d.Signers = append(d.Signers, rest.NewSigner{SSN: rest.NationalID(n.Ssn), Name: n.Name, Allowed: int(n.Signatures)})
		}
	}
	p, err := s.core.DelegateSigning(ctx, of(ctx).caller, i.ID, d, match)
	if err != nil {
		return nil, err
	}
	return s.processNow(ctx, p), nil
}

// delegationOf shows who signs, nil = nobody was named.
func delegationOf(p *rest.Process) *Delegation {
	d := p.Delegation
	if d == nil {
		return nil
	}
	out := &Delegation{
		Step: d.Step, Signers: make([]Signer, 0, len(d.Signers)), Required: int32(d.Required), Given: int32(d.Given(p.Signatures, 0)),
		Locked: d.Locked != "", At: utc(d.At), By: d.By, Opened: utc(d.Opened),
	}
	for _, s := range d.Signers {
		out.Signers = append(out.Signers, Signer{PartyId: ownerID(s.Person), Name: s.Name, Signatures: int32(s.Allowed), Given: int32(d.Given(p.Signatures, s.Person))})
	}
	return out
}

// ListToSign implements [StrictServerInterface].
func (s *server) ListToSign(ctx context.Context, r ListToSignRequestObject) (ListToSignResponseObject, error) {
	limit, err := pageSize(r.Params.Size)
	if err != nil {
		return nil, err
	}
	x := of(ctx)
	bound := fmt.Sprintf("signing %q %q", x.caller.Name(), x.caller.Issuer)
	after := rest.Position{}
	if r.Params.Cursor != "" {
		p, err := s.cursors.open(r.Params.Cursor, bound)
		if err != nil {
			return nil, err
		}
		after = *p
	}
	list, more, err := s.core.ToSign(ctx, x.caller, after.Number, limit)
	if err != nil {
		return nil, err
	}
	page := rest.Page{Instances: list}
	if more {
		page.Next = &rest.Position{Number: list[len(list)-1].Number}
	}
	view, err := s.view(x.request, rest.Query{}, page, bound, false)
	if err != nil {
		return nil, err
	}
	view.at = "signing"
	return s.ok(ctx, s.words(ctx).page(view), ""), nil
}

// The operations that reply answers.

func (r reply) VisitDelegateSigningResponse(w http.ResponseWriter) error { return r.write(w) }
func (r reply) VisitListToSignResponse(w http.ResponseWriter) error      { return r.write(w) }

package demo

import (
	"context"

	"overgang/rest"
	"overgang/rest/core"
)

// signer is the second person: signs havbris's statistics, too, and sends and
// receives files for vidde.
var signer = core.NewPerson{SSN: "23898828743", Name: "Torbjørn Lyngstad", UserName: "torbjorn.lyngstad", Phone: "+4799990002"}

// Names of the signer's secrets in the accounts file.
const (
	signerPassword = "SIGNER_PASSWORD"
	signerPIN      = "SIGNER_PIN"
)

// registerSigner registers the second person with a letter of today, or what of
// it is missing: directories of earlier versions have the party only.
func (d *Demo) registerSigner(ctx context.Context) error {
	p := signer
	p.Password, p.Letter = d.secret(signerPassword), d.now()
	for range letterCodes {
		p.Codes = append(p.Codes, d.secret(signerPIN))
	}
	put, _, err := d.admin.PutPerson(ctx, p)
	if err != nil {
		return err
	}
	changes := []core.Change{put}
	for _, g := range []core.GrantSpec{
		{Party: rest.PartyRef{OrgNumber: havbris}, Service: statistics, Rights: []rest.Right{rest.Read, rest.Write, rest.Sign}},
		{Party: rest.PartyRef{OrgNumber: vidde}, Service: transfers, Rights: []rest.Right{rest.Read, rest.Write}},
	} {
		g.Person = rest.PartyRef{SSN: signer.SSN}
		change, err := d.admin.PutGrant(g)
		if err != nil {
			return err
		}
		changes = append(changes, change)
	}
	if err := d.admin.Apply(ctx, changes...); err != nil {
		return err
	}
	if err := d.gateway.Refresh(ctx); err != nil {
		return err
	}
	registered, err := d.admin.Party(ctx, rest.PartyRef{SSN: signer.SSN})
	d.signer = registered.ID
	return err
}

package broker

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"overgang/rest"
	"overgang/rest/api"
)

// InitializeFileTransfer implements [StrictServerInterface].
func (f *face) InitializeFileTransfer(ctx context.Context, r InitializeFileTransferRequestObject) (InitializeFileTransferResponseObject, error) {
	n, err := newTransfer(r.Body)
	if err != nil {
		return nil, err
	}
	t, err := f.core.InitiateTransfer(ctx, api.CallerOf(ctx), n)
	if err != nil {
		return nil, err
	}
	return answer{Status: http.StatusOK, Body: FileTransferResponse{FileTransferId: t.ID}}, nil
}

// newTransfer is what a sender asks for.
func newTransfer(b *FileTransferInitialize) (rest.NewTransfer, error) {
	n := rest.NewTransfer{FileName: b.FileName, Reference: b.SendersFileTransferReference, Checksum: b.Checksum}
	var err error
	if n.App, err = resource(b.ResourceId); err != nil {
		return n, err
	}
	if b.DisableVirusScan {
		return n, rest.Errorf(rest.Invalid, "virus-scan", "disableVirusScan: the scan cannot be disabled.")
	}
	if n.Sender, err = partyRef("sender", b.Sender); err != nil {
		return n, err
	}
	for _, text := range b.Recipients {
		ref, err := partyRef("recipients", text)
		if err != nil {
			return n, err
		}
		n.Recipients = append(n.Recipients, ref)
	}
	for _, key := range slices.Sorted(maps.Keys(b.PropertyList)) {
		n.Properties = append(n.Properties, rest.Property{Key: key, Value: b.PropertyList[key]})
	}
	return n, nil
}

// resource reads a service's name.
func resource(text string) (rest.AppID, error) {
	org, app, ok := strings.Cut(text, "/")
	if !ok || org == "" || app == "" {
		return rest.AppID{}, rest.Errorf(rest.Invalid, "resource-invalid", "resourceId: write the service as org/app.")
	}
	return rest.AppID{Org: org, App: app}, nil
}

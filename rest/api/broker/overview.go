package broker

import (
	"context"
	"encoding/hex"
	"fmt"
	"net/http"

	"overgang/rest"
	"overgang/rest/api"
)

// GetFileTransferOverview implements [StrictServerInterface].
func (f *face) GetFileTransferOverview(ctx context.Context, r GetFileTransferOverviewRequestObject) (GetFileTransferOverviewResponseObject, error) {
	t, err := f.core.Transfer(ctx, api.CallerOf(ctx), r.FileTransferId)
	if err != nil {
		return nil, err
	}
	body, err := f.overview(ctx, t)
	if err != nil {
		return nil, err
	}
	return answer(api.OK(ctx, body, f.tag(t, ""))), nil
}

// GetFileTransferDetails implements [StrictServerInterface].
func (f *face) GetFileTransferDetails(ctx context.Context, r GetFileTransferDetailsRequestObject) (GetFileTransferDetailsResponseObject, error) {
	t, steps, err := f.core.TransferSteps(ctx, api.CallerOf(ctx), r.FileTransferId)
	if err != nil {
		return nil, err
	}
	o, err := f.overview(ctx, t)
	if err != nil {
		return nil, err
	}
	body := FileTransferStatusDetails{
		FileTransferId: o.FileTransferId, ResourceId: o.ResourceId, FileName: o.FileName, SendersFileTransferReference: o.SendersFileTransferReference,
		Checksum: o.Checksum, Sha256: o.Sha256, FileTransferSize: o.FileTransferSize, FileTransferStatus: o.FileTransferStatus,
		FileTransferStatusText: o.FileTransferStatusText, FileTransferStatusChanged: o.FileTransferStatusChanged, Created: o.Created,
		Published: o.Published, ExpirationTime: o.ExpirationTime, Sender: o.Sender, Recipients: o.Recipients, PropertyList: o.PropertyList,
		FileTransferStatusHistory: []FileTransferStatusEvent{}, RecipientFileTransferStatusHistory: []RecipientFileTransferStatusEvent{},
	}
	name := f.names(ctx)
	for _, s := range steps {
		if s.Recipient == 0 {
			body.FileTransferStatusHistory = append(body.FileTransferStatusHistory, FileTransferStatusEvent{
				FileTransferStatus: FileTransferStatus(s.Status), FileTransferStatusText: s.Text, FileTransferStatusChanged: s.At.UTC()})
			continue
		}
		recipient, err := name.of(s.Recipient)
		if err != nil {
			return nil, err
		}
		body.RecipientFileTransferStatusHistory = append(body.RecipientFileTransferStatusHistory, RecipientFileTransferStatusEvent{
			Recipient: recipient, RecipientFileTransferStatusCode: RecipientFileTransferStatus(s.State),
			RecipientFileTransferStatusText: s.Text, RecipientFileTransferStatusChanged: s.At.UTC()})
	}
	return answer(api.OK(ctx, body, f.tag(t, "d"))), nil
}

// tag is a transfer's ETag. Recipients and senders are shown different things.
func (f *face) tag(t *rest.Transfer, mark string) string {
	if t.Receipt == 0 {
		mark += "r"
		for _, r := range t.Recipients {
			mark += fmt.Sprintf(".%d", r.Party)
		}
	}
	return fmt.Sprintf(`"%d%s"`, t.Version, mark)
}

// shown answers with a transfer that was changed.
func (f *face) shown(ctx context.Context, t *rest.Transfer) (answer, error) {
	body, err := f.overview(ctx, t)
	return answer{Status: http.StatusOK, Body: body, ETag: f.tag(t, "")}, err
}

func (f *face) overview(ctx context.Context, t *rest.Transfer) (FileTransferOverview, error) {
	name := f.names(ctx)
	sender, err := name.of(t.Sender)
	if err != nil {
		return FileTransferOverview{}, err
	}
	o := FileTransferOverview{
		FileTransferId: t.ID, ResourceId: t.App.String(), FileName: t.FileName, SendersFileTransferReference: t.Reference,
		Checksum: t.Checksum, FileTransferSize: t.Content.Size, FileTransferStatus: FileTransferStatus(t.Status), FileTransferStatusText: t.Text,
		FileTransferStatusChanged: t.Changed.UTC(), Created: t.Created.UTC(), Published: t.Published.UTC(), ExpirationTime: t.Expires.UTC(),
		Sender: sender, Recipients: []RecipientFileTransferStatusDetails{}, PropertyList: map[string]string{},
	}
	if t.Content.MD5 != nil {
		o.Checksum = hex.EncodeToString(t.Content.MD5[:])
	}
	if t.Content.Size > 0 {
		o.Sha256 = hex.EncodeToString(t.Content.SHA256[:])
	}
	for _, p := range t.Properties {
		o.PropertyList[p.Key] = p.Value
	}
	for _, r := range t.Recipients {
		recipient, err := name.of(r.Party)
		if err != nil {
			return o, err
		}
		o.Recipients = append(o.Recipients, RecipientFileTransferStatusDetails{
			Recipient: recipient, CurrentRecipientFileTransferStatusCode: RecipientFileTransferStatus(r.State),
			CurrentRecipientFileTransferStatusText: stateTexts[r.State], CurrentRecipientFileTransferStatusChanged: r.Changed.UTC()})
	}
	return o, nil
}

// stateTexts say what a recipient's state means.
var stateTexts = map[rest.RecipientState]string{
	rest.RecipientInitialized: "The recipient has not downloaded the file.",
	rest.RecipientDownloaded:  "The recipient has downloaded the file, and not confirmed it yet.",
	rest.RecipientConfirmed:   "The recipient has confirmed the file.",
}

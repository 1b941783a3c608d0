package core

import (
	"context"
	"errors"
	"io"
	"mime"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// AddAttachment implements [rest.Correspondences].
func (c *Core) AddAttachment(ctx context.Context, caller rest.Caller, n rest.NewAttachment) (*rest.Attachment, error) {
	a, err := c.addAttachment(ctx, caller, n)
	if n.Content != nil {
		c.discardContentIfRefused(ctx, err, *n.Content)
	}
	return a, err
}

func (c *Core) addAttachment(ctx context.Context, caller rest.Caller, n rest.NewAttachment) (*rest.Attachment, error) {
	if err := c.mustSend(caller, n.App); err != nil {
		return nil, err
	}
	a, err := c.attachment(n, caller.Name(), c.now())
	if err != nil {
		return nil, err
	}
	var out *rest.Attachment
	err = c.update(ctx, func(tx store.Tx) error {
		added := a
		out = &added
		return tx.CreateAttachment(out)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// mustSend says whether the caller is the owner of the application.
func (c *Core) mustSend(caller rest.Caller, app rest.AppID) error {
	if err := needScope(caller, rest.ScopeWrite); err != nil {
		return err
	}
	if caller.Owner == "" {
		return rest.Errorf(rest.Forbidden, "owner", "Messages are sent by application owners only.")
	}
	if app.Org != caller.Owner || c.registry.now().apps[app] == nil {
		return notFound("application")
	}
	return nil
}

// attachment makes the attachment to be stored.
func (c *Core) attachment(n rest.NewAttachment, by string, now time.Time) (rest.Attachment, error) {
	a := rest.Attachment{
		ID: c.cfg.NewID(), App: n.App, FileName: cleanFileName(n.FileName), Title: cleanLine(n.Title, maxTitle),
		Reference: cleanLine(n.Reference, maxReference), Created: now, CreatedBy: by,
	}
	if a.FileName == "" {
		return a, rest.Errorf(rest.Invalid, "file-name", "An attachment needs a file name.")
	}
	var err error
	if a.ContentType, err = attachmentType(n.ContentType, a.FileName); err != nil {
		return a, err
	}
	if n.Content != nil {
		if n.Content.Size == 0 {
			return a, rest.Errorf(rest.Invalid, "content-empty", "The attachment has no content.")
		}
		a.Content, a.Uploaded = *n.Content, now
	}
	return a, nil
}

// attachmentTypes are the content types of file name extensions, as far as
// parties can be expected to open them.
var attachmentTypes = map[string]string{
	"pdf": "application/pdf", "txt": "text/plain", "html": "text/html", "htm": "text/html", "xml": "application/xml",
	"csv": "text/csv", "json": "application/json", "rtf": "application/rtf", "zip": "application/zip", "ps": "application/postscript",
	"doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint",
	"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	"odt":  "application/vnd.oasis.opendocument.text", "ods": "application/vnd.oasis.opendocument.spreadsheet",
	"odp": "application/vnd.oasis.opendocument.presentation",
	"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "bmp": "image/bmp",
}

func attachmentType(sent, fileName string) (string, error) {
	if sent == "" {
		if known := attachmentTypes[extension(fileName)]; known != "" {
			return known, nil
		}
		return "application/octet-stream", nil
	}
	media, _, err := mime.ParseMediaType(sent)
	if err != nil || len(sent) > maxReference {
		return "", rest.Errorf(rest.Unsupported, "content-type", "The attachment's content type is malformed.")
	}
	return media, nil
}

// ownAttachment reads an attachment of the caller's, as application owner.
func (c *Core) ownAttachment(ctx context.Context, caller rest.Caller, scope string, id uuid.UUID) (*rest.Attachment, error) {
	if err := needScope(caller, scope); err != nil {
		return nil, err
	}
	var a *rest.Attachment
	err := c.view(ctx, func(r store.Reader) (err error) {
		a, err = r.Attachment(id)
		return orNotFound(err, "attachment")
	})
	if err != nil {
		return nil, err
	}
	if caller.Owner == "" || caller.Owner != a.App.Org {
		return nil, withheld("attachment")
	}
	return a, nil
}

// Attachment implements [rest.Correspondences].
func (c *Core) Attachment(ctx context.Context, caller rest.Caller, id uuid.UUID) (*rest.Attachment, []uuid.UUID, error) {
	a, err := c.ownAttachment(ctx, caller, rest.ScopeRead, id)
	if err != nil {
		return nil, nil, err
	}
	var uses []uuid.UUID
	err = c.view(ctx, func(r store.Reader) (err error) {
		uses, err = r.AttachmentUses(id)
		return err
	})
	return a, uses, err
}

// FillAttachment implements [rest.Correspondences].
func (c *Core) FillAttachment(ctx context.Context, caller rest.Caller, id uuid.UUID, content rest.Content) (*rest.Attachment, error) {
	a, err := c.fillAttachment(ctx, caller, id, content)
	c.discardContentIfRefused(ctx, err, content)
	return a, err
}

func (c *Core) fillAttachment(ctx context.Context, caller rest.Caller, id uuid.UUID, content rest.Content) (*rest.Attachment, error) {
	a, err := c.ownAttachment(ctx, caller, rest.ScopeWrite, id)
	if err != nil {
		return nil, err
	}
	filled := rest.Errorf(rest.Conflict, "attachment-filled", "The attachment has its content already.")
	switch {
	case !a.Uploaded.IsZero():
		return nil, filled
	case content.Size == 0:
		return nil, rest.Errorf(rest.Invalid, "content-empty", "The attachment has no content.")
	}
	a.Content, a.Uploaded = content, c.now()
	err = c.update(ctx, func(tx store.Tx) error {
		err := tx.FillAttachment(a)
		if errors.Is(err, store.ErrNotFound) {
			return filled // or removed meanwhile, which is as good
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// AttachmentContent implements [rest.Correspondences].
func (c *Core) AttachmentContent(ctx context.Context, caller rest.Caller, id uuid.UUID) (*rest.Attachment, io.ReadSeekCloser, error) {
	a, err := c.ownAttachment(ctx, caller, rest.ScopeRead, id)
	if err != nil {
		return nil, nil, err
	}
	if a.Uploaded.IsZero() {
		return nil, nil, notFound("content")
	}
	return c.openAttachment(ctx, a)
}

// openAttachment opens the bytes of an attachment as the store lists it.
func (c *Core) openAttachment(ctx context.Context, a *rest.Attachment) (*rest.Attachment, io.ReadSeekCloser, error) {
	if a.Content.Blob == "" {
		err := c.view(ctx, func(r store.Reader) error {
			content, err := r.AttachmentContent(a.ID)
			a.Content = content
			return orNotFound(err, "attachment")
		})
		if err != nil {
			return nil, nil, err
		}
	}
	r, err := c.open(ctx, a.Content)
	return a, r, err
}

// RemoveAttachment implements [rest.Correspondences].
func (c *Core) RemoveAttachment(ctx context.Context, caller rest.Caller, id uuid.UUID) error {
	if _, err := c.ownAttachment(ctx, caller, rest.ScopeWrite, id); err != nil {
		return err
	}
	var blob string
	err := c.update(ctx, func(tx store.Tx) (err error) {
		blob, err = tx.DeleteAttachment(id)
		if errors.Is(err, store.ErrExists) {
			return rest.Errorf(rest.Conflict, "attachment-used", "Messages have the attachment.")
		}
		return orNotFound(err, "attachment")
	})
	if err == nil && blob != "" {
		c.Discard(ctx, rest.Content{Blob: blob})
	}
	return err
}

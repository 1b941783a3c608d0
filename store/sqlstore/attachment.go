package sqlstore

import (
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

const attachmentColumns = "number, id, app, file_name, title, reference, content_type, size, sha256, md5, blob, created, created_by, uploaded"

var (
	selectAttachment = sql("SELECT " + attachmentColumns + " FROM attachment WHERE id = ?")
	// Those of one message, in its order.
	selectAttachmentsOf = sql("SELECT u.correspondence, a.number, a.id, a.app, a.file_name, a.title, a.reference, a.content_type, a.size, a.sha256, a.md5, a.blob, a.created, a.created_by, a.uploaded" +
		" FROM attachment_use u CROSS JOIN attachment a ON a.number = u.attachment WHERE " + memberOf("u.correspondence") + " ORDER BY u.correspondence, u.position")
	selectAttachmentContent = sql("SELECT size, sha256, md5, blob, bytes FROM attachment LEFT JOIN content ON content.element = attachment.number WHERE id = ?")
	selectAttachmentUses    = sql(`SELECT correspondence.id FROM attachment_use JOIN correspondence ON correspondence.number = attachment_use.correspondence
		WHERE attachment = (SELECT number FROM attachment WHERE id = ?) ORDER BY attachment_use.correspondence`)
	selectUnusedAttachments = sql("SELECT id FROM attachment WHERE used = 0 AND created < ? ORDER BY created, number LIMIT ?")
	selectAttachmentBlob    = sql("SELECT 1 FROM attachment WHERE blob = ? LIMIT 1")

	insertAttachment = sql("INSERT INTO attachment (" + attachmentColumns + ", used) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)")
	fillAttachment   = sql("UPDATE attachment SET file_name = ?, content_type = ?, size = ?, sha256 = ?, md5 = ?, blob = ?, uploaded = ? WHERE id = ? AND uploaded IS NULL RETURNING number")
	useAttachment    = sql("UPDATE attachment SET used = used + 1 WHERE id = ? RETURNING number")
	insertUse        = sql("INSERT INTO attachment_use (correspondence, position, attachment) VALUES (?, ?, ?)")
	deleteUses       = sql("DELETE FROM attachment_use WHERE correspondence = ?")
	releaseUses      = sql("UPDATE attachment SET used = used - 1 WHERE number IN (SELECT attachment FROM attachment_use WHERE correspondence = ?) RETURNING number, used, blob")
	selectUsed       = sql("SELECT number, used, blob FROM attachment WHERE id = ?")
	deleteAttachment = sql("DELETE FROM attachment WHERE number = ?")
)

func (r *reader) scanAttachment(row *row) (a rest.Attachment, err error) {
	a.Number, a.ID = row.int32(), row.uuid()
	if a.App, err = r.app(row.int()); err != nil {
		return a, err
	}
	a.FileName, a.Title, a.Reference, a.ContentType, a.Content = row.text(), row.text(), row.text(), row.text(), scanContent(row)
	a.Created, a.CreatedBy, a.Uploaded = row.time(), row.text(), row.time()
	return a, nil
}

// Attachment implements [store.CorrespondenceReader].
func (r *reader) Attachment(id uuid.UUID) (*rest.Attachment, error) {
	var a rest.Attachment
	err := r.one(selectAttachment, func(row *row) (err error) { a, err = r.scanAttachment(row); return err }, id)
	if err != nil {
		return nil, err
	}
	return &a, nil
}

// AttachmentContent implements [store.CorrespondenceReader].
func (r *reader) AttachmentContent(id uuid.UUID) (c rest.Content, err error) {
	err = r.one(selectAttachmentContent, func(row *row) (err error) {
		c = scanContent(row)
		c.Inline, err = unpackContent(row.bytes(), c.Size)
		return err
	}, id)
	return c, err
}

// AttachmentUses implements [store.CorrespondenceReader].
func (r *reader) AttachmentUses(id uuid.UUID) ([]uuid.UUID, error) {
	return r.ids(selectAttachmentUses, id)
}

// UnusedAttachments implements [store.CorrespondenceReader].
func (r *reader) UnusedAttachments(before time.Time, limit int) ([]uuid.UUID, error) {
	return r.ids(selectUnusedAttachments, micros(before), limit)
}

// ids reads a column of ids.
func (r *reader) ids(st *statement, args ...any) (list []uuid.UUID, err error) {
	err = r.query(st, func(row *row) error { list = append(list, row.uuid()); return nil }, args...)
	return list, err
}

// CreateAttachment implements [store.CorrespondenceWriter].
func (t *tx) CreateAttachment(a *rest.Attachment) error {
	app, err := t.appNumber(a.App)
	if err != nil {
		return err
	}
	before := t.n.element
	number, err := take(&t.n.element, 1)
	if err != nil {
		return err
	}
	err = t.exec(insertAttachment, number, a.ID, app, a.FileName, a.Title, a.Reference, a.ContentType,
		a.Content.Size, a.Content.SHA256[:], md5Column(&a.Content), null(a.Content.Blob), micros(a.Created), a.CreatedBy, a.Uploaded)
	if err != nil {
		t.n.element = before
		return err
	}
	a.Number = number
	return t.putInline(number, &a.Content)
}

// FillAttachment implements [store.CorrespondenceWriter].
func (t *tx) FillAttachment(a *rest.Attachment) error {
	c := &a.Content
	var number int32
	err := t.returning(fillAttachment, func(row *row) error { number = row.int32(); return nil },
		a.FileName, a.ContentType, c.Size, c.SHA256[:], md5Column(c), null(c.Blob), a.Uploaded, a.ID)
	if err != nil {
		return err
	}
	if c.Blob != "" {
		_, err := t.c.change(deleteContent, number)
		return t.spoil(err)
	}
	return t.putInline(number, c)
}

// DeleteAttachment implements [store.CorrespondenceWriter].
func (t *tx) DeleteAttachment(id uuid.UUID) (string, error) {
	var u use
	if err := t.one(selectUsed, func(row *row) error { u = scanUse(row); return nil }, id); err != nil {
		return "", err
	}
	if u.used > 0 {
		return "", store.ErrExists
	}
	return u.blob, t.dropAttachment(u.number)
}

// use is how many messages have an attachment.
type use struct {
	number int32
	used   int64
	blob   string
}

func scanUse(row *row) use { return use{row.int32(), row.int(), row.text()} }

func (t *tx) dropAttachment(number int32) error {
	for _, st := range []*statement{deleteContent, deleteAttachment} {
		if _, err := t.c.change(st, number); err != nil {
			return t.spoil(err)
		}
	}
	return nil
}

// useAttachments makes a new message refer to its attachments.
func (t *tx) useAttachments(message int32, list []rest.Attachment) error {
	for i := range list {
		var number int32
		err := t.returning(useAttachment, func(row *row) error { number = row.int32(); return nil }, list[i].ID)
		if err == nil {
			err = t.exec(insertUse, message, i, number)
		}
		if err != nil {
			return t.spoil(err)
		}
	}
	return nil
}

// releaseAttachments ends a message's uses, removes attachments that no other
// message has, and returns their blobs.
func (t *tx) releaseAttachments(message int32) (blobs []string, err error) {
	var left []use
	err = t.c.query(releaseUses, func(row *row) error {
		if u := scanUse(row); u.used == 0 {
			left = append(left, u)
		}
		return nil
	}, message)
	if err != nil {
		return nil, t.spoil(err)
	}
	t.c.writes++
	for _, u := range left {
		if err := t.dropAttachment(u.number); err != nil {
			return nil, err
		}
		if u.blob != "" {
			blobs = append(blobs, u.blob)
		}
	}
	_, err = t.c.change(deleteUses, message)
	return blobs, t.spoil(err)
}

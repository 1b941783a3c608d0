package sqlstore

import (
	"crypto/md5"

	"github.com/google/uuid"

	"overgang/rest"
)

const elementColumns = `instance, number, id, type, form, file_name, title, sender_reference, content_type, size, sha256, md5, blob,
	locked, created, created_by, changed, changed_by, version, downloaded, confirmed, encrypted`

var (
	selectElements   = sql("SELECT " + elementColumns + " FROM element WHERE instance = ? ORDER BY number")
	selectElementsOf = sql("SELECT " + elementColumns + " FROM element WHERE " + memberOf("instance") + " ORDER BY instance, number")
	selectContent    = sql("SELECT size, sha256, md5, blob, bytes FROM element LEFT JOIN content ON content.element = element.number WHERE id = ?")
	selectBlob       = sql("SELECT 1 FROM element WHERE blob = ? LIMIT 1")

	insertElement = sql("INSERT INTO element (" + elementColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
	insertContent = sql("INSERT INTO content (element, bytes) VALUES (?, ?) ON CONFLICT (element) DO UPDATE SET bytes = excluded.bytes")
	updateElement = sql(`UPDATE element SET type = ?, form = ?, file_name = ?, title = ?, sender_reference = ?, content_type = ?, locked = ?,
		created = ?, created_by = ?, changed = ?, changed_by = ?, version = ?, downloaded = ?, confirmed = ?, encrypted = ?
		WHERE id = ? AND version = ? RETURNING instance, number`)
	updateContent = sql("UPDATE element SET size = ?, sha256 = ?, md5 = ?, blob = ? WHERE instance = ? AND number = ?")
	deleteElement = sql("DELETE FROM element WHERE id = ? RETURNING number")
	deleteContent = sql("DELETE FROM content WHERE element = ?")
)

func scanContent(r *row) (c rest.Content) {
	c.Size = r.int()
	copy(c.SHA256[:], r.bytes())
	if sum := r.bytes(); len(sum) == md5.Size {
		c.MD5 = (*[md5.Size]byte)(sum)
	}
	c.Blob = r.text()
	return c
}

// scanElement reads an element and the number of its instance.
func scanElement(r *row) (instance int32, e rest.Element, err error) {
	instance = r.int32()
	e.Number, e.ID, e.Type, e.Form, e.FileName, e.Title = r.int32(), r.uuid(), r.text(), r.bool(), r.text(), r.text()
	e.SenderReference, e.ContentType, e.Content = r.text(), r.text(), scanContent(r)
	e.Locked, e.Created, e.CreatedBy, e.Changed, e.ChangedBy, e.Version = r.bool(), r.time(), r.text(), r.time(), r.text(), r.int()
	if e.Downloaded, err = unpackTimes(r.bytes()); err != nil {
		return instance, e, err
	}
	e.Confirmed, err = unpackTimes(r.bytes())
	e.Encrypted = r.bool()
	return instance, e, err
}

// ElementContent implements [store.InstanceReader].
func (r *reader) ElementContent(id uuid.UUID) (c rest.Content, err error) {
	err = r.one(selectContent, func(row *row) (err error) {
		c = scanContent(row)
		c.Inline, err = unpackContent(row.bytes(), c.Size)
		return err
	}, id)
	return c, err
}

// BlobReferred implements [store.InstanceReader].
func (r *reader) BlobReferred(key string) (referred bool, err error) {
	for _, st := range []*statement{selectBlob, selectAttachmentBlob, selectTransferBlob, selectLookupBlob} {
		if err == nil && !referred {
			err = r.query(st, func(*row) error { referred = true; return nil }, key)
		}
	}
	return referred, err
}

func md5Column(c *rest.Content) []byte {
	if c.MD5 == nil {
		return nil
	}
	return c.MD5[:]
}

// insertElement stores a new element under the next number.
func (t *tx) insertElement(instance int32, e *rest.Element) error {
	before := t.n.element
	number, err := take(&t.n.element, 1)
	if err != nil {
		return err
	}
	err = t.exec(insertElement, instance, number, e.ID, e.Type, e.Form, e.FileName, e.Title, e.SenderReference, e.ContentType,
		e.Content.Size, e.Content.SHA256[:], md5Column(&e.Content), null(e.Content.Blob), e.Locked,
		micros(e.Created), e.CreatedBy, micros(e.Changed), e.ChangedBy, e.Version, packTimes(e.Downloaded), packTimes(e.Confirmed), e.Encrypted)
	if err != nil {
		t.n.element = before
		return err
	}
	e.Number = number
	return t.putInline(number, &e.Content)
}

// putInline stores content that has no blob; empty content is content too.
func (t *tx) putInline(number int32, c *rest.Content) error {
	if c.Blob != "" {
		return nil
	}
	inline := c.Inline
	if inline == nil {
		inline = []byte{}
	}
	return t.spoil(t.exec(insertContent, number, packContent(inline, &t.c.packed)))
}

// AddElement implements [store.InstanceWriter].
func (t *tx) AddElement(instance uuid.UUID, e *rest.Element) error {
	number, err := t.instanceNumber(instance)
	if err != nil {
		return err
	}
	return t.insertElement(number, e)
}

// UpdateElement implements [store.InstanceWriter].
func (t *tx) UpdateElement(e *rest.Element) error {
	var instance, number int32
	err := t.returning(updateElement, func(r *row) error { instance, number = r.int32(), r.int32(); return nil },
		e.Type, e.Form, e.FileName, e.Title, e.SenderReference, e.ContentType, e.Locked,
		micros(e.Created), e.CreatedBy, micros(e.Changed), e.ChangedBy, e.Version, packTimes(e.Downloaded), packTimes(e.Confirmed), e.Encrypted,
		e.ID, e.Version-1)
	if err != nil {
		return err
	}
	c := &e.Content
	if c.Inline == nil && c.Blob == "" && c.Size > 0 {
		return nil
	}
	if err := t.change(updateContent, c.Size, c.SHA256[:], md5Column(c), null(c.Blob), instance, number); err != nil {
		return t.spoil(err)
	}
	if c.Blob != "" {
		_, err := t.c.change(deleteContent, number)
		return t.spoil(err)
	}
	return t.putInline(number, c)
}

// DeleteElement implements [store.InstanceWriter].
func (t *tx) DeleteElement(id uuid.UUID) error {
	var number int32
	if err := t.returning(deleteElement, func(r *row) error { number = r.int32(); return nil }, id); err != nil {
		return err
	}
	_, err := t.c.change(deleteContent, number)
	return t.spoil(err)
}

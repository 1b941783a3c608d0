package sqlstore

import (
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

const lookupColumns = "number, id, app, party, key, title, question, language, forwarding, file_name, size, sha256, md5, blob, archived, created, created_by, deleted, deleted_by"

var (
	selectInstanceByElement  = sql("SELECT " + wholeColumns + " FROM instance WHERE number = (SELECT instance FROM element WHERE element.number = ?)")
	selectAttachmentByNumber = sql("SELECT id FROM attachment WHERE number = ?")

	selectLookup         = sql("SELECT " + lookupColumns + " FROM lookup WHERE id = ?")
	selectLookupByNumber = sql("SELECT " + lookupColumns + " FROM lookup WHERE number = ?")
	selectLookupByKey    = sql("SELECT " + lookupColumns + " FROM lookup WHERE key = ? AND party = ? AND app = ? AND deleted IS NULL")
	selectLookupsAt      = sql("SELECT " + lookupColumns + " FROM lookup WHERE " + memberOf("number"))
	selectLookups        = sql("SELECT " + lookupColumns + " FROM lookup INDEXED BY lookup_by_app WHERE app = ? AND number > ? AND deleted IS NULL ORDER BY number LIMIT ?")
	selectPartyLookups   = sql("SELECT " + lookupColumns + " FROM lookup INDEXED BY lookup_of_party WHERE party = ? AND app = ? AND number > ? AND deleted IS NULL ORDER BY number LIMIT ?")
	selectPurgeableLooks = sql("SELECT id FROM lookup WHERE deleted IS NOT NULL AND deleted < ? ORDER BY deleted, number LIMIT ?")
	selectLookupRow      = sql("SELECT number, document, blob FROM lookup WHERE id = ?")
	selectLookupContent  = sql("SELECT size, sha256, md5, blob, bytes FROM lookup LEFT JOIN content ON content.element = lookup.document WHERE id = ?")
	selectLookupBlob     = sql("SELECT 1 FROM lookup WHERE blob = ? LIMIT 1")
	allLookups           = sql("SELECT number, id, size, sha256, md5, blob, bytes FROM lookup LEFT JOIN content ON content.element = lookup.document WHERE number > ? ORDER BY number LIMIT ?")

	insertLookup = sql("INSERT INTO lookup (" + lookupColumns + ", document) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
	markLookup   = sql("UPDATE lookup SET deleted = ?, deleted_by = ? WHERE id = ? AND deleted IS NULL")
	purgeLookup  = sql("DELETE FROM lookup WHERE number = ?")
	purgeInline  = sql("DELETE FROM content WHERE element = ?")
)

// InstanceByElement implements [store.ArchiveReader].
func (r *reader) InstanceByElement(number int32) (*rest.Instance, error) {
	return r.instance(selectInstanceByElement, number)
}

// AttachmentByNumber implements [store.ArchiveReader].
func (r *reader) AttachmentByNumber(number int32) (id uuid.UUID, err error) {
	err = r.one(selectAttachmentByNumber, func(row *row) error { id = row.uuid(); return nil }, number)
	return id, err
}

func (r *reader) lookup(st *statement, args ...any) (*rest.Lookup, error) {
	var l rest.Lookup
	if err := r.one(st, func(row *row) (err error) { l, err = r.scanLookup(row); return err }, args...); err != nil {
		return nil, err
	}
	return &l, nil
}

func (r *reader) scanLookup(row *row) (l rest.Lookup, err error) {
	l.Number, l.ID = row.int32(), row.uuid()
	if l.App, err = r.app(row.int()); err != nil {
		return l, err
	}
	l.Party, l.Key, l.Title, l.Question, l.Language = rest.PartyID(row.int32()), row.text(), row.text(), row.text(), row.text()
	l.Forwarding, l.FileName, l.Content = row.bool(), row.text(), scanContent(row)
	l.Archived, l.Created, l.CreatedBy = row.time(), row.time(), row.text()
	l.Deleted = rest.Mark{At: row.time(), By: row.text()}
	l.ArchiveReference = archiveReference(l.Number)
	return l, nil
}

// lookupRowsAt reads the lookups of a page, in its order.
func (r *reader) lookupRowsAt(places []place) ([]rest.Lookup, error) {
	return rowsAt(r, selectLookupsAt, places, r.scanLookup, func(l *rest.Lookup) int32 { return l.Number })
}

// Lookups implements [store.ArchiveReader].
func (r *reader) Lookups(q store.LookupQuery) (list []rest.Lookup, err error) {
	app, err := r.s.apps.number(r, q.App)
	if err != nil {
		return nil, ignoreNotFound(err)
	}
	st, args := selectLookups, []any{app, q.After, q.Limit}
	if q.Party != 0 {
		st, args = selectPartyLookups, []any{int32(q.Party), app, q.After, q.Limit}
	}
	err = r.query(st, func(row *row) error {
		l, err := r.scanLookup(row)
		list = append(list, l)
		return err
	}, args...)
	return list, err
}

// PurgeableLookups implements [store.ArchiveReader].
func (r *reader) PurgeableLookups(before time.Time, limit int) ([]uuid.UUID, error) {
	return r.ids(selectPurgeableLooks, micros(before), limit)
}

// Lookup implements [store.ArchiveReader].
func (r *reader) Lookup(id uuid.UUID) (*rest.Lookup, error) { return r.lookup(selectLookup, id) }

// LookupByNumber implements [store.ArchiveReader].
func (r *reader) LookupByNumber(number int32) (*rest.Lookup, error) {
	return r.lookup(selectLookupByNumber, number)
}

// LookupByKey implements [store.ArchiveReader].
func (r *reader) LookupByKey(app rest.AppID, party rest.PartyID, key string) (*rest.Lookup, error) {
	n, err := r.s.apps.number(r, app)
	if err != nil {
		return nil, err
	}
	return r.lookup(selectLookupByKey, key, int32(party), n)
}

// LookupContent implements [store.ArchiveReader].
func (r *reader) LookupContent(id uuid.UUID) (c rest.Content, err error) {
	err = r.one(selectLookupContent, func(row *row) (err error) {
		c = scanContent(row)
		c.Inline, err = unpackContent(row.bytes(), c.Size)
		return err
	}, id)
	return c, err
}

// CreateLookup implements [store.ArchiveWriter].
func (t *tx) CreateLookup(l *rest.Lookup) error {
	app, err := t.appNumber(l.App)
	if err != nil {
		return err
	}
	before := t.n
	number, err := take(&t.n.instance, 1)
	if err != nil {
		return err
	}
	document, err := take(&t.n.element, 1)
	if err == nil {
		err = t.exec(insertLookup, number, l.ID, app, int32(l.Party), l.Key, l.Title, l.Question, l.Language, l.Forwarding, l.FileName,
			l.Content.Size, l.Content.SHA256[:], md5Column(&l.Content), null(l.Content.Blob), micros(l.Archived), micros(l.Created), l.CreatedBy, l.Deleted.At, l.Deleted.By, document)
	}
	if err != nil {
		t.n = before
		return err
	}
	l.Number, l.ArchiveReference = number, archiveReference(number)
	return t.putInline(document, &l.Content)
}

// DeleteLookup implements [store.ArchiveWriter].
func (t *tx) DeleteLookup(id uuid.UUID, mark rest.Mark) error {
	return t.change(markLookup, micros(mark.At), mark.By, id)
}

// PurgeLookup implements [store.ArchiveWriter].
func (t *tx) PurgeLookup(id uuid.UUID) (blobs []string, err error) {
	var number, document int32
	err = t.one(selectLookupRow, func(row *row) error {
		number, document = row.int32(), row.int32()
		if blob := row.text(); blob != "" {
			blobs = []string{blob}
		}
		return nil
	}, id)
	if err != nil {
		return nil, err
	}
	if _, err := t.c.change(purgeInline, document); err != nil {
		return nil, t.spoil(err)
	}
	_, err = t.c.change(purgeLookup, number)
	return blobs, t.spoil(err)
}

// ofLookups stands for the instance in the journal rows of lookups. No instance
// has the number.
const ofLookups = -2

// addLookupEvent writes a row of its own, in which the lookup stands in the
// element's place.
func (t *tx) addLookupEvent(app int64, e *rest.Event) error {
	return t.addOther(ofLookups, app, e, e.Lookup)
}

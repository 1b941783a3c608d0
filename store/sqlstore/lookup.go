package sqlstore

import (
	"github.com/google/uuid"

	"overgang/rest"
)

const lookupColumns = "number, id, app, party, key, title, question, language, forwarding, file_name, size, sha256, md5, blob, archived, created, created_by"

var (
	selectInstanceByElement  = sql("SELECT " + instanceColumns + " FROM instance WHERE number = (SELECT instance FROM element WHERE element.number = ?)")
	selectAttachmentByNumber = sql("SELECT id FROM attachment WHERE number = ?")

	selectLookup         = sql("SELECT " + lookupColumns + " FROM lookup WHERE id = ?")
	selectLookupByNumber = sql("SELECT " + lookupColumns + " FROM lookup WHERE number = ?")
	selectLookupByKey    = sql("SELECT " + lookupColumns + " FROM lookup WHERE key = ? AND party = ? AND app = ?")
	selectLookupsAt      = sql("SELECT " + lookupColumns + " FROM lookup WHERE " + memberOf("number"))
	selectLookupContent  = sql("SELECT size, sha256, md5, blob, bytes FROM lookup LEFT JOIN content ON content.element = lookup.document WHERE id = ?")
	selectLookupBlob     = sql("SELECT 1 FROM lookup WHERE blob = ? LIMIT 1")
	allLookups           = sql("SELECT number, id, size, sha256, md5, blob, bytes FROM lookup LEFT JOIN content ON content.element = lookup.document WHERE number > ? ORDER BY number LIMIT ?")

	insertLookup = sql("INSERT INTO lookup (" + lookupColumns + ", document) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
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
	l.ArchiveReference = archiveReference(l.Number)
	return l, nil
}

// lookupRowsAt reads the lookups of a page, in its order.
func (r *reader) lookupRowsAt(places []place) ([]rest.Lookup, error) {
	if len(places) == 0 {
		return nil, nil
	}
	numbers, index := numbersAt(places)
	list := make([]rest.Lookup, len(places))
	found := 0
	err := r.query(selectLookupsAt, func(row *row) error {
		l, err := r.scanLookup(row)
		list[index[l.Number]] = l
		found++
		return err
	}, memberList(numbers))
	if err == nil && found != len(places) {
		err = errInconsistent
	}
	return list, err
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
			l.Content.Size, l.Content.SHA256[:], md5Column(&l.Content), null(l.Content.Blob), micros(l.Archived), micros(l.Created), l.CreatedBy, document)
	}
	if err != nil {
		t.n = before
		return err
	}
	l.Number, l.ArchiveReference = number, archiveReference(number)
	return t.putInline(document, &l.Content)
}

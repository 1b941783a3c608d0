package sqlstore

import (
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

const correspondenceColumns = `number, id, app, party, key, reference, answers, case_number, confirmation, announced,
	created, published, due, delete_after, receipt, changed, version, content, marks`

var (
	selectCorrespondence         = sql("SELECT " + correspondenceColumns + " FROM correspondence WHERE id = ?")
	selectCorrespondenceByNumber = sql("SELECT " + correspondenceColumns + " FROM correspondence WHERE number = ?")
	selectCorrespondenceByKey    = sql("SELECT " + correspondenceColumns + " FROM correspondence WHERE key = ? AND party = ? AND app = ?")
	allCorrespondences           = sql("SELECT " + correspondenceColumns + " FROM correspondence WHERE number > ? ORDER BY number LIMIT ?")
	selectCorrespondencesAt      = sql("SELECT " + correspondenceColumns + " FROM correspondence WHERE " + memberOf("number"))
	selectCorrespondenceNumber   = sql("SELECT number FROM correspondence WHERE id = ?")
	selectUnannounced            = sql("SELECT id FROM correspondence WHERE announced = 0 AND published <= ? ORDER BY published, number LIMIT ?")
	selectExpired                = sql(`SELECT id FROM correspondence WHERE delete_after IS NOT NULL AND status < 5 AND delete_after <= ? AND (confirmation = 0 OR status = 4)
		ORDER BY delete_after, number LIMIT ?`)
	selectPurgeableMessages = sql("SELECT id FROM correspondence WHERE deleted IS NOT NULL AND deleted < ? ORDER BY deleted, number LIMIT ?")
	selectMessageEvents     = sql(`SELECT e.id, type, at, by, app, party FROM correspondence m JOIN correspondence_event e ON e.correspondence = m.number
		WHERE m.id = ? ORDER BY e.id`)

	insertCorrespondence = sql("INSERT INTO correspondence (" + correspondenceColumns + ", status, deleted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
	updateCorrespondence = sql(`UPDATE correspondence SET announced = ?, receipt = ?, changed = ?, version = ?, marks = ?, status = ?, deleted = ?
		WHERE id = ? AND version = ? RETURNING number`)
	deleteCorrespondence = sql("DELETE FROM correspondence WHERE number = ?")
	deleteMessageEvents  = sql("DELETE FROM correspondence_event WHERE correspondence = ?")
	insertMessageEvent   = sql("INSERT INTO correspondence_event (correspondence, id, type, at, by) VALUES (?, ?, ?, ?, ?)")
)

func (r *reader) scanCorrespondence(row *row) (c rest.Correspondence, err error) {
	c.Number, c.ID = row.int32(), row.uuid()
	if c.App, err = r.app(row.int()); err != nil {
		return c, err
	}
	c.Party, c.Key, c.Reference, c.Answers, c.Case = rest.PartyID(row.int32()), row.text(), row.text(), row.text(), row.int32()
	c.Confirmation, c.Announced = row.bool(), row.bool()
	c.Created, c.Published, c.Due, c.DeleteAfter = row.time(), row.time(), row.time(), row.time()
	c.Receipt, c.Changed, c.Version = row.int32(), row.time(), row.int()
	if err := unpackMessage(row.bytes(), &c); err != nil {
		return c, err
	}
	err = unpackMarks(row.bytes(), &c)
	if c.Archived.Done() {
		c.ArchiveReference = archiveReference(c.Number)
	}
	return c, err
}

// correspondence reads one message with its attachments.
func (r *reader) correspondence(st *statement, args ...any) (*rest.Correspondence, error) {
	var c rest.Correspondence
	err := r.one(st, func(row *row) (err error) { c, err = r.scanCorrespondence(row); return err }, args...)
	if err != nil {
		return nil, err
	}
	err = r.attachmentsOf([]int32{c.Number}, func(_ int32, a rest.Attachment) { c.Attachments = append(c.Attachments, a) })
	return &c, err
}

// attachmentsOf reads the attachments of messages.
func (r *reader) attachmentsOf(messages []int32, each func(message int32, a rest.Attachment)) error {
	return r.query(selectAttachmentsOf, func(row *row) error {
		message := row.int32()
		a, err := r.scanAttachment(row)
		each(message, a)
		return err
	}, memberList(messages))
}

// Correspondence implements [store.CorrespondenceReader].
func (r *reader) Correspondence(id uuid.UUID) (*rest.Correspondence, error) {
	return r.correspondence(selectCorrespondence, id)
}

// CorrespondenceByNumber implements [store.CorrespondenceReader].
func (r *reader) CorrespondenceByNumber(number int32) (*rest.Correspondence, error) {
	return r.correspondence(selectCorrespondenceByNumber, number)
}

// CorrespondenceByKey implements [store.CorrespondenceReader].
func (r *reader) CorrespondenceByKey(app rest.AppID, party rest.PartyID, key string) (*rest.Correspondence, error) {
	n, err := r.s.apps.number(r, app)
	if err != nil {
		return nil, err
	}
	return r.correspondence(selectCorrespondenceByKey, key, int32(party), n)
}

// CorrespondenceEvents implements [store.CorrespondenceReader].
func (r *reader) CorrespondenceEvents(id uuid.UUID) ([]rest.Event, error) {
	var list []rest.Event
	err := r.query(selectMessageEvents, func(row *row) (err error) {
		e := rest.Event{ID: row.int(), Type: rest.EventType(row.text()), At: row.time(), By: row.text(), Correspondence: id}
		if e.App, err = r.app(row.int()); err != nil {
			return err
		}
		e.Owner = rest.PartyID(row.int32())
		list = append(list, e)
		return nil
	}, id)
	return list, err
}

// UnannouncedCorrespondences implements [store.CorrespondenceReader].
func (r *reader) UnannouncedCorrespondences(by time.Time, limit int) ([]uuid.UUID, error) {
	return r.ids(selectUnannounced, micros(by), limit)
}

// ExpiredCorrespondences implements [store.CorrespondenceReader].
func (r *reader) ExpiredCorrespondences(by time.Time, limit int) ([]uuid.UUID, error) {
	return r.ids(selectExpired, micros(by), limit)
}

// PurgeableCorrespondences implements [store.CorrespondenceReader].
func (r *reader) PurgeableCorrespondences(before time.Time, limit int) ([]uuid.UUID, error) {
	return r.ids(selectPurgeableMessages, micros(before), limit)
}

// CreateCorrespondence implements [store.CorrespondenceWriter].
func (t *tx) CreateCorrespondence(c *rest.Correspondence) error {
	app, err := t.appNumber(c.App)
	if err != nil {
		return err
	}
	before := t.n.instance
	number, err := take(&t.n.instance, 1)
	if err != nil {
		return err
	}
	var caseNumber any
	if c.Case != 0 {
		caseNumber = c.Case
	}
	err = t.exec(insertCorrespondence, number, c.ID, app, int32(c.Party), null(c.Key), c.Reference, null(c.Answers), caseNumber,
		c.Confirmation, c.Announced, micros(c.Created), micros(c.Published), c.Due, c.DeleteAfter, c.Receipt, micros(c.Changed), c.Version,
		packMessage(c), packMarks(c), int(c.Status()), c.Deleted.At)
	if err != nil {
		t.n.instance = before
		return err
	}
	c.Number, c.ArchiveReference = number, ""
	if c.Archived.Done() {
		c.ArchiveReference = archiveReference(number)
	}
	return t.useAttachments(number, c.Attachments)
}

// UpdateCorrespondence implements [store.CorrespondenceWriter].
func (t *tx) UpdateCorrespondence(c *rest.Correspondence) error {
	return t.returning(updateCorrespondence, func(row *row) error {
		if number := row.int32(); c.Archived.Done() {
			c.ArchiveReference = archiveReference(number)
		}
		return nil
	}, c.Announced, c.Receipt, micros(c.Changed), c.Version, packMarks(c), int(c.Status()), c.Deleted.At, c.ID, c.Version-1)
}

// PurgeCorrespondence implements [store.CorrespondenceWriter].
func (t *tx) PurgeCorrespondence(id uuid.UUID) ([]string, error) {
	var number int32
	if err := t.one(selectCorrespondenceNumber, func(row *row) error { number = row.int32(); return nil }, id); err != nil {
		return nil, err
	}
	blobs, err := t.releaseAttachments(number)
	if err != nil {
		return nil, err
	}
	for _, st := range []*statement{deleteMessageEvents, deleteCorrespondence} {
		if _, err := t.c.change(st, number); err != nil {
			return nil, t.spoil(err)
		}
	}
	return blobs, nil
}

// ofMessages stands for the instance in the journal rows of messages. No
// instance has the number.
const ofMessages = -1

// AddCorrespondenceEvent implements [store.CorrespondenceWriter]. The feed's
// row has the message in the element's place.
func (t *tx) AddCorrespondenceEvent(e *rest.Event) error {
	app, err := t.appNumber(e.App)
	if err != nil {
		return err
	}
	var number int32
	if err := t.one(selectCorrespondenceNumber, func(row *row) error { number = row.int32(); return nil }, e.Correspondence); err != nil {
		return err
	}
	if err := t.flush(); err != nil {
		return err
	}
	t.n.event++
	if err := t.exec(insertMessageEvent, number, t.n.event, string(e.Type), micros(e.At), e.By); err != nil {
		return t.spoil(err)
	}
	return t.insertOther(ofMessages, app, e, e.Correspondence)
}

var _ store.CorrespondenceWriter = (*tx)(nil)

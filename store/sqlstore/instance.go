package sqlstore

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// instanceColumns in the order of scanInstance. The receipt is the one that was
// set, else the first that was made for the instance. The case is no column of
// the instance's: joining one is rare.
const instanceColumns = `number, id, app, owner, sender, reference,
	CASE WHEN receipt <> 0 THEN receipt ELSE (SELECT min(r.id) FROM receipt r WHERE r.instance = instance.number) END,
	created, created_by, changed, changed_by, version, step, step_at, archived, archive,
	soft_deleted, hard_deleted, confirmed, due, visible, labels, presentation, signatures,
	(SELECT m.case_number FROM case_instance m WHERE m.instance = instance.number)`

// wholeColumns are instanceColumns and what lists leave out.
const wholeColumns = instanceColumns + `, (SELECT k.keys FROM instance_key k WHERE k.instance = instance.number)`

var (
	selectInstance            = sql("SELECT " + wholeColumns + " FROM instance WHERE id = ?")
	selectInstanceByNumber    = sql("SELECT " + wholeColumns + " FROM instance WHERE number = ?")
	selectInstanceByReference = sql("SELECT " + wholeColumns + " FROM instance WHERE reference = ? AND sender = ?")
	selectInstanceByArchive   = sql("SELECT " + wholeColumns + " FROM instance WHERE number = ? AND archive IS NOT NULL")
	selectInstanceNumber      = sql("SELECT number FROM instance WHERE id = ?")
	selectInstanceReference   = sql("SELECT reference FROM instance WHERE number = ?")

	insertInstance = sql(`INSERT INTO instance (number, id, app, owner, sender, reference, receipt, created, created_by, changed, changed_by,
		version, step, step_at, archived, archive, soft_deleted, hard_deleted, confirmed, due, visible, labels, presentation, signatures, bits)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	insertLabels = sql(`INSERT OR IGNORE INTO label SELECT value, i.app, i.lagged, i.changed, i.number, i.owner, i.class, i.created, i.due, i.visible, i.at_step, i.bits
		FROM instance i, json_each(i.labels) WHERE i.number = ?`)
	insertGrams = sql(`INSERT OR IGNORE INTO gram SELECT lower(substr(?1, n, 3)), ?2, ?3 FROM place WHERE n <= length(?1)`)

	updateInstance = sql(`UPDATE instance SET receipt = ?, changed = ?, changed_by = ?, version = ?, step = ?, step_at = ?,
		archived = ?7, archive = CASE WHEN ?7 IS NULL THEN archive ELSE number END, soft_deleted = ?, hard_deleted = ?,
		confirmed = ?, due = ?, visible = ?, labels = ?, presentation = ?, signatures = ?, bits = ?
		WHERE id = ? AND version = ? RETURNING number, archive`)
)

// archivePrefix opens every archive reference; the instance's number follows.
const archivePrefix = "AR"

func archiveReference(number int32) string {
	return archivePrefix + strconv.FormatInt(int64(number), 10)
}

// archiveNumber is the number in an archive reference. ok = false when no
// instance can have it.
func archiveNumber(reference string) (number int32, ok bool) {
	digits, ok := strings.CutPrefix(reference, archivePrefix)
	if !ok {
		return 0, false
	}
	return canonicalNumber(digits)
}

// canonicalNumber reads a number in the one way it is written.
func canonicalNumber(digits string) (int32, bool) {
	n, err := strconv.ParseInt(digits, 10, 32)
	return int32(n), err == nil && n > 0 && strconv.FormatInt(n, 10) == digits
}

func (r *reader) scanInstance(row *row) (i rest.Instance, err error) {
	i.Number, i.ID = row.int32(), row.uuid()
	if i.App, err = r.app(row.int()); err != nil {
		return i, err
	}
	i.Owner = rest.PartyID(row.int32())
	i.Sender, i.Reference, i.Receipt = rest.SystemID(row.int32()), row.text(), row.int32()
	i.Created, i.CreatedBy, i.Changed, i.ChangedBy = row.time(), row.text(), row.time(), row.text()
	i.Version, i.Step, i.StepAt, i.Archived = row.int(), row.text(), row.time(), row.time()
	if n := row.int32(); n != 0 {
		i.ArchiveReference = archiveReference(n)
	}
	i.SoftDeleted, i.HardDeleted, i.Confirmed, i.Due, i.Visible = row.time(), row.time(), row.time(), row.time(), row.time()
	if labels := row.text(); labels != "" {
		if err := json.Unmarshal([]byte(labels), &i.Labels); err != nil {
			return i, fmt.Errorf("sqlstore: labels of instance %d: %w", i.Number, err)
		}
	}
	i.Presentation = row.text()
	i.Signatures, err = unpackSignatures(row.bytes())
	i.Case = row.int32()
	return i, err
}

// instance reads one instance with its elements; st selects wholeColumns.
func (r *reader) instance(st *statement, args ...any) (*rest.Instance, error) {
	var i rest.Instance
	err := r.one(st, func(row *row) (err error) {
		if i, err = r.scanInstance(row); err == nil {
			i.Keys, err = unpackEncrypted(row.bytes())
		}
		return err
	}, args...)
	if err != nil {
		return nil, err
	}
	err = r.query(selectElements, func(row *row) error {
		_, e, err := scanElement(row)
		i.Elements = append(i.Elements, e)
		return err
	}, i.Number)
	return &i, err
}

// Instance implements [store.InstanceReader].
func (r *reader) Instance(id uuid.UUID) (*rest.Instance, error) {
	return r.instance(selectInstance, id)
}

// InstanceByNumber implements [store.InstanceReader].
func (r *reader) InstanceByNumber(number int32) (*rest.Instance, error) {
	return r.instance(selectInstanceByNumber, number)
}

// InstanceByReference implements [store.InstanceReader].
func (r *reader) InstanceByReference(sender rest.SystemID, reference string) (*rest.Instance, error) {
	if reference == "" {
		return nil, store.ErrNotFound
	}
	return r.instance(selectInstanceByReference, reference, int32(sender))
}

// InstanceByArchive implements [store.InstanceReader].
func (r *reader) InstanceByArchive(archiveReference string) (*rest.Instance, error) {
	n, ok := archiveNumber(archiveReference)
	if !ok {
		return nil, store.ErrNotFound
	}
	return r.instance(selectInstanceByArchive, n)
}

// instanceNumber is the number of an instance. ErrNotFound when there is none.
func (t *tx) instanceNumber(id uuid.UUID) (n int32, err error) {
	if t.made.number != 0 && t.made.id == id {
		return t.made.number, nil
	}
	err = t.one(selectInstanceNumber, func(row *row) error { n = row.int32(); return nil }, id)
	return n, err
}

func packLabels(labels []string) (any, error) {
	if len(labels) == 0 {
		return nil, nil
	}
	b, err := json.Marshal(labels)
	return string(b), err
}

// CreateInstance implements [store.InstanceWriter].
func (t *tx) CreateInstance(i *rest.Instance) error {
	app, err := t.appNumber(i.App)
	if err != nil {
		return err
	}
	labels, err := packLabels(i.Labels)
	if err != nil {
		return err
	}
	before := t.n
	number, err := take(&t.n.instance, 1)
	if err != nil {
		return err
	}
	var archive any
	if !i.Archived.IsZero() {
		archive = number
	}
	err = t.exec(insertInstance, number, i.ID, app, int32(i.Owner), int32(i.Sender), null(i.Reference), i.Receipt,
		micros(i.Created), i.CreatedBy, micros(i.Changed), i.ChangedBy, i.Version, i.Step, i.StepAt, i.Archived, archive,
		i.SoftDeleted, i.HardDeleted, i.Confirmed, i.Due, i.Visible, labels, i.Presentation, packSignatures(i.Signatures), bitsOf(i.Presentation))
	if err != nil {
		t.n = before
		return err
	}
	i.Number, i.ArchiveReference = number, ""
	if archive != nil {
		i.ArchiveReference = archiveReference(number)
	}
	if labels != nil {
		if err := t.exec(insertLabels, number); err != nil {
			return t.spoil(err)
		}
	}
	if i.Presentation != "" {
		if err := t.exec(insertGrams, i.Presentation, number, bitsOf(i.Presentation)); err != nil {
			return t.spoil(err)
		}
	}
	t.made = made{number: number, id: i.ID, reference: i.Reference}
	if !i.Keys.Empty() {
		if err := t.exec(insertKeys, number, packEncrypted(i.Keys)); err != nil {
			return t.spoil(err)
		}
	}
	for e := range i.Elements {
		if err := t.insertElement(number, &i.Elements[e]); err != nil {
			return t.spoil(err)
		}
	}
	return nil
}

// UpdateInstance implements [store.InstanceWriter].
func (t *tx) UpdateInstance(i *rest.Instance) error {
	labels, err := packLabels(i.Labels)
	if err != nil {
		return err
	}
	err = t.returning(updateInstance, func(row *row) error {
		number := row.int32()
		if archive := row.int32(); archive != 0 {
			i.ArchiveReference = archiveReference(number)
		}
		return nil
	}, i.Receipt, micros(i.Changed), i.ChangedBy, i.Version, i.Step, i.StepAt, i.Archived, i.SoftDeleted, i.HardDeleted,
		i.Confirmed, i.Due, i.Visible, labels, i.Presentation, packSignatures(i.Signatures), bitsOf(i.Presentation), i.ID, i.Version-1)
	return err
}

// returning runs a write that must hit one row and reads what it returns.
func (t *tx) returning(st *statement, each func(*row) error, args ...any) error {
	found := false
	err := t.c.query(st, func(r *row) error { found = true; return each(r) }, args...)
	if err != nil {
		return t.spoil(err)
	}
	if !found {
		return store.ErrNotFound
	}
	t.c.writes++
	return nil
}

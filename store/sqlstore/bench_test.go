package sqlstore_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	mathrand "math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
	"overgang/store/sqlstore"
)

// benchCallers is how many submissions are under way at once, as in W1.
const benchCallers = 32

// benchParties is how many parties submissions are spread over.
const benchParties = 1000

func benchStore(b *testing.B) *sqlstore.Store {
	s := open(b, sqlstore.Options{})
	err := s.Update(context.Background(), func(tx store.Tx) error {
		for n := range benchParties {
			p := rest.Party{ID: rest.PartyID(50001 + n), Kind: rest.OrganisationParty, OrgNumber: strconv.Itoa(310_000_000 + n), Name: "Bygg AS"}
			if err := tx.PutParty(&p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// submission stores what the core stores for one accepted submission of one
// 10 KB form: instance, element, visits, events, receipt with a sub-receipt.
func submission(s store.Store, n int, content *rest.Content) (receipt rest.Receipt, err error) {
	now := time.Now()
	party := rest.PartyID(50001 + n%benchParties)
	official := strconv.Itoa(310_000_000 + n%benchParties)
	reference := fmt.Sprintf("shipment-%08d", n)
	template := rest.Instance{
		ID: uuid.Must(uuid.NewV7()), App: rest.AppID{Org: "ttd", App: "melding"}, Owner: party,
		Created: now, CreatedBy: "system:1023", Changed: now, ChangedBy: "system:1023", Version: 1,
		Sender: 1023, Reference: reference, Step: rest.Archived, StepAt: now, Archived: now,
	}
	form := rest.Element{
		ID: uuid.Must(uuid.NewV7()), Type: "default", Form: true, SenderReference: "form-" + reference, ContentType: "application/xml",
		Content: *content, Created: now, CreatedBy: "system:1023", Changed: now, ChangedBy: "system:1023", Version: 1,
	}
	err = s.Update(context.Background(), func(tx store.Tx) error {
		in := template
		in.Elements = []rest.Element{form}
		if err := tx.CreateInstance(&in); err != nil {
			return err
		}
		for _, step := range []string{"FormFilling", "Submit", rest.Archived} {
			if err := tx.Enter(in.ID, rest.Visit{Step: step, Entered: now, By: in.CreatedBy}); err != nil {
				return err
			}
		}
		for _, kind := range []rest.EventType{rest.EventCreated, rest.EventArchived} {
			e := rest.Event{At: now, Type: kind, App: in.App, Owner: party, Instance: in.ID, Step: in.Step, By: in.CreatedBy}
			if err := tx.AddEvent(&e); err != nil {
				return err
			}
		}
		receipt = rest.Receipt{
			Kind: rest.ReceiptFormTask, Status: rest.StatusOK, Text: "FormTaskShipment Data is sent to FormTask for Instantiating",
			Changed: now, Sender: 1023, Party: party, Instance: in.Number,
			References: []rest.Reference{
				{Type: rest.RefShipment, Value: reference},
				{Type: rest.RefOwnerParty, Value: official},
				{Type: rest.RefParty, Value: official},
				{Type: rest.RefWorkflow, Value: strconv.Itoa(int(in.Number))},
				{Type: rest.RefArchive, Value: in.ArchiveReference},
			},
			Sub: []rest.Receipt{{
				Kind: rest.ReceiptFormTask, Status: rest.StatusOK, Text: "Form is received", Changed: now, Sender: 1023, Party: party,
				References: []rest.Reference{{Type: rest.RefSender, Value: form.SenderReference}},
			}},
		}
		return tx.CreateReceipt(&receipt)
	})
	return receipt, err
}

// benchContent is a form of 10 KB: the same elements over and over, around values that differ.
func benchContent() *rest.Content {
	names := []string{"Kari Nordmann", "Ola Hansen", "Bygg og Anlegg AS", "Fjord Regnskap", "Solveig Berg"}
	var form bytes.Buffer
	for n := 0; form.Len() < 10<<10; n++ {
		fmt.Fprintf(&form, "<post><nummer>%d</nummer><navn>%s</navn><beloep valuta=\"NOK\">%d.00</beloep></post>\n", n, names[mathrand.IntN(len(names))], mathrand.IntN(1_000_000))
	}
	inline := form.Bytes()[:10<<10]
	return &rest.Content{Size: int64(len(inline)), SHA256: sha256.Sum256(inline), Inline: inline}
}

// BenchmarkSubmission is W1's part of the store: 32 callers, every submission durable.
func BenchmarkSubmission(b *testing.B) {
	s, content := benchStore(b), benchContent()
	b.ReportAllocs()
	b.ResetTimer()
	var next atomic.Int64
	var mu sync.Mutex
	var took []time.Duration
	var wg sync.WaitGroup
	for range benchCallers {
		wg.Go(func() {
			var mine []time.Duration
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				began := time.Now()
				if _, err := submission(s, int(n), content); err != nil {
					b.Error(err)
					return
				}
				mine = append(mine, time.Since(began))
			}
			mu.Lock()
			took = append(took, mine...)
			mu.Unlock()
		})
	}
	wg.Wait()
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "submissions/s")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

// BenchmarkReceipt reads receipts by id, as W2 does.
func BenchmarkReceipt(b *testing.B) {
	s, content := benchStore(b), benchContent()
	var ids []int32
	for n := range 500 {
		r, err := submission(s, n, content)
		if err != nil {
			b.Fatal(err)
		}
		ids = append(ids, r.ID)
	}
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for n := 0; pb.Next(); n++ {
			err := s.View(context.Background(), func(r store.Reader) error {
				_, err := r.Receipt(ids[n%len(ids)])
				return err
			})
			if err != nil {
				b.Error(err)
				return
			}
		}
	})
}

// BenchmarkOneTable is the yardstick beside BenchmarkSubmission: the same
// content into one bare table, sixteen rows a transaction, as durable.
func BenchmarkOneTable(b *testing.B) {
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(b.TempDir(), "one.db")+"?_journal_mode=WAL&_synchronous=FULL&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TABLE content (id INTEGER PRIMARY KEY, bytes BLOB)"); err != nil {
		b.Fatal(err)
	}
	content := benchContent()
	b.ResetTimer()
	for n := 0; n < b.N; n += 16 {
		tx, err := db.Begin()
		if err != nil {
			b.Fatal(err)
		}
		for range min(16, b.N-n) {
			if _, err := tx.Exec("INSERT INTO content (bytes) VALUES (?)", content.Inline); err != nil {
				b.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

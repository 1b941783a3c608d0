package sqlstore_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"overgang/rest"
	"overgang/store"
	"overgang/store/sqlstore"
)

// crashPath tells the child which file to write to until it is killed.
const crashPath = "SQLSTORE_TEST_CRASH"

// TestMain turns the test binary into the child that is killed.
func TestMain(m *testing.M) {
	if path := os.Getenv(crashPath); path != "" {
		writeUntilKilled(path)
	}
	os.Exit(m.Run())
}

// writeUntilKilled stores submissions from several callers and prints the
// receipt and the reference of each after it is acknowledged.
func writeUntilKilled(path string) {
	s, err := sqlstore.Open(noContext, sqlstore.Options{Path: path, LogLimit: 1 << 20})
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
	content := benchContent()
	var out sync.Mutex
	var wg sync.WaitGroup
	for c := range 8 {
		wg.Go(func() {
			for n := 0; ; n++ {
				reference := os.Getpid()*1_000_000 + c*100_000 + n
				r, err := submission(s, reference, content)
				out.Lock()
				if err != nil {
					fmt.Println("error:", err)
				} else {
					fmt.Println(r.ID, reference)
				}
				out.Unlock()
			}
		})
	}
	wg.Wait()
}

// TestKill kills a writing process again and again, a while after it has
// acknowledged some submissions: everything it acknowledged is there, whole, and
// no number is given twice.
func TestKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "overgang.db")
	acknowledged := map[int32]int{} // receipt → reference
	for round := range 5 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), crashPath+"="+path)
		pipe, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(pipe)
		before := len(acknowledged)
		for lines.Scan() {
			if len(acknowledged) == before+10 {
				time.AfterFunc(time.Duration(20+70*round)*time.Millisecond, func() { cmd.Process.Kill() })
			}
			id, reference, ok := strings.Cut(lines.Text(), " ")
			receipt, err1 := strconv.Atoi(id)
			number, err2 := strconv.Atoi(reference)
			if !ok || err1 != nil || err2 != nil {
				if strings.HasPrefix(lines.Text(), "error") {
					t.Fatalf("child: %s", lines.Text())
				}
				continue // the line that the kill cut short
			}
			if _, twice := acknowledged[int32(receipt)]; twice {
				t.Errorf("receipt %d was given twice", receipt)
			}
			acknowledged[int32(receipt)] = number
		}
		cmd.Wait()
		t.Logf("round %d: %d acknowledged", round, len(acknowledged)-before)
	}
	if len(acknowledged) < 50 {
		t.Fatalf("only %d submissions were acknowledged: nothing is proven", len(acknowledged))
	}
	s := open(t, sqlstore.Options{Path: path})
	err := s.View(t.Context(), func(r store.Reader) error {
		for id, reference := range acknowledged {
			receipt, err := r.Receipt(id)
			if err != nil {
				return fmt.Errorf("receipt %d: %w", id, err)
			}
			i, err := r.InstanceByReference(1023, fmt.Sprintf("shipment-%08d", reference))
			if err != nil {
				return fmt.Errorf("instance of receipt %d: %w", id, err)
			}
			if i.Number != receipt.Instance || i.Receipt != id || len(i.Elements) != 1 {
				return fmt.Errorf("receipt %d and instance %d do not belong together", id, i.Number)
			}
			c, err := r.ElementContent(i.Elements[0].ID)
			if err != nil || int64(len(c.Inline)) != c.Size {
				return fmt.Errorf("content of receipt %d: %d of %d bytes, %w", id, len(c.Inline), c.Size, err)
			}
			events, err := r.InstanceEvents(i.ID, rest.EventQuery{Limit: 100})
			if err != nil || len(events) != 2 {
				return fmt.Errorf("%d events of receipt %d, %w", len(events), id, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	fresh := rest.Receipt{Changed: time.Now()}
	if err := s.Update(t.Context(), func(tx store.Tx) error { return tx.CreateReceipt(&fresh) }); err != nil {
		t.Fatal(err)
	}
	if _, twice := acknowledged[fresh.ID]; twice {
		t.Errorf("receipt number %d was given again", fresh.ID)
	}
}

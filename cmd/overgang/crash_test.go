package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"overgang/cmd/overgang/config"
	"overgang/cmd/overgang/demo"
	"overgang/cmd/overgang/gateway"
	"overgang/rest"
	"overgang/store"
	"overgang/store/blobfs"
)

// crashes is how often TestCrash kills the gateway; make crash sets more.
func crashes(t *testing.T) int {
	n, err := strconv.Atoi(os.Getenv("OVERGANG_CRASHES"))
	if os.Getenv("OVERGANG_CRASHES") == "" {
		return 5
	}
	if err != nil || n < 1 {
		t.Fatalf("OVERGANG_CRASHES: %v", err)
	}
	return n
}

// victim is a gateway in a process of its own, on a data directory that
// outlives it.
type victim struct {
	data string
	cmd  *exec.Cmd
	env  *demo.Environment
	log  output
	more []string // environment variables
}

// rise starts the gateway and waits until it is ready.
func (v *victim) rise(t *testing.T) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var out output
	v.cmd = &exec.Cmd{ // TestMain makes this test binary the command when it is called so
		Path: self, Args: []string{"overgang", "--data", v.data, "serve", "--demo",
			"--listen", "127.0.0.1:0", "--listen-tls", "off", "--listen-admin", "127.0.0.1:0"},
		Env: append([]string{"PATH=" + os.Getenv("PATH"), "OVERGANG_LOG_REQUESTS=false"}, v.more...), Stdout: &out, Stderr: &v.log,
	}
	if err := v.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for begun := time.Now(); !strings.Contains(out.String(), "ready\n"); time.Sleep(time.Millisecond) {
		if time.Since(begun) > patience {
			t.Fatalf("not ready after a crash:\n%s%s", out.String(), v.log.String())
		}
	}
	if v.env, err = demo.ReadEnvironment(demo.EnvironmentFile(v.data)); err != nil {
		t.Fatal(err)
	}
}

// die is kill -9.
func (v *victim) die() {
	v.cmd.Process.Kill()
	v.cmd.Wait()
}

const shipmentNS = "http://www.altinn.no/services/Intermediary/Shipment/IntermediaryInbound/2009/10"

// submit sends a form, and the attachment where there is one, under the
// reference, and returns the receipt's id.
func (v *victim) submit(client *http.Client, reference, form string, attachment []byte) (id string, err error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><SubmitFormTaskBasic xmlns="%s">`+
		`<systemUserName>%s</systemUserName><systemPassword>%s</systemPassword>`+
		`<formTaskShipment><Reportee>%s</Reportee><ExternalShipmentReference>%s</ExternalShipmentReference>`+
		`<FormTasks><ServiceCode>%s</ServiceCode><ServiceEdition>%s</ServiceEdition><Forms><Form><Completed>true</Completed>`+
		`<DataFormatId>%s</DataFormatId><DataFormatVersion>%s</DataFormatVersion><EndUserSystemReference>f</EndUserSystemReference>`+
		`<ParentReference>0</ParentReference><FormData>%s</FormData></Form></Forms></FormTasks>`,
		shipmentNS, v.env.Get("SYSTEM_USER"), v.env.Get("SYSTEM_PASSWORD"), v.env.Get("ORG"), reference,
		v.env.Get("SERVICE_CODE"), v.env.Get("SERVICE_EDITION"), v.env.Get("DATA_FORMAT_ID"), v.env.Get("DATA_FORMAT_VERSION"), form)
	if attachment != nil {
		fmt.Fprintf(&b, `<Attachments><Attachment><Name>v</Name><EndUserSystemReference>a</EndUserSystemReference><FileName>v.bin</FileName>`+
			`<Encrypted>false</Encrypted><AttachementData>%s</AttachementData></Attachment></Attachments>`, base64.StdEncoding.EncodeToString(attachment))
	}
	b.WriteString(`</formTaskShipment></SubmitFormTaskBasic></s:Body></s:Envelope>`)
	return v.call(client, "/IntermediaryExternal/IntermediaryInboundBasic.svc", shipmentNS+"/IIntermediaryInboundExternalBasic/SubmitFormTaskBasic", &b)
}

// receipt asks for a receipt by id and returns the id that it says.
func (v *victim) receipt(client *http.Client, id string) (string, error) {
	const ns = "http://www.altinn.no/services/Intermediary/Receipt/2009/10"
	body := fmt.Sprintf(`<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><GetReceiptBasicV2 xmlns="%s">`+
		`<systemUserName>%s</systemUserName><systemPassword>%s</systemPassword>`+
		`<receipt xmlns:a="http://schemas.altinn.no/services/Intermediary/Receipt/2015/06"><a:ReceiptId>%s</a:ReceiptId></receipt>`+
		`</GetReceiptBasicV2></s:Body></s:Envelope>`, ns, v.env.Get("SYSTEM_USER"), v.env.Get("SYSTEM_PASSWORD"), id)
	return v.call(client, "/IntermediaryExternal/ReceiptExternalBasic.svc", ns+"/IReceiptExternalBasic/GetReceiptBasicV2", strings.NewReader(body))
}

var receiptID = regexp.MustCompile(`<(?:\w+:)?ReceiptId>(\d+)<`)

func (v *victim) call(client *http.Client, path, action string, body io.Reader) (id string, err error) {
	req, err := http.NewRequest(http.MethodPost, v.env.Get("OVERGANG_URL")+path, body)
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "text/xml; charset=utf-8")
	req.Header.Set("SOAPAction", `"`+action+`"`)
	res, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return "", err
	}
	m := receiptID.FindSubmatch(text)
	if res.StatusCode != http.StatusOK || m == nil {
		return "", fmt.Errorf("%s: %.200s", res.Status, text)
	}
	return string(m[1]), nil
}

// sent is one submission that was tried.
type sent struct {
	id         string // of its receipt; "" = never acknowledged
	attachment []byte // nil = none
}

// TestCrash kills the gateway under load, again and again. What it
// acknowledged is there afterwards, whole, and nothing is there twice.
func TestCrash(t *testing.T) {
	v := &victim{data: t.TempDir()}
	v.rise(t)
	defer func() { v.die() }()
	form, err := os.ReadFile(v.env.Get("DEMO_FORM"))
	if err != nil {
		t.Fatal(err)
	}
	var escaped bytes.Buffer
	if err := xml.EscapeText(&escaped, form); err != nil {
		t.Fatal(err)
	}
	all := map[string]sent{}
	for round := range crashes(t) {
		tried := v.load(round, escaped.String())
		v.rise(t)
		v.check(t, tried, escaped.String())
		maps.Copy(all, tried)
		if t.Failed() {
			break
		}
	}
	v.die()
	v.checkStored(t, all, form)
	t.Logf("%d submissions over %d crashes", len(all), crashes(t))
}

// load sends from eight clients until the gateway is killed, a while after the
// first receipt.
func (v *victim) load(round int, form string) map[string]sent {
	var mu sync.Mutex
	tried := map[string]sent{}
	first := make(chan struct{})
	var once sync.Once
	var clients sync.WaitGroup
	for c := range 8 {
		clients.Go(func() {
			client := &http.Client{Transport: &http.Transport{}, Timeout: patience}
			defer client.CloseIdleConnections()
			for n := 0; ; n++ {
				reference := fmt.Sprintf("crash-%d-%d-%d", round, c, n)
				var s sent
				if n%10 == 3 { // beyond what lives in the database
					s.attachment = bytes.Repeat([]byte(reference), 10_000)
				}
				id, err := v.submit(client, reference, form, s.attachment)
				s.id = id
				mu.Lock()
				tried[reference] = s
				mu.Unlock()
				if err != nil {
					return
				}
				once.Do(func() { close(first) })
			}
		})
	}
	select {
	case <-first:
	case <-time.After(patience): // the check will tell
	}
	time.Sleep(time.Duration(rand.Int64N(int64(300 * time.Millisecond))))
	v.die()
	clients.Wait()
	return tried
}

// check asks the risen gateway for every acknowledged receipt, and sends again
// what was not acknowledged.
func (v *victim) check(t *testing.T, tried map[string]sent, form string) {
	client := &http.Client{Timeout: patience}
	acknowledged := 0
	for reference, s := range tried {
		if s.id != "" {
			acknowledged++
			if id, err := v.receipt(client, s.id); err != nil || id != s.id {
				t.Errorf("%s: acknowledged receipt %s is lost: got %q, %v", reference, s.id, id, err)
			}
			continue
		}
		id, err := v.submit(client, reference, form, s.attachment)
		if err != nil {
			t.Errorf("%s: sent again after the crash: %v", reference, err)
		}
		s.id = id
		tried[reference] = s
	}
	if acknowledged == 0 {
		t.Error("nothing was acknowledged: the round proves nothing")
	}
}

// checkStored reads the data directory itself: every submission is there once,
// with the bytes that were sent.
func (v *victim) checkStored(t *testing.T, all map[string]sent, form []byte) {
	conf := config.Default()
	conf.Data = v.data
	storage, err := gateway.OpenStorage(t.Context(), conf, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer storage.Close()
	blobs, err := blobfs.Open(filepath.Join(v.data, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	system, err := strconv.ParseInt(v.env.Get("SYSTEM_USER"), 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int32]string{}
	err = storage.Store.View(t.Context(), func(r store.Reader) error {
		for reference, s := range all {
			i, err := r.InstanceByReference(rest.SystemID(system), reference)
			if err != nil {
				t.Errorf("%s: %v", reference, err)
				continue
			}
			if id := strconv.Itoa(int(i.Receipt)); id != s.id {
				t.Errorf("%s: instance has receipt %s, acknowledged was %s", reference, id, s.id)
			}
			if other, twice := seen[i.Number]; twice {
				t.Errorf("%s and %s are one instance", reference, other)
			}
			seen[i.Number] = reference
			for _, e := range i.Elements {
				want := form
				if !e.Form {
					want = s.attachment
				}
				if err := sameContent(t, r, blobs, e, want); err != nil {
					t.Errorf("%s: element %s: %v", reference, e.Type, err)
				}
			}
		}
		count, q := 0, rest.Query{Limit: 1000}
		for more := true; more; {
			page, err := r.Instances(q, nil)
			if err != nil {
				return err
			}
			for _, i := range page.Instances {
				if strings.HasPrefix(i.Reference, "crash-") {
					count++
				}
			}
			q.After, more = page.Next, page.Next != nil
		}
		if count != len(all) {
			t.Errorf("%d instances are stored, %d were sent", count, len(all))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func sameContent(t *testing.T, r store.Reader, blobs store.Blobs, e rest.Element, want []byte) error {
	c, err := r.ElementContent(e.ID)
	if err != nil {
		return err
	}
	got := c.Inline
	if c.Blob != "" {
		f, err := blobs.Open(t.Context(), c.Blob)
		if err != nil {
			return err
		}
		defer f.Close()
		if got, err = io.ReadAll(f); err != nil {
			return err
		}
	}
	if !bytes.Equal(got, want) || c.SHA256 != sha256.Sum256(want) {
		return fmt.Errorf("%d bytes stored are not the %d bytes sent", len(got), len(want))
	}
	return nil
}

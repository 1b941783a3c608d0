package adapter_test

import (
	"bytes"
	"encoding/base64"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"overgang/rest"
	"overgang/soap"
)

const (
	inbound    = "/IntermediaryExternal/IntermediaryInboundBasic.svc"
	inboundNS  = "http://www.altinn.no/services/Intermediary/Shipment/IntermediaryInbound/2009/10"
	submitHead = `<s:Envelope xmlns:s="` + soap.NS11 + `"><s:Body><SubmitFormTaskBasic xmlns="` + inboundNS + `">` +
		`<systemUserName>1001</systemUserName><systemPassword>golden-system-1</systemPassword>` +
		`<formTaskShipment><Reportee>310010014</Reportee><ExternalShipmentReference>stor-1</ExternalShipmentReference>` +
		`<FormTasks><ServiceCode>4501</ServiceCode><ServiceEdition>1</ServiceEdition><Forms><Form><Completed>true</Completed>` +
		`<DataFormatId>1234</DataFormatId><DataFormatVersion>5</DataFormatVersion><FormData>`
	submitMiddle = `</FormData></Form></Forms></FormTasks>`
	submitTail   = `</formTaskShipment></SubmitFormTaskBasic></s:Body></s:Envelope>`
	goldenForm   = `<melding xmlns="urn:overgang:golden:melding" skjemanummer="1234"><avsender>A</avsender><belop>1.00</belop></melding>`
)

// submit sends a submission with the parts between the form and the tail.
func (s *stack) submit(form string, rest ...io.Reader) *httptest.ResponseRecorder {
	parts := append([]io.Reader{strings.NewReader(submitHead + form + submitMiddle)}, rest...)
	req := httptest.NewRequest(http.MethodPost, inbound, io.MultiReader(append(parts, strings.NewReader(submitTail))...))
	req.ContentLength = -1
	req.Header.Set("Content-Type", "text/xml; charset=utf-8")
	rec := httptest.NewRecorder()
	s.server.ServeHTTP(rec, req)
	return rec
}

// attachment streams an attachment of n bytes.
func attachment(n int64) io.Reader {
	r, w := io.Pipe()
	go func() {
		b64 := base64.NewEncoder(base64.StdEncoding, w)
		_, err := io.Copy(b64, io.LimitReader(letters{}, n))
		b64.Close()
		w.CloseWithError(err)
	}()
	return io.MultiReader(strings.NewReader(`<Attachment><FileName>stor.pdf</FileName><AttachementData>`), r,
		strings.NewReader(`</AttachementData></Attachment>`))
}

// letters is an endless text.
type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

// TestThirtyMegabytes: 30 MB of attachments together are taken in, one byte
// more is a fault that leaves nothing behind.
func TestThirtyMegabytes(t *testing.T) {
	const limit = 30 << 20
	for name, c := range map[string]struct {
		sizes  []int64
		status int
	}{
		"at the limit":     {[]int64{limit - 1000, 1000}, 200},
		"one byte more":    {[]int64{limit - 1000, 1001}, 500},
		"one, a byte more": {[]int64{limit + 1}, 500},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStack(t, nil, soap.Limits{})
			parts := []io.Reader{strings.NewReader(`<Attachments>`)}
			for _, n := range c.sizes {
				parts = append(parts, attachment(n))
			}
			rec := s.submit(goldenForm, append(parts, strings.NewReader(`</Attachments>`))...)
			if rec.Code != c.status {
				t.Fatalf("status %d: %.600s", rec.Code, rec.Body)
			}
			if c.status == 200 {
				return
			}
			if want := "The attachments of one submission may hold 31457280 bytes together"; !strings.Contains(rec.Body.String(), want) {
				t.Errorf("fault does not say %q: %s", want, rec.Body)
			}
			if n := s.files(t); n != 0 {
				t.Errorf("%d files were left behind", n)
			}
			if _, err := s.core.InstanceByNumber(t.Context(), rest.Caller{System: 1001}, 1000001); rest.KindOf(err) != rest.NotFound {
				t.Errorf("an instance was stored: %v", err)
			}
		})
	}
}

// files counts what lies in the blob store.
func (s *stack) files(t *testing.T) (n int) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(s.dir, "blobs"), func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if info, err := d.Info(); err == nil && info.Size() > 0 {
				n++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestStoredBytes: FormData as CDATA and as escaped text is stored byte for
// byte as the client meant it, raw markup as it stands.
func TestStoredBytes(t *testing.T) {
	const form = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + goldenForm
	for name, c := range map[string]struct{ sent, want string }{
		"CDATA":    {"<![CDATA[" + form + "]]>", form},
		"escaped":  {esc(form), form},
		"markup":   {goldenForm, goldenForm},
		"indented": {"\n      " + goldenForm + "\n   ", goldenForm + "\n   "},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStack(t, nil, soap.Limits{})
			if rec := s.submit(c.sent); rec.Code != 200 {
				t.Fatalf("%d %s", rec.Code, rec.Body)
			}
			caller := rest.Caller{System: 1001}
			in, err := s.core.InstanceByNumber(t.Context(), caller, 1000001)
			if err != nil {
				t.Fatal(err)
			}
			_, content, err := s.core.Content(t.Context(), caller, in.ID, in.Elements[0].ID)
			if err != nil {
				t.Fatal(err)
			}
			defer content.Close()
			got, err := io.ReadAll(content)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, []byte(c.want)) {
				t.Errorf("stored %q, want %q", got, c.want)
			}
		})
	}
}

var receiptID = regexp.MustCompile(`<ReceiptId>(\d+)</ReceiptId>`)

// TestTwinsAtOnce: the same ExternalShipmentReference from the same system at
// the same time is one submission, and all get its receipt.
func TestTwinsAtOnce(t *testing.T) {
	s := newStack(t, nil, soap.Limits{})
	answers := make([]string, 8)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() {
			rec := s.submit(goldenForm)
			if m := receiptID.FindStringSubmatch(rec.Body.String()); rec.Code == 200 && m != nil {
				answers[i] = m[1]
			}
		})
	}
	wg.Wait()
	for i, a := range answers {
		if a == "" || a != answers[0] {
			t.Errorf("answer %d is receipt %q, not %q", i, a, answers[0])
		}
	}
	page, err := s.core.Query(t.Context(), rest.Caller{System: 1001}, rest.Query{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Instances) != 1 {
		t.Errorf("%d instances", len(page.Instances))
	}
}

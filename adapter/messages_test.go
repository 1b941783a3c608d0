package adapter_test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api"
	"overgang/rest/api/correspondence"
	"overgang/soap"
)

// post is the API of messages beside CorrespondenceExternalBasic, over one core.
type post struct{ *crossing }

func newPost(t *testing.T) *post {
	t.Helper()
	s := newStack(t, nil, soap.Limits{})
	kari, err := s.core.Party(t.Context(), rest.PartyRef{SSN: "01817010055"})
	if err != nil {
		t.Fatal(err)
	}
	scopes := []string{rest.ScopeRead, rest.ScopeWrite}
	h, err := correspondence.New(correspondence.Config{Core: s.core, URL: "https://platform.example.org", API: api.Config{
		Core: s.core, Tokens: everybody{
			"kari": {Person: kari.ID, Scopes: scopes},
			"gld":  {Owner: "gld", Scopes: append(scopes, rest.ScopeOwner)},
		},
		AppsURL: "https://apps.example.org", PlatformURL: "https://platform.example.org", Secret: bytes.Repeat([]byte{1}, 32),
		Rand: rand.Reader, Now: s.clock.now, NewID: uuid.NewString, Logger: slog.New(slog.DiscardHandler),
	}})
	if err != nil {
		t.Fatal(err)
	}
	return &post{&crossing{stack: s, t: t, api: h}}
}

// at is an address of the API.
func at(id uuid.UUID, more string) string {
	return correspondence.Base + "/correspondence/" + id.String() + more
}

// send sends a message to the party.
func (p *post) send(more string, attachments ...string) correspondence.Correspondence {
	p.t.Helper()
	existing := ""
	for i, content := range attachments {
		var a correspondence.Attachment
		p.rest("gld", http.MethodPost, correspondence.Base+"/attachment", fmt.Sprintf(`{"resourceId":"gld/melding","fileName":"fil-%d.pdf"}`, i), http.StatusOK, &a)
		r := httptest.NewRequest(http.MethodPost, correspondence.Base+"/attachment/"+a.AttachmentId.String()+"/upload", strings.NewReader(content))
		r.Header.Set("Authorization", "Bearer gld")
		r.Header.Set("Content-Type", "application/octet-stream")
		w := httptest.NewRecorder()
		p.api.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			p.t.Fatalf("upload: %d %s", w.Code, w.Body)
		}
		existing += `,"` + a.AttachmentId.String() + `"`
	}
	var out correspondence.InitializedCorrespondences
	p.rest("gld", http.MethodPost, correspondence.Base+"/correspondence", `{"recipients":["urn:altinn:organization:identifier-no:`+party+`"],"existingAttachments":[`+
		strings.TrimPrefix(existing, ",")+`],"correspondence":{"resourceId":"gld/melding","sendersReference":"SAK-9",`+more+
		`"content":{"language":"nb","messageTitle":"Vedtak","messageSummary":"Kort","messageBody":"Langt"}}}`, http.StatusOK, &out)
	return p.seen("gld", out.Correspondences[0].CorrespondenceId)
}

// seen is a message as the HTTP API shows it.
func (p *post) seen(who string, id uuid.UUID) (m correspondence.Correspondence) {
	p.t.Helper()
	p.rest(who, http.MethodGet, at(id, ""), "", http.StatusOK, &m)
	return m
}

// request is a call of an operation of CorrespondenceExternalBasic.
func (p *post) request(operation, parameters string) *http.Request {
	const ns = "http://www.altinn.no/services/ServiceEngine/Correspondence/2009/10"
	envelope := fmt.Sprintf(`<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><%[1]s xmlns="%[2]s">`+
		`<systemUserName>1001</systemUserName><systemPassword>golden-system-1</systemPassword>%[3]s</%[1]s></s:Body></s:Envelope>`, operation, ns, parameters)
	r := httptest.NewRequest(http.MethodPost, "/ServiceEngineExternal/CorrespondenceExternalBasic.svc", strings.NewReader(envelope))
	r.Header.Set("Content-Type", "text/xml; charset=utf-8")
	r.Header.Set("SOAPAction", `"`+ns+`/ICorrespondenceExternalBasic/`+operation+`"`)
	return r
}

// legacy calls an operation of CorrespondenceExternalBasic.
func (p *post) legacy(operation, parameters string, want int) string {
	p.t.Helper()
	w := httptest.NewRecorder()
	p.server.ServeHTTP(w, p.request(operation, parameters))
	if w.Code != want {
		p.t.Fatalf("%s: %d %s", operation, w.Code, w.Body)
	}
	return w.Body.String()
}

func (p *post) get(number int32) string {
	p.t.Helper()
	return p.legacy("GetCorrespondenceForEndUserSystemsBasicV2", fmt.Sprintf("<correspondenceID>%d</correspondenceID><languageID>1044</languageID>", number), http.StatusOK)
}

// value is the text of the first element of a local name.
func value(answer, name string) string {
	m := regexp.MustCompile(`<(?:\w+:)?` + name + `>([^<]*)<`).FindStringSubmatch(answer)
	if m == nil {
		return ""
	}
	return m[1]
}

// TestMessagesAcrossFaces: what REST sends, SOAP reads, byte for byte; what
// either does to a message, the other sees.
func TestMessagesAcrossFaces(t *testing.T) {
	p := newPost(t)
	small, large := "liten", strings.Repeat("stor\x00\xff", rest.InlineLimit/2)
	file, _, err := p.core.StartCase(t.Context(), rest.Caller{Owner: "gld", Scopes: []string{rest.ScopeWrite, rest.ScopeOwner}}, rest.NewCase{App: rest.AppID{Org: "gld", App: "melding"}, Party: rest.PartyRef{OrgNumber: party}})
	if err != nil {
		t.Fatal(err)
	}
	number := strconv.Itoa(int(file.Number))
	m := p.send(`"isConfirmationNeeded":true,"dueDateTime":"2026-12-24T12:00:00Z","answersTo":"AR12","caseNumber":`+number+`,`, small, large)
	answer := p.get(m.Number)
	for name, want := range map[string]string{
		"CorrespondenceStatus": "Read", "CorrespondenceTitle": "Vedtak", "CorrespondenceSummary": "Kort", "CorrespondenceTxt": "Langt", "DueDate": "2026-12-24T12:00:00Z",
		"ExternalSystemReference": "SAK-9", "IsConfirmationNeeded": "true", "CaseID": number, "DateSent": m.Published.Format(time.RFC3339), "LanguageID": "NorwegianNO",
		"AttachmentID": strconv.Itoa(int(m.Content.Attachments[0].Number)),
	} {
		if got := value(answer, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	data := regexp.MustCompile(`<b:AttachmentData>([^<]*)<`).FindAllStringSubmatch(answer, -1)
	for i, want := range []string{small, large} {
		if got, err := base64.StdEncoding.DecodeString(data[i][1]); err != nil || string(got) != want {
			t.Errorf("attachment %d over SOAP: %d bytes, %v", i, len(got), err)
		}
		r := httptest.NewRequest(http.MethodGet, at(m.CorrespondenceId, "/attachment/"+m.Content.Attachments[i].AttachmentId.String()+"/download"), nil)
		r.Header.Set("Authorization", "Bearer kari")
		w := httptest.NewRecorder()
		p.api.ServeHTTP(w, r)
		if w.Code != http.StatusOK || w.Body.String() != want {
			t.Errorf("attachment %d over REST: %d, %d bytes", i, w.Code, w.Body.Len())
		}
	}
	if got := p.seen("gld", m.CorrespondenceId); got.Status != "Read" || got.Marks.Read.By != "system:1001" {
		t.Errorf("read over SOAP, REST has %+v", got)
	}

	p.rest("kari", http.MethodPost, at(m.CorrespondenceId, "/confirm"), "", http.StatusOK, nil)
	answer = p.get(m.Number)
	if value(answer, "CorrespondenceStatus") != "Confirmed" || value(answer, "ConfirmationDate") == "" || value(answer, "UserID") == "" {
		t.Errorf("confirmed over REST, SOAP has %s", answer)
	}
	answer = p.legacy("ArchiveCorrespondenceForEndUserSystemBasic", fmt.Sprintf("<CorrespondenceID>%d</CorrespondenceID>", m.Number), http.StatusOK)
	archived := p.seen("kari", m.CorrespondenceId)
	if archived.Status != "Archived" || !strings.Contains(answer, ">"+archived.ArchiveReference+"<") || value(answer, "ReceiptId") != strconv.Itoa(int(archived.ReceiptId)) {
		t.Errorf("archived over SOAP: %+v, %s", archived, answer)
	}
	p.rest("kari", http.MethodDelete, at(m.CorrespondenceId, "/purge"), "", http.StatusOK, nil)
	p.legacy("GetCorrespondenceForEndUserSystemsBasicV2", fmt.Sprintf("<correspondenceID>%d</correspondenceID>", m.Number), http.StatusInternalServerError)

	other := p.send("")
	p.rest("kari", http.MethodPost, at(other.CorrespondenceId, "/archive"), "", http.StatusOK, nil)
	answer = p.get(other.Number)
	if value(answer, "CorrespondenceStatus") != "Archived" || value(answer, "ArchiveReference") != fmt.Sprintf("AR%d", other.Number) {
		t.Errorf("archived over REST, SOAP has %s", answer)
	}
	p.legacy("DeleteCorrespondenceBasic", fmt.Sprintf("<reporteeElementID>%d</reporteeElementID>", other.Number), http.StatusInternalServerError)

	other = p.send("")
	p.legacy("DeleteCorrespondenceBasic", fmt.Sprintf("<reporteeElementID>%d</reporteeElementID>", other.Number), http.StatusOK)
	p.rest("kari", http.MethodGet, at(other.CorrespondenceId, ""), "", http.StatusGone, nil)
	if got := p.seen("gld", other.CorrespondenceId); got.Status != "PurgedByRecipient" || got.Marks.Deleted.By != "system:1001" {
		t.Errorf("deleted over SOAP, REST has %+v", got)
	}
}

// sum takes an answer without keeping it.
type sum struct {
	header http.Header
	hash   hash.Hash
	n      int64
	status int
}

func (s *sum) Header() http.Header         { return s.header }
func (s *sum) WriteHeader(status int)      { s.status = status }
func (s *sum) Write(p []byte) (int, error) { s.n += int64(len(p)); return s.hash.Write(p) }

// TestAttachmentsStream: an answer with large attachments takes no more memory
// than its markup.
func TestAttachmentsStream(t *testing.T) {
	p := newPost(t)
	const size = 64 << 20
	m := p.send("", strings.Repeat("0123456789abcdef", size/16), "siste")
	r := p.request("GetCorrespondenceForEndUserSystemsBasicV2", fmt.Sprintf("<correspondenceID>%d</correspondenceID>", m.Number))
	w := &sum{header: http.Header{}, hash: sha256.New()}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	p.server.ServeHTTP(w, r)
	runtime.ReadMemStats(&after)
	if w.status != http.StatusOK || w.n < size*4/3 || w.header.Get("Content-Length") != strconv.FormatInt(w.n, 10) {
		t.Errorf("status %d, %d bytes, announced %s", w.status, w.n, w.header.Get("Content-Length"))
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 {
		t.Errorf("%d bytes of memory for an answer of %d", used, w.n)
	}
}

// TestLostContent: an answer whose content is lost is a fault, and nothing once
// it has begun: half an answer does not look like a whole one.
func TestLostContent(t *testing.T) {
	large := strings.Repeat("x", 1<<20) // small content is in the database
	for name, c := range map[string]struct {
		attachments []string
		broken      bool
	}{
		"the first":  {[]string{large, "liten"}, false},
		"the second": {[]string{"liten", large}, true},
	} {
		p := newPost(t)
		m := p.send("", c.attachments...)
		if err := os.RemoveAll(filepath.Join(p.dir, "blobs")); err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		func() {
			defer func() {
				if broken := recover() == http.ErrAbortHandler; broken != c.broken {
					t.Errorf("%s: the answer broke off: %v", name, broken)
				}
			}()
			p.server.ServeHTTP(w, p.request("GetCorrespondenceForEndUserSystemsBasicV2", fmt.Sprintf("<correspondenceID>%d</correspondenceID>", m.Number)))
		}()
		if fault := w.Code == http.StatusInternalServerError && strings.Contains(w.Body.String(), "<ErrorID>0<"); fault == c.broken {
			t.Errorf("%s: %d %.200s", name, w.Code, w.Body)
		}
	}
}

// TestReceiptsNameTheAnswer: the receipt of what was sent in gets the number of
// the message that answers to it, where old clients look for it.
func TestReceiptsNameTheAnswer(t *testing.T) {
	p := newPost(t)
	answer := p.soap("SubmitFormTaskBasic", `<formTaskShipment><Reportee>`+party+`</Reportee><ExternalShipmentReference>forsendelse-1</ExternalShipmentReference>`+
		`<FormTasks><ServiceCode>4501</ServiceCode><ServiceEdition>1</ServiceEdition><Forms><Form><Completed>true</Completed><DataFormatId>1234</DataFormatId>`+
		`<DataFormatVersion>5</DataFormatVersion><EndUserSystemReference>skjema-1</EndUserSystemReference><FormData><![CDATA[`+form("1.00")+`]]></FormData></Form></Forms></FormTasks></formTaskShipment>`)
	archive := regexp.MustCompile(`>(AR\d+)<`).FindStringSubmatch(answer)
	if archive == nil {
		t.Fatal(answer)
	}
	m := p.send(`"answersTo":"` + archive[1] + `",`)
	r, err := p.core.Receipt(t.Context(), rest.Caller{System: 1001}, rest.ReceiptSearch{References: []rest.Reference{{Type: rest.RefShipment, Value: "forsendelse-1"}}})
	want := rest.Reference{Type: rest.RefReceiver, Value: strconv.Itoa(int(m.Number))}
	if err != nil || r.References[len(r.References)-1] != want {
		t.Errorf("%+v, %v", r, err)
	}
	if value(p.get(m.Number), "CorrespondenceID") != want.Value {
		t.Error("the receipt's number is not the message's")
	}
}

package correspondence_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api"
	"overgang/rest/api/correspondence"
)

// letter is the JSON of a valid message; more is put into its correspondence.
func letter(recipients, more string) string {
	return `{"recipients":[` + recipients + `],"correspondence":{"resourceId":"ttd/melding","sendersReference":"SAK-1",` + more +
		`"content":{"language":"nb","messageTitle":"Vedtak","messageSummary":"Kort","messageBody":"<p>Langt</p>"},` +
		`"translations":[{"language":"en","messageTitle":"Decision","messageBody":"<p>Long</p>"}]}}`
}

// send sends a message and returns what the first recipient got.
func (g *gateway) send(body string) correspondence.InitializedCorrespondence {
	g.t.Helper()
	var out correspondence.InitializedCorrespondences
	g.do(call{method: http.MethodPost, path: "/correspondence", as: "ttd", body: body}).want(g.t, http.StatusOK, "").json(g.t, &out)
	return out.Correspondences[0]
}

func (g *gateway) get(as string, id uuid.UUID, query string) correspondence.Correspondence {
	g.t.Helper()
	var out correspondence.Correspondence
	g.do(call{path: "/correspondence/" + id.String() + query, as: as}).want(g.t, http.StatusOK, "").json(g.t, &out)
	return out
}

func TestDocument(t *testing.T) {
	g := newGateway(t)
	text, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	a := g.do(call{path: "/openapi.yaml"}).want(t, http.StatusOK, "")
	if !bytes.Equal(a.body, text) {
		t.Error("another document is served")
	}
	g.do(call{path: "/openapi.yaml", header: header("If-None-Match", a.Header.Get("ETag"))}).want(t, http.StatusNotModified, "")
}

// TestOneMessage follows a message through all that its recipient may do.
func TestOneMessage(t *testing.T) {
	g := newGateway(t)
	sent := g.send(letter(toOrg+","+toKari, `"messageSender":"Testdirektoratet","isConfirmationNeeded":true,"allowForwarding":true,"answersTo":"ar7","caseNumber":5,`+
		`"dueDateTime":"2026-12-01T12:00:00Z","allowSystemDeleteAfter":"2027-12-01T12:00:00+01:00","propertyList":{"a":"1"},`+
		`"replyOptions":[{"linkURL":"https://example.org/svar","linkText":"Svar"}],"links":[{"linkType":"ServiceCode","target":"4501/1","linkText":"Nytt skjema","isReply":true}],`+
		`"notifications":[{"notificationChannel":"Email","recipient":"post@example.org","text":"Post!"},{"notificationChannel":"Sms","text":"Post!"}],`))
	if sent.Number != 1000001 || sent.Status != "Published" || sent.Recipient != strings.Trim(toOrg, `"`) {
		t.Errorf("%+v", sent)
	}
	path := "/correspondence/" + sent.CorrespondenceId.String()
	m := g.get("kari", sent.CorrespondenceId, "")
	if m.ResourceId != "ttd/melding" || m.AnswersTo != "AR7" || m.CaseNumber != 5 || m.PropertyList["a"] != "1" || len(m.ReplyOptions) != 1 || len(m.Links) != 1 ||
		!m.Notifications[0].IsSent || m.Notifications[1].IsSent || m.AllowSystemDeleteAfter != time.Date(2027, 12, 1, 11, 0, 0, 0, time.UTC) || m.Content.MessageTitle != "Vedtak" {
		t.Errorf("%+v", m)
	}
	a := g.do(call{path: path, as: "kari", header: header("Accept-Language", "de, en-GB;q=0.8, no;q=0.5")}).want(t, http.StatusOK, "")
	if !bytes.Contains(a.body, []byte("Decision")) {
		t.Errorf("%s", a.body)
	}
	if b := g.get("kari", sent.CorrespondenceId, "?language=en"); b.Content.MessageTitle != "Decision" {
		t.Errorf("%+v", b)
	}
	g.do(call{path: path, as: "kari", header: header("Accept-Language", "en", "If-None-Match", a.Header.Get("ETag"))}).want(t, http.StatusNotModified, "")
	g.do(call{path: path, as: "kari", header: header("If-None-Match", a.Header.Get("ETag"))}).want(t, http.StatusOK, "")
	if m.Status != "Published" {
		t.Errorf("reading about a message is not reading it: %s", m.Status)
	}
	text := g.do(call{path: path + "/content?language=en", as: "reader"}).want(t, http.StatusOK, "")
	if string(text.body) != "<p>Long</p>" || text.Header.Get("Content-Type") != "text/plain; charset=utf-8" || text.Header.Get("Content-Language") != "en" ||
		!strings.Contains(text.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%v %s", text.Header, text.body)
	}
	m = g.get("kari", sent.CorrespondenceId, "")
	if m.Status != "Read" || m.Marks.Read.By != fmt.Sprintf("person:%d", g.kari) {
		t.Errorf("%+v", m)
	}
	g.do(call{method: http.MethodPost, path: path + "/markasread", as: "kari"}).want(t, http.StatusOK, "")
	for _, c := range []call{{method: http.MethodPost, path: path + "/archive"}, {method: http.MethodDelete, path: path + "/purge"}} {
		c.as = "kari"
		g.do(c).want(t, http.StatusConflict, "confirmation-needed")
	}
	g.do(call{method: http.MethodPost, path: path + "/confirm", as: "kari", header: header("If-Match", `"1"`)}).want(t, http.StatusPreconditionFailed, "version-stale")
	a = g.do(call{method: http.MethodPost, path: path + "/confirm", as: "kari", header: header("If-Match", `"2"`)}).want(t, http.StatusOK, "")
	if a.Header.Get("ETag") != `"3"` {
		t.Errorf("ETag %s", a.Header.Get("ETag"))
	}
	i, err := g.core.CreateInstance(t.Context(), rest.Caller{Person: g.kari, Scopes: []string{rest.ScopeRead, rest.ScopeWrite}}, rest.NewInstance{
		App: rest.AppID{Org: "ttd", App: "melding"}, Owner: rest.PartyRef{OrgNumber: "310000019"}})
	if err != nil {
		t.Fatal(err)
	}
	g.do(call{method: http.MethodPost, path: path + "/reply", as: "kari", body: `{"instanceId":"` + fmt.Sprintf("%d/%s", i.Owner, i.ID) + `"}`}).want(t, http.StatusOK, "")
	a = g.do(call{method: http.MethodPost, path: path + "/archive", as: "kari"}).want(t, http.StatusOK, "")
	a.json(t, &m)
	if m.Status != "Archived" || m.ArchiveReference != "AR1000001" || m.ReceiptId == 0 || m.Reply != i.ID || !m.Marks.Confirmed.At.Equal(g.clock.now()) {
		t.Errorf("%+v", m)
	}
	var d correspondence.CorrespondenceDetails
	g.do(call{path: path + "/details", as: "ttd"}).want(t, http.StatusOK, "").json(t, &d)
	var names []string
	for _, e := range d.StatusHistory {
		names = append(names, e.Status)
	}
	if got, want := strings.Join(names, " "), "Initialized Published Notified Read Confirmed Replied Archived"; got != want {
		t.Errorf("history %s, want %s", got, want)
	}
	g.do(call{path: path + "/details", as: "ttd", header: header("If-None-Match", `"`+fmt.Sprint(5)+`"`)}).want(t, http.StatusNotModified, "")
	g.do(call{method: http.MethodDelete, path: path + "/purge", as: "kari"}).want(t, http.StatusOK, "")
	if m := g.get("ttd", sent.CorrespondenceId, ""); m.Status != "PurgedByRecipient" {
		t.Errorf("%+v", m)
	}
	for _, c := range []call{
		{path: path}, {path: path + "/details"}, {path: path + "/content"}, {path: path + "/attachment/" + uuid.NewString() + "/download"},
		{method: http.MethodPost, path: path + "/markasread"}, {method: http.MethodPost, path: path + "/confirm"}, {method: http.MethodPost, path: path + "/archive"},
		{method: http.MethodDelete, path: path + "/purge"}, {method: http.MethodPost, path: path + "/reply", body: `{"instanceId":"` + i.ID.String() + `"}`},
	} {
		c.as = "kari"
		g.do(c).want(t, http.StatusGone, "correspondence-deleted")
	}
}

// TestNobodyElse: every operation answers absent and somebody else's alike, and
// tells an owner that its recipients' doings are theirs.
func TestNobodyElse(t *testing.T) {
	g := newGateway(t)
	foreign := g.send(letter(toOther, "")).CorrespondenceId
	own := g.send(letter(toOrg, "")).CorrespondenceId
	future := g.send(letter(toOrg, `"requestedPublishTime":"2026-11-23T08:00:00Z",`)).CorrespondenceId
	operations := func(id uuid.UUID) []call {
		path := "/correspondence/" + id.String()
		return []call{
			{path: path}, {path: path + "/details"}, {path: path + "/content"}, {path: path + "/attachment/" + uuid.NewString() + "/download"},
			{method: http.MethodPost, path: path + "/markasread"}, {method: http.MethodPost, path: path + "/confirm"}, {method: http.MethodPost, path: path + "/archive"},
			{method: http.MethodDelete, path: path + "/purge"}, {method: http.MethodPost, path: path + "/reply", body: `{"instanceId":"` + uuid.NewString() + `"}`},
		}
	}
	for as, ids := range map[string][]uuid.UUID{"kari": {foreign, future, uuid.New()}, "nav": {own, uuid.New()}} {
		for _, id := range ids {
			for _, c := range operations(id) {
				c.as = as
				g.do(c).want(t, http.StatusNotFound, "correspondence-unknown")
			}
		}
	}
	for _, c := range operations(own) {
		c.as = "ttd"
		switch {
		case strings.HasSuffix(c.path, "/purge"):
			g.do(c).want(t, http.StatusConflict, "published")
		case strings.HasSuffix(c.path, "/download"):
			g.do(c).want(t, http.StatusNotFound, "attachment-unknown")
		case c.method == http.MethodPost && !strings.HasSuffix(c.path, "/markasread"):
			g.do(c).want(t, http.StatusForbidden, "recipient")
		default:
			g.do(c).want(t, http.StatusOK, "")
		}
	}
	if m := g.get("ttd", own, ""); m.Status != "Published" {
		t.Errorf("its owner's reading marks a message as read: %+v", m)
	}
	if m := g.get("ttd", future, ""); m.Status != "ReadyForPublish" || m.RequestedPublishTime.IsZero() {
		t.Errorf("%+v", m)
	}
	g.do(call{method: http.MethodDelete, path: "/correspondence/" + future.String() + "/purge", as: "ttd"}).want(t, http.StatusOK, "")
	for _, c := range append(operations(own), call{path: "/correspondence"}, call{method: http.MethodPost, path: "/correspondence", body: letter(toOrg, "")},
		call{method: http.MethodPost, path: "/correspondence/upload"}, call{method: http.MethodPost, path: "/attachment", body: "{}"},
		call{path: "/attachment/" + own.String()}, call{method: http.MethodDelete, path: "/attachment/" + own.String()},
		call{path: "/attachment/" + own.String() + "/download"}, call{method: http.MethodPost, path: "/attachment/" + own.String() + "/upload"}) {
		g.do(c).want(t, http.StatusUnauthorized, "token-missing")
		c.as = "reader"
		if c.method == "" {
			c.as = "writer"
		}
		g.do(c).want(t, http.StatusForbidden, "scope-missing")
	}
}

func TestSending(t *testing.T) {
	g := newGateway(t)
	post := func(body string) answer {
		t.Helper()
		return g.do(call{method: http.MethodPost, path: "/correspondence", as: "ttd", body: body})
	}
	for name, c := range map[string]struct {
		body   string
		status int
		code   string
	}{
		"no json":        {`{`, 400, "body-truncated"},
		"unknown field":  {`{"recipient":""}`, 400, "json-field-unknown"},
		"resource":       {strings.Replace(letter(toOrg, ""), "ttd/melding", "melding", 1), 400, "resource-invalid"},
		"another's":      {strings.Replace(letter(toOrg, ""), "ttd/melding", "nav/sak", 1), 404, "application-unknown"},
		"recipient":      {letter(`"310000019"`, ""), 400, "recipient-invalid"},
		"unknown party":  {letter(`"urn:altinn:party:id:4711"`, ""), 400, "recipient-unknown"},
		"twice":          {letter(toOrg+","+toOrg, ""), 400, "recipient-twice"},
		"nobody":         {letter("", ""), 400, "recipients"},
		"language":       {strings.Replace(letter(toOrg, ""), `"nb"`, `"de"`, 1), 400, "language"},
		"link":           {letter(toOrg, `"links":[{"linkType":"ServiceURL","target":"javascript:x"}],`), 400, "link"},
		"link type":      {letter(toOrg, `"links":[{"linkType":"Form","target":"x"}],`), 400, "link"},
		"channel":        {letter(toOrg, `"notifications":[{"notificationChannel":"sms","text":"x"}],`), 400, "notification"},
		"described":      {strings.Replace(letter(toOrg, ""), `"messageSummary"`, `"attachments":[{"fileName":"x.pdf"}],"messageSummary"`, 1), 400, "attachments-described"},
		"attachment":     {strings.Replace(letter(toOrg, ""), `{"recipients"`, `{"existingAttachments":["`+uuid.NewString()+`"],"recipients"`, 1), 400, "attachment-unknown"},
		"guid":           {strings.Replace(letter(toOrg, ""), `{"recipients"`, `{"idempotentKey":"1","recipients"`, 1), 400, "json-type"},
		"number":         {letter(toOrg, `"caseNumber":"5",`), 400, "json-type"},
		"flag":           {letter(toOrg, `"allowForwarding":1,`), 400, "json-type"},
		"properties":     {letter(toOrg, `"propertyList":{"a":1},`), 400, "json-type"},
		"property twice": {letter(toOrg, `"propertyList":{"a":"1","a":"2"},`), 400, "json-field-repeated"},
		"too large":      {letter(toOrg, `"messageSender":"`+strings.Repeat("x", 70_000)+`",`), 413, "body-too-large"},
	} {
		t.Run(name, func(t *testing.T) { g.t = t; post(c.body).want(t, c.status, c.code) })
	}
	g.t = t
	g.do(call{method: http.MethodPost, path: "/correspondence", as: "ttd", header: header("Content-Type", "text/xml"), body: "<x/>"}).want(t, http.StatusUnsupportedMediaType, "content-type")
	g.do(call{method: http.MethodPost, path: "/correspondence", as: "kari", body: letter(toOrg, "")}).want(t, http.StatusForbidden, "owner")

	keyed := strings.Replace(letter(toOrg, ""), `{"recipients"`, `{"idempotentKey":"`+uuid.NewString()+`","recipients"`, 1)
	first, second := g.send(keyed), g.send(keyed)
	if first != second {
		t.Errorf("sent twice: %+v, %+v", first, second)
	}
	for n, want := range []string{"", "true"} {
		a := g.do(call{method: http.MethodPost, path: "/correspondence", as: "ttd", body: letter(toOrg, ""), header: header("Content-Type", "application/json", "Idempotency-Key", "k")}).want(t, http.StatusOK, "")
		if got := a.Header.Get("Idempotency-Replayed"); got != want {
			t.Errorf("request %d: replayed %q", n, got)
		}
	}
	g.do(call{method: http.MethodPost, path: "/correspondence", as: "ttd", body: letter(toOther, ""), header: header("Content-Type", "application/json", "Idempotency-Key", "k")}).want(t, http.StatusUnprocessableEntity, "idempotency-key-reused")
}

// multipartBody makes a body of the message and files.
func multipartBody(t *testing.T, message string, files ...string) (http.Header, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part := func(disposition, kind, content string) {
		p, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {disposition}, "Content-Type": {kind}})
		if err != nil {
			t.Fatal(err)
		}
		p.Write([]byte(content))
	}
	if message != "" {
		part(`form-data; name="correspondence"`, "application/json", message)
	}
	for i, content := range files {
		part(fmt.Sprintf(`form-data; name="attachments"; filename="fil-%d.pdf"`, i), "application/pdf", content)
	}
	w.Close()
	return header("Content-Type", w.FormDataContentType()), b.String()
}

func TestUpload(t *testing.T) {
	g := newGateway(t)
	big := strings.Repeat("0123456789", 200_000)
	described := strings.Replace(letter(toOrg+","+toKari, ""), `"messageSummary"`, `"attachments":[{"fileName":"vedtak.pdf","displayName":"Vedtak","sendersReference":"v1"}],"messageSummary"`, 1)
	h, body := multipartBody(t, described, "liten", big)
	var out correspondence.InitializedCorrespondences
	g.do(call{method: http.MethodPost, path: "/correspondence/upload", as: "ttd", header: h, body: body}).want(t, http.StatusOK, "").json(t, &out)
	if len(out.Correspondences) != 2 || len(out.AttachmentIds) != 2 {
		t.Fatalf("%+v", out)
	}
	m := g.get("kari", out.Correspondences[0].CorrespondenceId, "")
	files := m.Content.Attachments
	if files[0].FileName != "vedtak.pdf" || files[0].DisplayName != "Vedtak" || files[1].FileName != "fil-1.pdf" || files[1].Size != int64(len(big)) || files[1].DataType != "application/pdf" ||
		files[1].Checksum != fmt.Sprintf("%x", sha256.Sum256([]byte(big))) {
		t.Errorf("%+v", files)
	}
	path := "/correspondence/" + m.CorrespondenceId.String() + "/attachment/" + files[1].AttachmentId.String() + "/download"
	whole := g.do(call{path: path, as: "kari"}).want(t, http.StatusOK, "")
	if string(whole.body) != big || whole.Header.Get("Content-Disposition") != `attachment; filename="fil-1.pdf"` || !strings.Contains(whole.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%d bytes, %v", len(whole.body), whole.Header)
	}
	tag := whole.Header.Get("ETag")
	part := g.do(call{path: path, as: "kari", header: header("Range", "bytes=1999995-", "If-Range", tag)}).want(t, http.StatusPartialContent, "")
	if string(part.body) != "56789" || part.Header.Get("Content-Range") != "bytes 1999995-1999999/2000000" {
		t.Errorf("%s %v", part.body, part.Header)
	}
	g.do(call{path: path, as: "kari", header: header("Range", "bytes=2000000-")}).want(t, http.StatusRequestedRangeNotSatisfiable, "range-not-satisfiable")
	g.do(call{path: path, as: "kari", header: header("If-None-Match", tag)}).want(t, http.StatusNotModified, "")
	g.do(call{path: path, as: "kari", header: header("If-Match", `"x"`)}).want(t, http.StatusPreconditionFailed, "version-stale")
	g.do(call{method: http.MethodHead, path: path, as: "kari"}).want(t, http.StatusOK, "")
	g.do(call{path: strings.Replace(path, files[1].AttachmentId.String(), uuid.NewString(), 1), as: "kari"}).want(t, http.StatusNotFound, "attachment-unknown")
	if m := g.get("kari", m.CorrespondenceId, ""); m.Status != "Published" {
		t.Errorf("a download is no reading: %s", m.Status)
	}

	refused := func(want int, code string, h http.Header, body string) {
		t.Helper()
		g.do(call{method: http.MethodPost, path: "/correspondence/upload", as: "ttd", header: h, body: body}).want(t, want, code)
	}
	for _, c := range []struct {
		status        int
		code, message string
		files         []string
	}{
		{400, "multipart-correspondence", "", []string{"x"}},
		{400, "attachments-missing", described, nil},
		{400, "content-empty", letter(toOrg, ""), []string{""}},
		{404, "application-unknown", strings.Replace(letter(toOrg, ""), "ttd/melding", "nav/sak", 1), []string{"x"}},
		{413, "attachments-many", letter(toOrg, ""), strings.Split("123456", "")},
		{413, "content-too-large", letter(toOrg, ""), []string{strings.Repeat("x", 5<<20)}},
	} {
		h, body := multipartBody(t, c.message, c.files...)
		refused(c.status, c.code, h, body)
	}
	h, body = multipartBody(t, letter(toOrg, ""), "x")
	refused(400, "body-truncated", h, body[:len(body)-20])
	refused(400, "multipart-attachments", h, strings.Replace(body, `name="attachments"`, `name="files"`, 1))
	refused(415, "content-type", h, strings.Replace(body, "application/json", "text/plain", 1))
	refused(400, "multipart-malformed", header("Content-Type", "application/json"), "{}")
	existing := strings.Replace(letter(toOrg, ""), `{"recipients"`, `{"existingAttachments":["`+g.announce().AttachmentId.String()+`"],"recipients"`, 1)
	h, body = multipartBody(t, existing, "x")
	refused(409, "attachment-empty", h, body)
	g.do(call{method: http.MethodPost, path: "/correspondence", as: "ttd", body: existing}).want(t, 409, "attachment-empty")
	h2, good := multipartBody(t, letter(toOrg, ""), "x")
	h2.Set("Idempotency-Key", "m")
	g.do(call{method: http.MethodPost, path: "/correspondence/upload", as: "ttd", header: h2, body: good}).want(t, 200, "")
	h3, other := multipartBody(t, letter(toOther, ""), "x")
	h3.Set("Idempotency-Key", "m")
	refused(422, "idempotency-key-reused", h3, other)
}

// announce announces an attachment.
func (g *gateway) announce() correspondence.Attachment {
	g.t.Helper()
	var a correspondence.Attachment
	g.do(call{method: http.MethodPost, path: "/attachment", as: "ttd", body: `{"resourceId":"ttd/melding","fileName":"brev.txt","displayName":"Brev"}`}).want(g.t, http.StatusOK, "").json(g.t, &a)
	return a
}

func TestAttachments(t *testing.T) {
	g := newGateway(t)
	a := g.announce()
	if a.Status != "Initialized" || a.DataType != "text/plain" || a.Checksum != "" {
		t.Errorf("%+v", a)
	}
	path := "/attachment/" + a.AttachmentId.String()
	octets := func(more ...string) http.Header {
		return header(append([]string{"Content-Type", "application/octet-stream"}, more...)...)
	}
	up := call{method: http.MethodPost, path: path + "/upload", as: "ttd", header: octets(), body: "kjære deg"}
	g.do(call{path: path + "/download", as: "ttd"}).want(t, http.StatusNotFound, "content-unknown")
	wrong := sha256.Sum256([]byte("x"))
	for _, c := range []struct {
		status int
		code   string
		change func(*call)
	}{
		{400, "content-empty", func(c *call) { c.body = "" }},
		{400, "digest-mismatch", func(c *call) {
			c.header = octets("Content-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(wrong[:])+":")
		}},
		{404, "attachment-unknown", func(c *call) { c.as = "nav" }},
		{404, "attachment-unknown", func(c *call) { c.as = "kari" }},
		{413, "content-too-large", func(c *call) { c.body = strings.Repeat("x", 4<<20+1) }},
		{415, "content-encoding", func(c *call) { c.header = octets("Content-Encoding", "gzip") }},
	} {
		one := up
		c.change(&one)
		g.do(one).want(t, c.status, c.code)
	}
	right := sha256.Sum256([]byte(up.body))
	up.header = octets("Digest", "sha-256="+base64.StdEncoding.EncodeToString(right[:]), "Idempotency-Key", "u")
	g.do(up).want(t, http.StatusOK, "").json(t, &a)
	if a.Status != "Published" || a.Size != 10 || a.Checksum != fmt.Sprintf("%x", right) {
		t.Errorf("%+v", a)
	}
	other := up
	other.body = "noe annet"
	g.do(other).want(t, http.StatusUnprocessableEntity, "idempotency-key-reused")
	up.header = octets()
	g.do(up).want(t, http.StatusConflict, "attachment-filled")

	sent := g.send(strings.Replace(letter(toOrg+","+toOther, ""), `{"recipients"`, `{"existingAttachments":["`+a.AttachmentId.String()+`"],"recipients"`, 1))
	g.do(call{path: path, as: "ttd"}).want(t, http.StatusOK, "").json(t, &a)
	if len(a.CorrespondenceIds) != 2 || a.CorrespondenceIds[0] != sent.CorrespondenceId {
		t.Errorf("%+v", a)
	}
	g.do(call{path: path, as: "nav"}).want(t, http.StatusNotFound, "attachment-unknown")
	whole := g.do(call{path: path + "/download", as: "ttd"}).want(t, http.StatusOK, "")
	if string(whole.body) != "kjære deg" {
		t.Errorf("%q", whole.body)
	}
	g.do(call{path: path + "/download", as: "ttd", header: header("Range", "bytes=0-4")}).want(t, http.StatusPartialContent, "")
	g.do(call{path: path + "/download", as: "ttd", header: header("Range", "bytes=99-")}).want(t, http.StatusRequestedRangeNotSatisfiable, "range-not-satisfiable")
	g.do(call{path: path + "/download", as: "ttd", header: header("If-Match", `"x"`)}).want(t, http.StatusPreconditionFailed, "version-stale")
	g.do(call{path: path + "/download", as: "ttd", header: header("If-None-Match", whole.Header.Get("ETag"))}).want(t, http.StatusNotModified, "")
	g.do(call{method: http.MethodDelete, path: path, as: "ttd"}).want(t, http.StatusConflict, "attachment-used")
	lone := "/attachment/" + g.announce().AttachmentId.String()
	g.do(call{method: http.MethodDelete, path: lone, as: "nav"}).want(t, http.StatusNotFound, "attachment-unknown")
	g.do(call{method: http.MethodDelete, path: lone, as: "ttd"}).want(t, http.StatusNoContent, "")

	initialize := func(body string, more ...string) answer {
		return g.do(call{method: http.MethodPost, path: "/attachment", as: "ttd", body: body, header: header(append([]string{"Content-Type", "application/json"}, more...)...)})
	}
	initialize(`{"resourceId":"melding","fileName":"x"}`).want(t, 400, "resource-invalid")
	initialize(`{"resourceId":"nav/sak","fileName":"x"}`).want(t, 404, "application-unknown")
	initialize(`{"resourceId":"ttd/melding","fileName":".."}`).want(t, 400, "file-name")
	initialize(`{"resourceId":"ttd/melding","fileName":"x","contentType":"x y"}`).want(t, 415, "content-type")
	initialize(`{"resourceId":"`+strings.Repeat("x", 70_000)+`"}`).want(t, 413, "body-too-large")
	initialize(`{"resourceId":"ttd/melding","fileName":"x"}`, "Idempotency-Key", "i").want(t, 200, "")
	initialize(`{"resourceId":"ttd/melding","fileName":"y"}`, "Idempotency-Key", "i").want(t, 422, "idempotency-key-reused")
}

func TestLists(t *testing.T) {
	g := newGateway(t)
	var sent []uuid.UUID
	for i := range 7 {
		sent = append(sent, g.send(letter(toOrg, fmt.Sprintf(`"answersTo":"AR%d",`, i%2))).CorrespondenceId)
		g.clock.add(time.Hour)
	}
	kari := g.send(letter(toKari, "")).CorrespondenceId
	foreign := g.send(letter(toOther, "")).CorrespondenceId
	future := g.send(letter(toOrg, `"requestedPublishTime":"2026-12-23T08:00:00Z",`)).CorrespondenceId
	g.do(call{method: http.MethodPost, path: "/correspondence/" + sent[1].String() + "/confirm", as: "kari"}).want(t, 200, "")
	g.do(call{method: http.MethodPost, path: "/correspondence/" + sent[2].String() + "/archive", as: "kari"}).want(t, 200, "")
	g.do(call{method: http.MethodDelete, path: "/correspondence/" + sent[3].String() + "/purge", as: "kari"}).want(t, 200, "")
	list := func(as, query string) (ids []uuid.UUID) {
		t.Helper()
		path := "/correspondence" + query
		for {
			var page correspondence.Correspondences
			a := g.do(call{path: path, as: as}).want(t, http.StatusOK, "")
			a.json(t, &page)
			ids = append(ids, page.Ids...)
			if page.Next == "" {
				return ids
			}
			if a.Header.Get("Link") != "<"+page.Next+`>; rel="next"` {
				t.Errorf("Link %s, next %s", a.Header.Get("Link"), page.Next)
			}
			path = strings.TrimPrefix(page.Next, "https://platform.example.org"+base)
		}
	}
	mine := []uuid.UUID{sent[0], sent[1], sent[2], sent[4], sent[5], sent[6], kari}
	for _, c := range []struct {
		as, query string
		want      []uuid.UUID
	}{
		{"kari", "", mine},
		{"kari", "?size=2", mine},
		{"kari", "?size=1&sort=-published", []uuid.UUID{kari, sent[6], sent[5], sent[4], sent[2], sent[1], sent[0]}},
		{"kari", "?resourceId=ttd/melding&recipient=urn:altinn:organization:identifier-no:310000019", mine[:6]},
		{"kari", "?resourceId=nav/sak", nil},
		{"kari", fmt.Sprintf("?recipient=urn:altinn:party:id:%d", g.kari), mine[6:]},
		{"kari", "?recipient=urn:altinn:organization:identifier-no:310000027", nil},
		{"kari", "?recipient=urn:altinn:party:id:4711", nil},
		{"kari", "?answersTo=ar1&size=1", []uuid.UUID{sent[1], sent[5]}},
		{"kari", "?sendersReference=SAK-1&size=3", mine},
		{"kari", "?status=Confirmed&status=Archived", []uuid.UUID{sent[1], sent[2]}},
		{"kari", "?status=Published", []uuid.UUID{sent[0], sent[4], sent[5], sent[6], kari}},
		{"kari", "?status=ReadyForPublish", nil},
		{"kari", "?status=PurgedByRecipient", nil},
		{"kari", "?from=2026-11-22T11:00:00Z&to=2026-11-22T14:00:00Z", []uuid.UUID{sent[1], sent[2]}},
		{"kari", "?from=2026-11-23", nil},
		{"nav", "", nil},
		{"ttd", "?size=4", []uuid.UUID{sent[0], sent[1], sent[2], sent[3], sent[4], sent[5], sent[6], kari, foreign, future}},
		{"ttd", "?status=ReadyForPublish", []uuid.UUID{future}},
		{"ttd", "?status=PurgedByRecipient", []uuid.UUID{sent[3]}},
		{"ttd", "?status=Published&status=ReadyForPublish&from=2026-11-22T16:30:00Z", []uuid.UUID{kari, foreign, future}},
	} {
		if got := list(c.as, c.query); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s%s: %v, want %v", c.as, c.query, got, c.want)
		}
	}
	for query, code := range map[string]string{
		"?size=0": "size-invalid", "?size=x": "size-invalid", "?sort=title": "sort-invalid", "?status=Lost": "status-invalid", "?status=ReadyForPublish&status=Read": "status-invalid",
		"?from=yesterday": "date-invalid", "?recipient=310000019": "recipient-invalid", "?recipient=urn:altinn:person:identifier-no:01810100016": "recipient-invalid",
		"?cursor=x": "cursor-invalid", "?resourceId=melding": "resource-invalid", "?role=Sender": "parameter-unknown",
	} {
		g.do(call{path: "/correspondence" + query, as: "kari"}).want(t, http.StatusBadRequest, code)
	}
	var page correspondence.Correspondences
	g.do(call{path: "/correspondence?size=1", as: "kari"}).json(t, &page)
	_, cursor, _ := strings.Cut(page.Next, "cursor=")
	cursor, _, _ = strings.Cut(cursor, "&")
	g.do(call{path: "/correspondence?cursor=" + cursor, as: "ttd"}).want(t, http.StatusBadRequest, "cursor-invalid")
	g.do(call{path: "/correspondence?sort=-published&cursor=" + cursor, as: "kari"}).want(t, http.StatusBadRequest, "cursor-invalid")
	g.do(call{path: "/correspondence?size=3&cursor=" + cursor, as: "kari"}).want(t, http.StatusOK, "")
	g.do(call{path: "/correspondence?org=ttd", as: "ttd"}).want(t, http.StatusBadRequest, "parameter-unknown")
	g.do(call{path: "/correspondence?resourceId=nav/sak", as: "ttd"}).want(t, http.StatusForbidden, "org")
}

// TestMalformed: what is not of its form is refused in every operation.
func TestMalformed(t *testing.T) {
	g := newGateway(t)
	own := "/correspondence/" + g.send(letter(toOrg, "")).CorrespondenceId.String()
	for _, c := range []call{
		{path: "/correspondence/x"}, {path: "/correspondence/x/details"}, {path: "/correspondence/x/content"}, {path: own + "/attachment/x/download"},
		{method: http.MethodPost, path: "/correspondence/x/markasread"}, {method: http.MethodPost, path: "/correspondence/x/confirm"}, {method: http.MethodPost, path: "/correspondence/x/archive"},
		{method: http.MethodDelete, path: "/correspondence/x/purge"}, {path: "/attachment/x"}, {method: http.MethodDelete, path: "/attachment/x"},
		{path: "/attachment/x/download"}, {method: http.MethodPost, path: "/attachment/x/upload"},
	} {
		c.as = "kari"
		g.do(c).want(t, http.StatusBadRequest, "parameter-invalid")
	}
	reply := func(body string) call {
		return call{method: http.MethodPost, path: own + "/reply", as: "kari", body: body}
	}
	g.do(reply(`{"instanceId":"x"}`)).want(t, 400, "instance-id")
	g.do(reply(`{"instanceId":"`+uuid.NewString()+`"}`)).want(t, 404, "instance-unknown")
	g.do(reply(`{"instanceId":"`+strings.Repeat("x", 70_000)+`"}`)).want(t, 413, "body-too-large")
	g.do(call{method: http.MethodPost, path: own + "/reply", as: "kari", header: header("Content-Type", "text/plain"), body: "x"}).want(t, 415, "content-type")
	g.do(call{path: own + "?language=de", as: "kari"}).want(t, 400, "language")
	for _, op := range []call{{method: http.MethodPost, path: own + "/archive"}, {method: http.MethodPost, path: own + "/reply", body: `{"instanceId":"` + uuid.NewString() + `"}`}, {method: http.MethodDelete, path: own + "/purge"}} {
		op.as, op.header = "kari", header("If-Match", `"77"`, "Content-Type", "application/json")
		if op.body == "" {
			op.header = header("If-Match", `"77"`)
		}
		g.do(op).want(t, http.StatusPreconditionFailed, "version-stale")
	}
	for _, path := range []string{own + "/markasread", own + "/confirm", own + "/archive"} {
		g.do(call{method: http.MethodPost, path: path, as: "kari", header: header("Idempotency-Key", path)}).want(t, 200, "")
		g.do(call{method: http.MethodPost, path: path, as: "kari", header: header("Idempotency-Key", path, "If-Match", "*")}).want(t, 422, "idempotency-key-reused")
	}
}

// TestKeys: of two requests under one Idempotency-Key the second waits, and
// another request under it is refused, in every operation.
func TestKeys(t *testing.T) {
	g := newGateway(t)
	own := "/correspondence/" + g.send(letter(toOrg, "")).CorrespondenceId.String()
	i, err := g.core.CreateInstance(t.Context(), rest.Caller{Person: g.kari, Scopes: []string{rest.ScopeRead, rest.ScopeWrite}}, rest.NewInstance{
		App: rest.AppID{Org: "ttd", App: "melding"}, Owner: rest.PartyRef{OrgNumber: "310000019"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []call{
		{path: own + "/reply", as: "kari", body: `{"instanceId":"` + i.ID.String() + `"}`},
		{path: own + "/markasread", as: "kari"}, {path: own + "/confirm", as: "kari"}, {path: own + "/archive", as: "kari"},
		{path: "/attachment", as: "ttd", body: `{"resourceId":"ttd/melding","fileName":"x"}`},
	} {
		caller := rest.Caller{Person: g.kari}
		if c.as == "ttd" {
			caller = rest.Caller{Owner: "ttd"}
		}
		claim, err := g.core.Claim(t.Context(), caller, c.path)
		if err != nil {
			t.Fatal(err)
		}
		c.method, c.header = http.MethodPost, header("Idempotency-Key", c.path)
		if c.body != "" {
			c.header.Set("Content-Type", "application/json")
		}
		g.do(c).want(t, http.StatusConflict, "idempotency-underway")
		claim.Release()
		g.do(c).want(t, http.StatusOK, "")
		c.header.Set("Prefer", "x")
		g.do(c).want(t, http.StatusUnprocessableEntity, "idempotency-key-reused")
	}
}

func TestConfiguration(t *testing.T) {
	if _, err := correspondence.New(correspondence.Config{}); err == nil {
		t.Error("no core")
	}
	if _, err := correspondence.New(correspondence.Config{Core: newGateway(t).core, API: api.Config{}}); err == nil {
		t.Error("no tokens")
	}
}

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
	"overgang/rest/api/apitest"
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
	g.Do(call{Method: http.MethodPost, Path: "/correspondence", As: "ttd", Body: body}).Want(g.t, http.StatusOK, "").JSON(g.t, &out)
	return out.Correspondences[0]
}

func (g *gateway) get(as string, id uuid.UUID, query string) correspondence.Correspondence {
	g.t.Helper()
	var out correspondence.Correspondence
	g.Do(call{Path: "/correspondence/" + id.String() + query, As: as}).Want(g.t, http.StatusOK, "").JSON(g.t, &out)
	return out
}

func TestDocument(t *testing.T) {
	g := newGateway(t)
	text, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	a := g.Do(call{Path: "/openapi.yaml"}).Want(t, http.StatusOK, "")
	if !bytes.Equal(a.Content, text) {
		t.Error("another document is served")
	}
	g.Do(call{Path: "/openapi.yaml", Header: apitest.Header("If-None-Match", a.Header.Get("ETag"))}).Want(t, http.StatusNotModified, "")
}

// TestOneMessage follows a message through all that its recipient may do.
func TestOneMessage(t *testing.T) {
	g := newGateway(t)
	file, _, err := g.Core.StartCase(t.Context(), apitest.Owner("ttd"), rest.NewCase{App: rest.AppID{Org: "ttd", App: "melding"}, Party: rest.PartyRef{OrgNumber: "310000019"}})
	if err != nil {
		t.Fatal(err)
	}
	more := `"messageSender":"Testdirektoratet","isConfirmationNeeded":true,"allowForwarding":true,"answersTo":"ar7","caseNumber":` + fmt.Sprint(file.Number) + `,`
	g.Do(call{Method: http.MethodPost, Path: "/correspondence", As: "ttd", Body: letter(toOrg+","+toKari, more)}).Want(t, http.StatusBadRequest, "case-unknown")
	sent := g.send(letter(toOrg, more+
		`"dueDateTime":"2026-12-01T12:00:00Z","allowSystemDeleteAfter":"2027-12-01T12:00:00+01:00","propertyList":{"a":"1"},`+
		`"replyOptions":[{"linkURL":"https://example.org/svar","linkText":"Svar"}],"links":[{"linkType":"ServiceCode","target":"4501/1","linkText":"Nytt skjema","isReply":true}],`+
		`"notifications":[{"notificationChannel":"Email","recipient":"post@example.org","text":"Post!"},{"notificationChannel":"Sms","text":"Post!"}],`))
	if sent.Number != file.Number+1 || sent.Status != "Published" || sent.Recipient != strings.Trim(toOrg, `"`) {
		t.Errorf("%+v", sent)
	}
	path := "/correspondence/" + sent.CorrespondenceId.String()
	m := g.get("kari", sent.CorrespondenceId, "")
	if m.ResourceId != "ttd/melding" || m.AnswersTo != "AR7" || m.CaseNumber != file.Number || m.PropertyList["a"] != "1" || len(m.ReplyOptions) != 1 || len(m.Links) != 1 ||
		!m.Notifications[0].IsSent || m.Notifications[1].IsSent || m.AllowSystemDeleteAfter != time.Date(2027, 12, 1, 11, 0, 0, 0, time.UTC) || m.Content.MessageTitle != "Vedtak" {
		t.Errorf("%+v", m)
	}
	a := g.Do(call{Path: path, As: "kari", Header: apitest.Header("Accept-Language", "de, en-GB;q=0.8, no;q=0.5")}).Want(t, http.StatusOK, "")
	if !bytes.Contains(a.Content, []byte("Decision")) {
		t.Errorf("%s", a.Content)
	}
	if b := g.get("kari", sent.CorrespondenceId, "?language=en"); b.Content.MessageTitle != "Decision" {
		t.Errorf("%+v", b)
	}
	g.Do(call{Path: path, As: "kari", Header: apitest.Header("Accept-Language", "en", "If-None-Match", a.Header.Get("ETag"))}).Want(t, http.StatusNotModified, "")
	g.Do(call{Path: path, As: "kari", Header: apitest.Header("If-None-Match", a.Header.Get("ETag"))}).Want(t, http.StatusOK, "")
	if m.Status != "Published" {
		t.Errorf("reading about a message is not reading it: %s", m.Status)
	}
	text := g.Do(call{Path: path + "/content?language=en", As: "reader"}).Want(t, http.StatusOK, "")
	if string(text.Content) != "<p>Long</p>" || text.Header.Get("Content-Type") != "text/plain; charset=utf-8" || text.Header.Get("Content-Language") != "en" ||
		!strings.Contains(text.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%v %s", text.Header, text.Content)
	}
	m = g.get("kari", sent.CorrespondenceId, "")
	if m.Status != "Read" || m.Marks.Read.By != fmt.Sprintf("person:%d", g.Kari) {
		t.Errorf("%+v", m)
	}
	g.Do(call{Method: http.MethodPost, Path: path + "/markasread", As: "kari"}).Want(t, http.StatusOK, "")
	for _, c := range []call{{Method: http.MethodPost, Path: path + "/archive"}, {Method: http.MethodDelete, Path: path + "/purge"}} {
		c.As = "kari"
		g.Do(c).Want(t, http.StatusConflict, "confirmation-needed")
	}
	g.Do(call{Method: http.MethodPost, Path: path + "/confirm", As: "kari", Header: apitest.Header("If-Match", `"1"`)}).Want(t, http.StatusPreconditionFailed, "version-stale")
	a = g.Do(call{Method: http.MethodPost, Path: path + "/confirm", As: "kari", Header: apitest.Header("If-Match", `"2"`)}).Want(t, http.StatusOK, "")
	if a.Header.Get("ETag") != `"3"` {
		t.Errorf("ETag %s", a.Header.Get("ETag"))
	}
	i, err := g.Core.CreateInstance(t.Context(), rest.Caller{Person: g.Kari, Scopes: []string{rest.ScopeRead, rest.ScopeWrite}}, rest.NewInstance{
		App: rest.AppID{Org: "ttd", App: "melding"}, Owner: rest.PartyRef{OrgNumber: "310000019"}})
	if err != nil {
		t.Fatal(err)
	}
	g.Do(call{Method: http.MethodPost, Path: path + "/reply", As: "kari", Body: `{"instanceId":"` + fmt.Sprintf("%d/%s", i.Owner, i.ID) + `"}`}).Want(t, http.StatusOK, "")
	a = g.Do(call{Method: http.MethodPost, Path: path + "/archive", As: "kari"}).Want(t, http.StatusOK, "")
	a.JSON(t, &m)
	if m.Status != "Archived" || m.ArchiveReference != "AR1000002" || m.ReceiptId == 0 || m.Reply != i.ID || !m.Marks.Confirmed.At.Equal(g.Clock.Now()) {
		t.Errorf("%+v", m)
	}
	var d correspondence.CorrespondenceDetails
	g.Do(call{Path: path + "/details", As: "ttd"}).Want(t, http.StatusOK, "").JSON(t, &d)
	var names []string
	for _, e := range d.StatusHistory {
		names = append(names, e.Status)
	}
	if got, want := strings.Join(names, " "), "Initialized Published Notified Read Confirmed Replied Archived"; got != want {
		t.Errorf("history %s, want %s", got, want)
	}
	g.Do(call{Path: path + "/details", As: "ttd", Header: apitest.Header("If-None-Match", `"`+fmt.Sprint(5)+`"`)}).Want(t, http.StatusNotModified, "")
	g.Do(call{Method: http.MethodDelete, Path: path + "/purge", As: "kari"}).Want(t, http.StatusOK, "")
	if m := g.get("ttd", sent.CorrespondenceId, ""); m.Status != "PurgedByRecipient" {
		t.Errorf("%+v", m)
	}
	for _, c := range []call{
		{Path: path}, {Path: path + "/details"}, {Path: path + "/content"}, {Path: path + "/attachment/" + uuid.NewString() + "/download"},
		{Method: http.MethodPost, Path: path + "/markasread"}, {Method: http.MethodPost, Path: path + "/confirm"}, {Method: http.MethodPost, Path: path + "/archive"},
		{Method: http.MethodDelete, Path: path + "/purge"}, {Method: http.MethodPost, Path: path + "/reply", Body: `{"instanceId":"` + i.ID.String() + `"}`},
	} {
		c.As = "kari"
		g.Do(c).Want(t, http.StatusGone, "correspondence-deleted")
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
			{Path: path}, {Path: path + "/details"}, {Path: path + "/content"}, {Path: path + "/attachment/" + uuid.NewString() + "/download"},
			{Method: http.MethodPost, Path: path + "/markasread"}, {Method: http.MethodPost, Path: path + "/confirm"}, {Method: http.MethodPost, Path: path + "/archive"},
			{Method: http.MethodDelete, Path: path + "/purge"}, {Method: http.MethodPost, Path: path + "/reply", Body: `{"instanceId":"` + uuid.NewString() + `"}`},
		}
	}
	for as, ids := range map[string][]uuid.UUID{"kari": {foreign, future, uuid.New()}, "nav": {own, uuid.New()}} {
		for _, id := range ids {
			for _, c := range operations(id) {
				c.As = as
				g.Do(c).Want(t, http.StatusNotFound, "correspondence-unknown")
			}
		}
	}
	for _, c := range operations(own) {
		c.As = "ttd"
		switch {
		case strings.HasSuffix(c.Path, "/purge"):
			g.Do(c).Want(t, http.StatusConflict, "published")
		case strings.HasSuffix(c.Path, "/download"):
			g.Do(c).Want(t, http.StatusNotFound, "attachment-unknown")
		case c.Method == http.MethodPost && !strings.HasSuffix(c.Path, "/markasread"):
			g.Do(c).Want(t, http.StatusForbidden, "recipient")
		default:
			g.Do(c).Want(t, http.StatusOK, "")
		}
	}
	if m := g.get("ttd", own, ""); m.Status != "Published" {
		t.Errorf("its owner's reading marks a message as read: %+v", m)
	}
	if m := g.get("ttd", future, ""); m.Status != "ReadyForPublish" || m.RequestedPublishTime.IsZero() {
		t.Errorf("%+v", m)
	}
	g.Do(call{Method: http.MethodDelete, Path: "/correspondence/" + future.String() + "/purge", As: "ttd"}).Want(t, http.StatusOK, "")
	for _, c := range append(operations(own), call{Path: "/correspondence"}, call{Method: http.MethodPost, Path: "/correspondence", Body: letter(toOrg, "")},
		call{Method: http.MethodPost, Path: "/correspondence/upload"}, call{Method: http.MethodPost, Path: "/attachment", Body: "{}"},
		call{Path: "/attachment/" + own.String()}, call{Method: http.MethodDelete, Path: "/attachment/" + own.String()},
		call{Path: "/attachment/" + own.String() + "/download"}, call{Method: http.MethodPost, Path: "/attachment/" + own.String() + "/upload"}) {
		g.Do(c).Want(t, http.StatusUnauthorized, "token-missing")
		c.As = "reader"
		if c.Method == "" {
			c.As = "writer"
		}
		g.Do(c).Want(t, http.StatusForbidden, "scope-missing")
	}
}

func TestSending(t *testing.T) {
	g := newGateway(t)
	post := func(body string) apitest.Answer {
		t.Helper()
		return g.Do(call{Method: http.MethodPost, Path: "/correspondence", As: "ttd", Body: body})
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
		"case":           {letter(toOrg, `"caseNumber":5,`), 400, "case-unknown"},
		"flag":           {letter(toOrg, `"allowForwarding":1,`), 400, "json-type"},
		"properties":     {letter(toOrg, `"propertyList":{"a":1},`), 400, "json-type"},
		"property twice": {letter(toOrg, `"propertyList":{"a":"1","a":"2"},`), 400, "json-field-repeated"},
		"too large":      {letter(toOrg, `"messageSender":"`+strings.Repeat("x", 70_000)+`",`), 413, "body-too-large"},
	} {
		t.Run(name, func(t *testing.T) { g.t = t; post(c.body).Want(t, c.status, c.code) })
	}
	g.t = t
	g.Do(call{Method: http.MethodPost, Path: "/correspondence", As: "ttd", Header: apitest.Header("Content-Type", "text/xml"), Body: "<x/>"}).Want(t, http.StatusUnsupportedMediaType, "content-type")
	g.Do(call{Method: http.MethodPost, Path: "/correspondence", As: "kari", Body: letter(toOrg, "")}).Want(t, http.StatusForbidden, "owner")

	keyed := strings.Replace(letter(toOrg, ""), `{"recipients"`, `{"idempotentKey":"`+uuid.NewString()+`","recipients"`, 1)
	first, second := g.send(keyed), g.send(keyed)
	if first != second {
		t.Errorf("sent twice: %+v, %+v", first, second)
	}
	for n, want := range []string{"", "true"} {
		a := g.Do(call{Method: http.MethodPost, Path: "/correspondence", As: "ttd", Body: letter(toOrg, ""), Header: apitest.Header("Content-Type", "application/json", "Idempotency-Key", "k")}).Want(t, http.StatusOK, "")
		if got := a.Header.Get("Idempotency-Replayed"); got != want {
			t.Errorf("request %d: replayed %q", n, got)
		}
	}
	g.Do(call{Method: http.MethodPost, Path: "/correspondence", As: "ttd", Body: letter(toOther, ""), Header: apitest.Header("Content-Type", "application/json", "Idempotency-Key", "k")}).Want(t, http.StatusUnprocessableEntity, "idempotency-key-reused")
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
	return apitest.Header("Content-Type", w.FormDataContentType()), b.String()
}

func TestUpload(t *testing.T) {
	g := newGateway(t)
	big := strings.Repeat("0123456789", 200_000)
	described := strings.Replace(letter(toOrg+","+toKari, ""), `"messageSummary"`, `"attachments":[{"fileName":"vedtak.pdf","displayName":"Vedtak","sendersReference":"v1"}],"messageSummary"`, 1)
	h, body := multipartBody(t, described, "liten", big)
	var out correspondence.InitializedCorrespondences
	g.Do(call{Method: http.MethodPost, Path: "/correspondence/upload", As: "ttd", Header: h, Body: body}).Want(t, http.StatusOK, "").JSON(t, &out)
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
	whole := g.Do(call{Path: path, As: "kari"}).Want(t, http.StatusOK, "")
	if string(whole.Content) != big || whole.Header.Get("Content-Disposition") != `attachment; filename="fil-1.pdf"` || !strings.Contains(whole.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%d bytes, %v", len(whole.Content), whole.Header)
	}
	tag := whole.Header.Get("ETag")
	part := g.Do(call{Path: path, As: "kari", Header: apitest.Header("Range", "bytes=1999995-", "If-Range", tag)}).Want(t, http.StatusPartialContent, "")
	if string(part.Content) != "56789" || part.Header.Get("Content-Range") != "bytes 1999995-1999999/2000000" {
		t.Errorf("%s %v", part.Content, part.Header)
	}
	g.Do(call{Path: path, As: "kari", Header: apitest.Header("Range", "bytes=2000000-")}).Want(t, http.StatusRequestedRangeNotSatisfiable, "range-not-satisfiable")
	g.Do(call{Path: path, As: "kari", Header: apitest.Header("If-None-Match", tag)}).Want(t, http.StatusNotModified, "")
	g.Do(call{Path: path, As: "kari", Header: apitest.Header("If-Match", `"x"`)}).Want(t, http.StatusPreconditionFailed, "version-stale")
	g.Do(call{Method: http.MethodHead, Path: path, As: "kari"}).Want(t, http.StatusOK, "")
	g.Do(call{Path: strings.Replace(path, files[1].AttachmentId.String(), uuid.NewString(), 1), As: "kari"}).Want(t, http.StatusNotFound, "attachment-unknown")
	if m := g.get("kari", m.CorrespondenceId, ""); m.Status != "Published" {
		t.Errorf("a download is no reading: %s", m.Status)
	}

	refused := func(want int, code string, h http.Header, body string) {
		t.Helper()
		g.Do(call{Method: http.MethodPost, Path: "/correspondence/upload", As: "ttd", Header: h, Body: body}).Want(t, want, code)
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
	refused(400, "multipart-malformed", apitest.Header("Content-Type", "application/json"), "{}")
	existing := strings.Replace(letter(toOrg, ""), `{"recipients"`, `{"existingAttachments":["`+g.announce().AttachmentId.String()+`"],"recipients"`, 1)
	h, body = multipartBody(t, existing, "x")
	refused(409, "attachment-empty", h, body)
	g.Do(call{Method: http.MethodPost, Path: "/correspondence", As: "ttd", Body: existing}).Want(t, 409, "attachment-empty")
	h2, good := multipartBody(t, letter(toOrg, ""), "x")
	h2.Set("Idempotency-Key", "m")
	g.Do(call{Method: http.MethodPost, Path: "/correspondence/upload", As: "ttd", Header: h2, Body: good}).Want(t, 200, "")
	h3, other := multipartBody(t, letter(toOther, ""), "x")
	h3.Set("Idempotency-Key", "m")
	refused(422, "idempotency-key-reused", h3, other)
}

// announce announces an attachment.
func (g *gateway) announce() correspondence.Attachment {
	g.t.Helper()
	var a correspondence.Attachment
	g.Do(call{Method: http.MethodPost, Path: "/attachment", As: "ttd", Body: `{"resourceId":"ttd/melding","fileName":"brev.txt","displayName":"Brev"}`}).Want(g.t, http.StatusOK, "").JSON(g.t, &a)
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
		return apitest.Header(append([]string{"Content-Type", "application/octet-stream"}, more...)...)
	}
	up := call{Method: http.MethodPost, Path: path + "/upload", As: "ttd", Header: octets(), Body: "kjære deg"}
	g.Do(call{Path: path + "/download", As: "ttd"}).Want(t, http.StatusNotFound, "content-unknown")
	wrong := sha256.Sum256([]byte("x"))
	for _, c := range []struct {
		status int
		code   string
		change func(*call)
	}{
		{400, "content-empty", func(c *call) { c.Body = "" }},
		{400, "digest-mismatch", func(c *call) {
			c.Header = octets("Content-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(wrong[:])+":")
		}},
		{404, "attachment-unknown", func(c *call) { c.As = "nav" }},
		{404, "attachment-unknown", func(c *call) { c.As = "kari" }},
		{413, "content-too-large", func(c *call) { c.Body = strings.Repeat("x", 4<<20+1) }},
		{415, "content-encoding", func(c *call) { c.Header = octets("Content-Encoding", "gzip") }},
	} {
		one := up
		c.change(&one)
		g.Do(one).Want(t, c.status, c.code)
	}
	right := sha256.Sum256([]byte(up.Body))
	up.Header = octets("Digest", "sha-256="+base64.StdEncoding.EncodeToString(right[:]), "Idempotency-Key", "u")
	g.Do(up).Want(t, http.StatusOK, "").JSON(t, &a)
	if a.Status != "Published" || a.Size != 10 || a.Checksum != fmt.Sprintf("%x", right) {
		t.Errorf("%+v", a)
	}
	other := up
	other.Body = "noe annet"
	g.Do(other).Want(t, http.StatusUnprocessableEntity, "idempotency-key-reused")
	up.Header = octets()
	g.Do(up).Want(t, http.StatusConflict, "attachment-filled")

	sent := g.send(strings.Replace(letter(toOrg+","+toOther, ""), `{"recipients"`, `{"existingAttachments":["`+a.AttachmentId.String()+`"],"recipients"`, 1))
	g.Do(call{Path: path, As: "ttd"}).Want(t, http.StatusOK, "").JSON(t, &a)
	if len(a.CorrespondenceIds) != 2 || a.CorrespondenceIds[0] != sent.CorrespondenceId {
		t.Errorf("%+v", a)
	}
	g.Do(call{Path: path, As: "nav"}).Want(t, http.StatusNotFound, "attachment-unknown")
	whole := g.Do(call{Path: path + "/download", As: "ttd"}).Want(t, http.StatusOK, "")
	if string(whole.Content) != "kjære deg" {
		t.Errorf("%q", whole.Content)
	}
	g.Do(call{Path: path + "/download", As: "ttd", Header: apitest.Header("Range", "bytes=0-4")}).Want(t, http.StatusPartialContent, "")
	g.Do(call{Path: path + "/download", As: "ttd", Header: apitest.Header("Range", "bytes=99-")}).Want(t, http.StatusRequestedRangeNotSatisfiable, "range-not-satisfiable")
	g.Do(call{Path: path + "/download", As: "ttd", Header: apitest.Header("If-Match", `"x"`)}).Want(t, http.StatusPreconditionFailed, "version-stale")
	g.Do(call{Path: path + "/download", As: "ttd", Header: apitest.Header("If-None-Match", whole.Header.Get("ETag"))}).Want(t, http.StatusNotModified, "")
	g.Do(call{Method: http.MethodDelete, Path: path, As: "ttd"}).Want(t, http.StatusConflict, "attachment-used")
	lone := "/attachment/" + g.announce().AttachmentId.String()
	g.Do(call{Method: http.MethodDelete, Path: lone, As: "nav"}).Want(t, http.StatusNotFound, "attachment-unknown")
	g.Do(call{Method: http.MethodDelete, Path: lone, As: "ttd"}).Want(t, http.StatusNoContent, "")

	initialize := func(body string, more ...string) apitest.Answer {
		return g.Do(call{Method: http.MethodPost, Path: "/attachment", As: "ttd", Body: body, Header: apitest.Header(append([]string{"Content-Type", "application/json"}, more...)...)})
	}
	initialize(`{"resourceId":"melding","fileName":"x"}`).Want(t, 400, "resource-invalid")
	initialize(`{"resourceId":"nav/sak","fileName":"x"}`).Want(t, 404, "application-unknown")
	initialize(`{"resourceId":"ttd/melding","fileName":".."}`).Want(t, 400, "file-name")
	initialize(`{"resourceId":"ttd/melding","fileName":"x","contentType":"x y"}`).Want(t, 415, "content-type")
	initialize(`{"resourceId":"`+strings.Repeat("x", 70_000)+`"}`).Want(t, 413, "body-too-large")
	initialize(`{"resourceId":"ttd/melding","fileName":"x"}`, "Idempotency-Key", "i").Want(t, 200, "")
	initialize(`{"resourceId":"ttd/melding","fileName":"y"}`, "Idempotency-Key", "i").Want(t, 422, "idempotency-key-reused")
}

func TestLists(t *testing.T) {
	g := newGateway(t)
	var sent []uuid.UUID
	for i := range 7 {
		sent = append(sent, g.send(letter(toOrg, fmt.Sprintf(`"answersTo":"AR%d",`, i%2))).CorrespondenceId)
		g.Clock.Add(time.Hour)
	}
	kari := g.send(letter(toKari, "")).CorrespondenceId
	foreign := g.send(letter(toOther, "")).CorrespondenceId
	future := g.send(letter(toOrg, `"requestedPublishTime":"2026-12-23T08:00:00Z",`)).CorrespondenceId
	g.Do(call{Method: http.MethodPost, Path: "/correspondence/" + sent[1].String() + "/confirm", As: "kari"}).Want(t, 200, "")
	g.Do(call{Method: http.MethodPost, Path: "/correspondence/" + sent[2].String() + "/archive", As: "kari"}).Want(t, 200, "")
	g.Do(call{Method: http.MethodDelete, Path: "/correspondence/" + sent[3].String() + "/purge", As: "kari"}).Want(t, 200, "")
	list := func(as, query string) (ids []uuid.UUID) {
		t.Helper()
		path := "/correspondence" + query
		for {
			var page correspondence.Correspondences
			a := g.Do(call{Path: path, As: as}).Want(t, http.StatusOK, "")
			a.JSON(t, &page)
			ids = append(ids, page.Ids...)
			if page.Next == "" {
				return ids
			}
			if a.Header.Get("Link") != "<"+page.Next+`>; rel="next"` {
				t.Errorf("Link %s, next %s", a.Header.Get("Link"), page.Next)
			}
			path = strings.TrimPrefix(page.Next, "https://platform.example.org"+correspondence.Base)
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
		{"kari", fmt.Sprintf("?recipient=urn:altinn:party:id:%d", g.Kari), mine[6:]},
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
		g.Do(call{Path: "/correspondence" + query, As: "kari"}).Want(t, http.StatusBadRequest, code)
	}
	var page correspondence.Correspondences
	g.Do(call{Path: "/correspondence?size=1", As: "kari"}).JSON(t, &page)
	_, cursor, _ := strings.Cut(page.Next, "cursor=")
	cursor, _, _ = strings.Cut(cursor, "&")
	g.Do(call{Path: "/correspondence?cursor=" + cursor, As: "ttd"}).Want(t, http.StatusBadRequest, "cursor-invalid")
	g.Do(call{Path: "/correspondence?sort=-published&cursor=" + cursor, As: "kari"}).Want(t, http.StatusBadRequest, "cursor-invalid")
	g.Do(call{Path: "/correspondence?size=3&cursor=" + cursor, As: "kari"}).Want(t, http.StatusOK, "")
	g.Do(call{Path: "/correspondence?org=ttd", As: "ttd"}).Want(t, http.StatusBadRequest, "parameter-unknown")
	for _, recipient := range []string{"", "&recipient=" + strings.Trim(toOther, `"`), "&recipient=urn:altinn:organization:identifier-no:310000035"} { // the last is nobody
		g.Do(call{Path: "/correspondence?resourceId=nav/sak" + recipient, As: "ttd"}).Want(t, http.StatusForbidden, "org")
		g.Do(call{Path: "/correspondence?size=1" + recipient, As: "writer"}).Want(t, http.StatusForbidden, "scope-missing")
	}
}

// TestMalformed: what is not of its form is refused in every operation.
func TestMalformed(t *testing.T) {
	g := newGateway(t)
	own := "/correspondence/" + g.send(letter(toOrg, "")).CorrespondenceId.String()
	for _, c := range []call{
		{Path: "/correspondence/x"}, {Path: "/correspondence/x/details"}, {Path: "/correspondence/x/content"}, {Path: own + "/attachment/x/download"},
		{Method: http.MethodPost, Path: "/correspondence/x/markasread"}, {Method: http.MethodPost, Path: "/correspondence/x/confirm"}, {Method: http.MethodPost, Path: "/correspondence/x/archive"},
		{Method: http.MethodDelete, Path: "/correspondence/x/purge"}, {Path: "/attachment/x"}, {Method: http.MethodDelete, Path: "/attachment/x"},
		{Path: "/attachment/x/download"}, {Method: http.MethodPost, Path: "/attachment/x/upload"},
	} {
		c.As = "kari"
		g.Do(c).Want(t, http.StatusBadRequest, "parameter-invalid")
	}
	reply := func(body string) call {
		return call{Method: http.MethodPost, Path: own + "/reply", As: "kari", Body: body}
	}
	g.Do(reply(`{"instanceId":"x"}`)).Want(t, 400, "instance-id")
	g.Do(reply(`{"instanceId":"`+uuid.NewString()+`"}`)).Want(t, 404, "instance-unknown")
	g.Do(reply(`{"instanceId":"`+strings.Repeat("x", 70_000)+`"}`)).Want(t, 413, "body-too-large")
	g.Do(call{Method: http.MethodPost, Path: own + "/reply", As: "kari", Header: apitest.Header("Content-Type", "text/plain"), Body: "x"}).Want(t, 415, "content-type")
	g.Do(call{Path: own + "?language=de", As: "kari"}).Want(t, 400, "language")
	for _, op := range []call{{Method: http.MethodPost, Path: own + "/archive"}, {Method: http.MethodPost, Path: own + "/reply", Body: `{"instanceId":"` + uuid.NewString() + `"}`}, {Method: http.MethodDelete, Path: own + "/purge"}} {
		op.As, op.Header = "kari", apitest.Header("If-Match", `"77"`, "Content-Type", "application/json")
		if op.Body == "" {
			op.Header = apitest.Header("If-Match", `"77"`)
		}
		g.Do(op).Want(t, http.StatusPreconditionFailed, "version-stale")
	}
	for _, path := range []string{own + "/markasread", own + "/confirm", own + "/archive"} {
		g.Do(call{Method: http.MethodPost, Path: path, As: "kari", Header: apitest.Header("Idempotency-Key", path)}).Want(t, 200, "")
		g.Do(call{Method: http.MethodPost, Path: path, As: "kari", Header: apitest.Header("Idempotency-Key", path, "If-Match", "*")}).Want(t, 422, "idempotency-key-reused")
	}
}

// TestKeys: of two requests under one Idempotency-Key the second waits, and
// another request under it is refused, in every operation.
func TestKeys(t *testing.T) {
	g := newGateway(t)
	own := "/correspondence/" + g.send(letter(toOrg, "")).CorrespondenceId.String()
	i, err := g.Core.CreateInstance(t.Context(), rest.Caller{Person: g.Kari, Scopes: []string{rest.ScopeRead, rest.ScopeWrite}}, rest.NewInstance{
		App: rest.AppID{Org: "ttd", App: "melding"}, Owner: rest.PartyRef{OrgNumber: "310000019"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []call{
		{Path: own + "/reply", As: "kari", Body: `{"instanceId":"` + i.ID.String() + `"}`},
		{Path: own + "/markasread", As: "kari"}, {Path: own + "/confirm", As: "kari"}, {Path: own + "/archive", As: "kari"},
		{Path: "/attachment", As: "ttd", Body: `{"resourceId":"ttd/melding","fileName":"x"}`},
	} {
		caller := rest.Caller{Person: g.Kari}
		if c.As == "ttd" {
			caller = rest.Caller{Owner: "ttd"}
		}
		claim, err := g.Core.Claim(t.Context(), caller, c.Path)
		if err != nil {
			t.Fatal(err)
		}
		c.Method, c.Header = http.MethodPost, apitest.Header("Idempotency-Key", c.Path)
		if c.Body != "" {
			c.Header.Set("Content-Type", "application/json")
		}
		g.Do(c).Want(t, http.StatusConflict, "idempotency-underway")
		claim.Release()
		g.Do(c).Want(t, http.StatusOK, "")
		c.Header.Set("Prefer", "x")
		g.Do(c).Want(t, http.StatusUnprocessableEntity, "idempotency-key-reused")
	}
}

func TestConfiguration(t *testing.T) {
	if _, err := correspondence.New(correspondence.Config{}); err == nil {
		t.Error("no core")
	}
	if _, err := correspondence.New(correspondence.Config{Core: newGateway(t).Core, API: api.Config{}}); err == nil {
		t.Error("no tokens")
	}
}

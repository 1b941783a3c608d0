package main

import (
	"bufio"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"overgang/soap/soaptest"
	"overgang/soap/wss"
)

// Marks in a message whose signature is made for each one sent: only the
// Security header differs, so a pool keeps no more than that of each message.
const (
	createdMark   = "@CREATED@"
	digestMark    = "@DIGEST@"
	signatureMark = "@SIGNATURE@"
)

// signedMessage is a message of which many are sent, each with a Timestamp and
// a signature of its own.
type signedMessage struct {
	text   string // with marks, the reference's among them
	parts  string // References in canonical form beside the Timestamp's
	method string
	sign   func(info []byte) ([]byte, error)
	expire time.Time
}

// newSigned makes a message of a draft. What is signed beside the Timestamp
// does not differ: wsa:To in token requests.
func newSigned(d soaptest.Draft, to, inner string) signedMessage {
	m := signedMessage{method: d.Method, sign: d.Sign, expire: time.Now().Add(5 * time.Minute).UTC().Truncate(time.Second)}
	references := plainReference("_0", digestMark)
	if len(d.Parts) > 1 {
		block := `<a:To xmlns:a="` + soaptest.AddressingSpace + `" xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:u="` + wss.UtilitySpace + `" u:Id="_1" s:mustUnderstand="1">` + to + `</a:To>`
		m.parts = canonicalReference("_1", digest(block))
		references += plainReference("_1", digest(block))
	}
	m.text = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="` + soaptest.AddressingSpace + `" xmlns:u="` + wss.UtilitySpace + `" xmlns:o="` + wss.SecuritySpace + `"><s:Header>` +
		`<a:Action s:mustUnderstand="1">` + d.Action + `</a:Action><a:MessageID>urn:uuid:` + referenceMark + `</a:MessageID><a:ReplyTo><a:Address>` + soaptest.Anonymous + `</a:Address></a:ReplyTo>` +
		`<a:To s:mustUnderstand="1" u:Id="_1">` + to + `</a:To><o:Security s:mustUnderstand="1"><u:Timestamp u:Id="_0"><u:Created>` + createdMark + `</u:Created><u:Expires>` + m.expires() + `</u:Expires></u:Timestamp>` + d.Tokens +
		`<Signature xmlns="` + soaptest.DSig + `"><SignedInfo><CanonicalizationMethod Algorithm="` + soaptest.ExclusiveC14N + `"/><SignatureMethod Algorithm="` + d.Method + `"/>` + references +
		`</SignedInfo><SignatureValue>` + signatureMark + `</SignatureValue><KeyInfo><o:SecurityTokenReference>` + d.KeyInfo + `</o:SecurityTokenReference></KeyInfo></Signature></o:Security></s:Header>` +
		`<s:Body>` + inner + `</s:Body></s:Envelope>`
	return m
}

func (m signedMessage) expires() string { return m.expire.Format(time.RFC3339) }

func plainReference(id, digest string) string {
	return `<Reference URI="#` + id + `"><Transforms><Transform Algorithm="` + soaptest.ExclusiveC14N + `"/></Transforms><DigestMethod Algorithm="` + soaptest.DSig + `sha1"/><DigestValue>` + digest + `</DigestValue></Reference>`
}

func canonicalReference(id, digest string) string {
	return `<Reference URI="#` + id + `"><Transforms><Transform Algorithm="` + soaptest.ExclusiveC14N + `"></Transform></Transforms><DigestMethod Algorithm="` + soaptest.DSig + `sha1"></DigestMethod><DigestValue>` + digest + `</DigestValue></Reference>`
}

func digest(text string) string {
	sum := sha1.Sum([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// one makes the Timestamp's Created, its digest and the signature's value of
// the n-th message: its Created is n nanoseconds after the pool's.
func (m signedMessage) one(begun time.Time, n int) (string, error) {
	created := begun.Add(time.Duration(n)).UTC().Format("2006-01-02T15:04:05.000000000Z")
	sum := digest(`<u:Timestamp xmlns:u="` + wss.UtilitySpace + `" u:Id="_0"><u:Created>` + created + `</u:Created><u:Expires>` + m.expires() + `</u:Expires></u:Timestamp>`)
	value, err := m.sign([]byte(`<SignedInfo xmlns="` + soaptest.DSig + `"><CanonicalizationMethod Algorithm="` + soaptest.ExclusiveC14N + `"></CanonicalizationMethod><SignatureMethod Algorithm="` + m.method + `"></SignatureMethod>` +
		canonicalReference("_0", sum) + m.parts + `</SignedInfo>`))
	return created + " " + sum + " " + base64.StdEncoding.EncodeToString(value), err
}

// pool writes n messages' parts to a file, a line each, made by all cores.
func (m signedMessage) pool(ctx context.Context, file string, n int) error {
	begun := time.Now().Add(-time.Second)
	lines, errs := make([]string, n), make([]error, runtime.NumCPU())
	var wg sync.WaitGroup
	for worker := range errs {
		wg.Go(func() {
			for i := worker; i < n && errs[worker] == nil && ctx.Err() == nil; i += len(errs) {
				lines[i], errs[worker] = m.one(begun, i)
			}
		})
	}
	wg.Wait()
	for _, err := range append(errs, ctx.Err()) {
		if err != nil {
			return err
		}
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	for _, line := range lines {
		_, _ = w.WriteString(line + "\n") // an error is Flush's, too
	}
	if err := w.Flush(); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

// script is a wrk script that sends the messages of a pool, each once. When it
// is empty the last are sent again and refused, which shows as errors.
func (m signedMessage) script(ctx context.Context, run string, n int) (string, error) {
	file := filepath.Join(benchDir, "pool.txt")
	if err := m.pool(ctx, file, n); err != nil {
		return "", err
	}
	return fmt.Sprintf(`
local message, lines, n = %s, {}, 0
for line in io.lines(%s) do lines[#lines + 1] = line end
local pieces = {}
local at = 1
while true do
  local from, to, mark = message:find("@(%%u+)@", at)
  if not from then break end
  pieces[#pieces + 1] = {message:sub(at, from - 1), mark}
  at = to + 1
end
local tail = message:sub(at)
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/soap+xml; charset=utf-8"
request = function()
  if n < #lines then n = n + 1 end
  local created, digest, signature = lines[n]:match("(%%S+) (%%S+) (%%S+)")
  local values = {CREATED = created, DIGEST = digest, SIGNATURE = signature, REFERENCE = "%s-" .. n}
  local out = {}
  for i = 1, #pieces do
    out[#out + 1] = pieces[i][1]
    out[#out + 1] = values[pieces[i][2]]
  end
  out[#out + 1] = tail
  return wrk.format(nil, nil, nil, table.concat(out))
end
`, lua(m.text), lua(file), run), nil
}

// first is one message, to be sent before measuring.
func (m signedMessage) first(reference string) (string, error) {
	line, err := m.one(time.Now().Add(-2*time.Second), 0)
	values := strings.Fields(line)
	if err != nil {
		return "", err
	}
	return strings.NewReplacer(createdMark, values[0], digestMark, values[1], signatureMark, values[2], referenceMark, reference).Replace(m.text), nil
}

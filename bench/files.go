package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

const (
	brokerNS     = "http://www.altinn.no/services/ServiceEngine/Broker/2015/06"
	streamedPath = "/ServiceEngineExternal/BrokerServiceExternalBasicStreamed.svc"
	transferPath = "/broker/api/v1/filetransfer"

	boundary = "uuid:5d0c1f1e+id=1"
)

// files is a client of the streamed endpoints.
type files struct {
	env  environment
	http http.Client
}

func newFiles(env environment) *files {
	return &files{env: env, http: http.Client{Timeout: 5 * time.Minute, Transport: &http.Transport{
		MaxIdleConnsPerHost: 16, WriteBufferSize: 256 << 10, ReadBufferSize: 256 << 10,
	}}}
}

// initiate announces a file and returns its reference.
func (f *files) initiate(ctx context.Context) (string, error) {
	body := fmt.Sprintf(`{"resourceId":%q,"fileName":"a.bin","sender":"0192:%s","recipients":["0192:%s"]}`,
		f.env["BROKER_RESOURCE"], f.env["ORG"], f.env["BROKER_RECIPIENT"])
	text, err := f.post(ctx, transferPath, "application/json", strings.NewReader(body), int64(len(body)))
	if err != nil {
		return "", err
	}
	var made struct{ FileTransferID string }
	err = json.Unmarshal([]byte(text), &made)
	return made.FileTransferID, err
}

// upload sends a file of the given size, MTOM, and returns how long it took.
func (f *files) upload(ctx context.Context, transfer string, size int64) (time.Duration, error) {
	head, tail := uploadFrame(f.env, transfer)
	body := io.MultiReader(strings.NewReader(head), io.LimitReader(&noise{}, size), strings.NewReader(tail))
	begun := time.Now()
	answer, err := f.post(ctx, streamedPath, `multipart/related; type="application/xop+xml"; start="<root>"; start-info="text/xml"; boundary="`+boundary+`"`,
		body, int64(len(head)+len(tail))+size)
	if err == nil && !strings.Contains(answer, "ReceiptStatusCode>OK<") {
		err = fmt.Errorf("no receipt in the answer: %s", answer)
	}
	return time.Since(begun), err
}

// uploadFrame is what stands in front of the file and behind it.
func uploadFrame(env environment, transfer string) (head, tail string) {
	field := func(name, value string) string {
		return "<" + name + ` xmlns="` + brokerNS + `">` + value + "</" + name + ">"
	}
	head = "--" + boundary + "\r\nContent-ID: <root>\r\nContent-Transfer-Encoding: 8bit\r\nContent-Type: application/xop+xml; charset=utf-8; type=\"text/xml\"\r\n\r\n" +
		`<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>` +
		field("FileName", "a.bin") + field("Reference", transfer) + field("Reportee", env["ORG"]) +
		field("SystemPassword", env["SYSTEM_PASSWORD"]) + field("SystemUserName", env["SYSTEM_USER"]) +
		`</s:Header><s:Body><StreamedPayloadBasicBE xmlns="` + brokerNS + `"><DataStream>` +
		`<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:file"/></DataStream></StreamedPayloadBasicBE></s:Body></s:Envelope>` +
		"\r\n--" + boundary + "\r\nContent-ID: <file>\r\nContent-Transfer-Encoding: binary\r\nContent-Type: application/octet-stream\r\n\r\n"
	return head, "\r\n--" + boundary + "--\r\n"
}

// download fetches a file over SOAP, and returns how many bytes came and how
// long it took.
func (f *files) download(ctx context.Context, transfer string) (int64, time.Duration, error) {
	body := fmt.Sprintf(`<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><DownloadFileStreamedBasic xmlns="%s">`+
		`<systemUserName>%s</systemUserName><systemPassword>%s</systemPassword><fileReference>%s</fileReference><reportee>%s</reportee>`+
		`</DownloadFileStreamedBasic></s:Body></s:Envelope>`, brokerNS, f.env["SYSTEM_USER"], f.env["SYSTEM_PASSWORD"], transfer, f.env["BROKER_RECIPIENT"])
	begun := time.Now()
	res, err := f.do(ctx, streamedPath, "text/xml; charset=utf-8", strings.NewReader(body), int64(len(body)))
	if err != nil {
		return 0, 0, err
	}
	defer res.Body.Close()
	n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, res.Body, make([]byte, 256<<10))
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("HTTP %d", res.StatusCode)
	}
	return n, time.Since(begun), err
}

func (f *files) post(ctx context.Context, path, mediaType string, body io.Reader, length int64) (string, error) {
	res, err := f.do(ctx, path, mediaType, body, length)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("HTTP %d: %s", res.StatusCode, answer)
	}
	return string(answer), err
}

func (f *files) do(ctx context.Context, path, mediaType string, body io.Reader, length int64) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, f.env["OVERGANG_URL"]+path, body)
	if err != nil {
		return nil, err
	}
	r.ContentLength = length
	r.Header.Set("Content-Type", mediaType)
	if strings.HasPrefix(mediaType, "multipart/") {
		r.Header.Set("SOAPAction", `"`+brokerNS+`/IBrokerServiceExternalBasicStreamed/UploadFileStreamedBasic"`)
	}
	r.Header.Set("Accept", "multipart/related, application/xop+xml, text/xml, application/json") // the JAX-WS RI sends inline to others
	r.Header.Set("Authorization", "Bearer "+f.env["REST_TOKEN_USER"])
	return f.http.Do(r)
}

// noise is content without end that costs the sender a copy.
type noise struct{ at int }

var noiseBlock = func() []byte {
	b := bytes.Repeat([]byte("0123456789abcdef"), 64<<10) // 1 MiB
	for i := range b {
		b[i] += byte(i*i>>7 + i>>3) // no line repeats
	}
	return b
}()

// Read implements io.Reader.
func (n *noise) Read(p []byte) (int, error) {
	c := copy(p, noiseBlock[n.at:])
	n.at = (n.at + c) % len(noiseBlock)
	return c, nil
}

package attacks

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

const (
	brokerNS     = "http://www.altinn.no/services/ServiceEngine/Broker/2015/06"
	brokerPath   = "/ServiceEngineExternal/BrokerServiceExternalBasic.svc"
	streamedPath = "/ServiceEngineExternal/BrokerServiceExternalBasicStreamed.svc"
	filesPath    = "/broker/api/v1/filetransfer"

	// boundary separates the parts of the messages that are made here.
	boundary  = "uuid:0b8a62a7+id=1"
	packaging = `Content-Type: multipart/related; type="application/xop+xml"; start="<root@attack>"; start-info="text/xml"; boundary="` + boundary + `"`
)

// packageFunctions are those of templates that write messages in parts.
func packageFunctions(env map[string]string) map[string]any {
	return map[string]any{
		"transfer":  func() (string, error) { return initiate(env, "") },
		"transfer1": func(more string) (string, error) { return initiate(env, more) },
		"published": func(content string) (string, error) { return publish(env, content) },
		"upload":    func(transfer, content string) string { return upload(env, transfer, "a.bin", content) },
		"uploadAs":  func(transfer, name, content string) string { return upload(env, transfer, name, content) },
		"download":  download,
		"attach":    attach,
		"archived":  archived,
		"include": func(href string) string {
			return `<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="` + href + `"/>`
		},
		"package": func() string { return packaging },
		"root":    root,
		"part":    part,
		"finish":  func() string { return end },
	}
}

// upload is an UploadFileStreamedBasic envelope; content stands in DataStream.
func upload(env map[string]string, transfer, name, content string) string {
	field := func(name, value string) string {
		return "<" + name + ` xmlns="` + brokerNS + `">` + value + "</" + name + ">"
	}
	return `<s:Envelope xmlns:s="` + envelopeNS + `"><s:Header>` + field("FileName", name) + field("Reference", transfer) + field("Reportee", env["ORG"]) +
		field("SystemPassword", env["SYSTEM_PASSWORD"]) + field("SystemUserName", env["SYSTEM_USER"]) +
		`</s:Header><s:Body><StreamedPayloadBasicBE xmlns="` + brokerNS + `"><DataStream>` + content + `</DataStream></StreamedPayloadBasicBE></s:Body></s:Envelope>`
}

// download is a DownloadFileStreamedBasic envelope.
func download(user, password, transfer, reportee string) string {
	return fmt.Sprintf(`<s:Envelope xmlns:s="%s"><s:Body><DownloadFileStreamedBasic xmlns="%s"><systemUserName>%s</systemUserName><systemPassword>%s</systemPassword>`+
		`<fileReference>%s</fileReference><reportee>%s</reportee></DownloadFileStreamedBasic></s:Body></s:Envelope>`, envelopeNS, brokerNS, user, password, transfer, reportee)
}

const (
	attachNS    = "http://www.altinn.no/services/Intermediary/Shipment/IntermediaryInbound/2013/06"
	attachPath  = "/IntermediaryExternal/IntermediaryInboundBasicStreamed.svc"
	archiveNS   = "http://www.altinn.no/services/Archive/ReporteeArchive/2013/06"
	archivePath = "/ArchiveExternal/ReporteeArchiveExternalStreamedBasic.svc"
)

// attach is a SubmitAttachmentStreamedBasic envelope to the form set of a number.
func attach(user, password, number, content string) string {
	field := func(name, value string) string {
		return "<" + name + ` xmlns="` + attachNS + `">` + value + "</" + name + ">"
	}
	return `<s:Envelope xmlns:s="` + envelopeNS + `"><s:Header>` + field("FileName", "a.pdf") + field("ReporteeElementId", number) +
		field("systemPassword", password) + field("systemUserName", user) +
		`</s:Header><s:Body><StreamedAttachmentBasicBE xmlns="` + attachNS + `"><dataStream>` + content + `</dataStream></StreamedAttachmentBasicBE></s:Body></s:Envelope>`
}

// archived is a GetAttachmentDataStreamedBasic envelope.
func archived(user, password, number string) string {
	return fmt.Sprintf(`<s:Envelope xmlns:s="%s"><s:Body><GetAttachmentDataStreamedBasic xmlns="%s"><systemUserName>%s</systemUserName><systemPassword>%s</systemPassword>`+
		`<attachmentId>%s</attachmentId></GetAttachmentDataStreamedBasic></s:Body></s:Envelope>`, envelopeNS, archiveNS, user, password, number)
}

// part is one part; headers are lines.
func part(headers, content string) string {
	lines := strings.ReplaceAll(strings.TrimSpace(headers), "\n", "\r\n")
	return "--" + boundary + "\r\n" + lines + "\r\n\r\n" + content + "\r\n"
}

// root is the part of the envelope.
func root(envelope string) string {
	return part("Content-ID: <root@attack>\nContent-Transfer-Encoding: 8bit\nContent-Type: application/xop+xml; charset=utf-8; type=\"text/xml\"", envelope)
}

const end = "--" + boundary + "--\r\n"

// initiate announces a file from ORG to BROKER_RECIPIENT and returns its
// reference. more is JSON of further fields.
func initiate(env map[string]string, more string) (string, error) {
	body := fmt.Sprintf(`{"resourceId":%q,"fileName":"a.bin","sender":"0192:%s","recipients":["0192:%s"]%s}`, env["BROKER_RESOURCE"], env["ORG"], env["BROKER_RECIPIENT"], more)
	text, err := postFile(env, "", "application/json", body)
	if err != nil {
		return "", err
	}
	var made struct{ FileTransferID string }
	err = json.Unmarshal(text, &made)
	return made.FileTransferID, err
}

// publish sends a file over REST and returns its reference.
func publish(env map[string]string, content string) (string, error) {
	id, err := initiate(env, "")
	if err != nil {
		return "", err
	}
	_, err = postFile(env, "/"+id+"/upload", "application/octet-stream", content)
	return id, err
}

func postFile(env map[string]string, path, mediaType, body string) ([]byte, error) {
	r, err := http.NewRequest(http.MethodPost, env["OVERGANG_URL"]+filesPath+path, bytes.NewReader([]byte(body)))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+env["REST_TOKEN_USER"])
	r.Header.Set("Content-Type", mediaType)
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err == nil && a.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s %s", path, a.Status, text)
	}
	return text, err
}

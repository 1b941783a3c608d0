package main

import (
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

const (
	intermediaryPath = "/IntermediaryExternal/IntermediaryInboundBasic.svc"
	receiptPath      = "/IntermediaryExternal/ReceiptExternalBasic.svc"
	intermediaryNS   = "http://www.altinn.no/services/Intermediary/Shipment/IntermediaryInbound/2009/10"
	receiptNS        = "http://www.altinn.no/services/Intermediary/Receipt/2009/10"
	receiptTypesNS   = "http://schemas.altinn.no/services/Intermediary/Receipt/2015/06"
)

// referenceMark stands where each request's own reference goes.
const referenceMark = "@REFERENCE@"

// submission is a SubmitFormTaskBasic envelope up to and including its form,
// with a mark for the reference. attachment, when not empty, is written as base64 by the caller.
func submission(env environment, form string) string {
	return fmt.Sprintf(`<?xml version="1.0" encoding="utf-8"?>`+
		`<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>`+
		`<SubmitFormTaskBasic xmlns="%s" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">`+
		`<systemUserName>%s</systemUserName><systemPassword>%s</systemPassword>`+
		`<userSSN>%s</userSSN><userPassword>%s</userPassword><userPinCode>%s</userPinCode><authMethod>AltinnPin</authMethod>`+
		`<formTaskShipment><Reportee>%s</Reportee><ExternalShipmentReference>%s</ExternalShipmentReference>`+
		`<FormTasks><ServiceCode>%s</ServiceCode><ServiceEdition>%s</ServiceEdition><Forms><Form>`+
		`<Completed>true</Completed><DataFormatId>%s</DataFormatId><DataFormatVersion>%s</DataFormatVersion>`+
		`<EndUserSystemReference>form-1</EndUserSystemReference><ParentReference>0</ParentReference>`+
		`<FormData>%s</FormData></Form></Forms></FormTasks>`,
		intermediaryNS, escape(env["SYSTEM_USER"]), escape(env["SYSTEM_PASSWORD"]),
		env["PERSON_SSN"], escape(env["PERSON_PASSWORD"]), env["PERSON_PIN"],
		env["ORG"], referenceMark, env["SERVICE_CODE"], env["SERVICE_EDITION"],
		env["DATA_FORMAT_ID"], env["DATA_FORMAT_VERSION"], form)
}

const signature = `<Signatures><EndUserSystemReference>signature-1</EndUserSystemReference>` +
	`<EndUserSystemUserId>bench</EndUserSystemUserId>` +
	`<EndUserSystemLoginDateTime>2026-01-05T08:00:00</EndUserSystemLoginDateTime>` +
	`<EndUserSystemSignatureDateTime>2026-01-05T08:05:00</EndUserSystemSignatureDateTime>` +
	`<EndUserSystemVersion>1.0</EndUserSystemVersion>` +
	`<EndUserSystemSignatureLogId>log-1</EndUserSystemSignatureLogId></Signatures>`

const submissionEnd = signature + `<IsUserDelegationLocked>false</IsUserDelegationLocked>` +
	`<UserDefinedNumberOfSignaturesRequired>0</UserDefinedNumberOfSignaturesRequired>` +
	`<CaseID i:nil="true"/></formTaskShipment></SubmitFormTaskBasic></s:Body></s:Envelope>`

// inCDATA wraps a form as most clients send it; escaped is the other way.
func inCDATA(form string) string {
	return "<![CDATA[" + strings.ReplaceAll(form, "]]>", "]]]]><![CDATA[>") + "]]>"
}

func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text))
	return b.String()
}

// submissionScript is a wrk script that sends a new submission each time: nine
// in ten with the form as CDATA, one escaped.
func submissionScript(env environment, form, run string) string {
	head, cdata, _ := strings.Cut(submission(env, inCDATA(form))+submissionEnd, referenceMark)
	_, escaped, _ := strings.Cut(submission(env, escape(form))+submissionEnd, referenceMark)
	return fmt.Sprintf(`
local head, cdata, escaped = %s, %s, %s
local n = 0
wrk.method = "POST"
wrk.headers["Content-Type"] = "text/xml; charset=utf-8"
wrk.headers["SOAPAction"] = '"%s/IIntermediaryInboundExternalBasic/SubmitFormTaskBasic"'
request = function()
  n = n + 1
  local tail = cdata
  if n %% 10 == 0 then tail = escaped end
  return wrk.format(nil, nil, nil, head .. "%s-" .. n .. tail)
end
`, lua(head), lua(cdata), lua(escaped), intermediaryNS, run)
}

// receiptScript asks for one receipt by its id.
func receiptScript(env environment, id string) string {
	body := fmt.Sprintf(`<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>`+
		`<GetReceiptBasicV2 xmlns="%s"><systemUserName>%s</systemUserName><systemPassword>%s</systemPassword>`+
		`<receipt xmlns:a="%s"><a:ReceiptId>%s</a:ReceiptId></receipt></GetReceiptBasicV2></s:Body></s:Envelope>`,
		receiptNS, escape(env["SYSTEM_USER"]), escape(env["SYSTEM_PASSWORD"]), receiptTypesNS, id)
	return fmt.Sprintf(`
wrk.method = "POST"
wrk.headers["Content-Type"] = "text/xml; charset=utf-8"
wrk.headers["SOAPAction"] = '"%s/IReceiptExternalBasic/GetReceiptBasicV2"'
wrk.body = %s
`, receiptNS, lua(body))
}

// lua quotes text as a Lua long string.
func lua(text string) string { return "[==[" + text + "]==]" }

// withAttachment streams a submission with one attachment of size bytes inline.
func withAttachment(env environment, form, reference string, size int64) (io.Reader, int64) {
	head := strings.Replace(submission(env, inCDATA(form)), referenceMark, reference, 1) +
		`<Attachments><Attachment><Name>Vedlegg</Name><EndUserSystemReference>attachment-1</EndUserSystemReference>` +
		`<FileName>vedlegg.bin</FileName><Encrypted>false</Encrypted><AttachementData>`
	tail := `</AttachementData></Attachment></Attachments>` + submissionEnd
	encoded := int64(base64.StdEncoding.EncodedLen(int(size)))
	body := io.MultiReader(strings.NewReader(head), io.LimitReader(base64Stream{}, encoded), strings.NewReader(tail))
	return body, int64(len(head)) + encoded + int64(len(tail))
}

// base64Stream is endless base64, valid when cut at a multiple of four.
type base64Stream struct{}

func (base64Stream) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'Q'
	}
	return len(p), nil
}

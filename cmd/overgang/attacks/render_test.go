package attacks

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"strings"
	"text/template"
)

const (
	intermediaryNS = "http://www.altinn.no/services/Intermediary/Shipment/IntermediaryInbound/2009/10"
	receiptNS      = "http://www.altinn.no/services/Intermediary/Receipt/2009/10"
	envelopeNS     = "http://schemas.xmlsoap.org/soap/envelope/"
)

// render executes the templates of a request: {{.SYSTEM_USER}} and the other
// variables of demo.env, and the functions below.
func render(text string, env map[string]string, form string) (string, error) {
	t, err := template.New("request").Funcs(template.FuncMap{
		"form":    func() string { return form },
		"cdata":   func(s string) string { return "<![CDATA[" + s + "]]>" },
		"escape":  escape,
		"repeat":  func(n int, s string) string { return strings.Repeat(s, n) },
		"numbers": numbers,
		"hex":     func(s string) (string, error) { b, err := hex.DecodeString(s); return string(b), err },
		"gzip":    compress,
		"replace": func(old, new, s string) string { return strings.ReplaceAll(s, old, new) },
		"envelope": func(body string) string {
			return `<s:Envelope xmlns:s="` + envelopeNS + `"><s:Body>` + body + `</s:Body></s:Envelope>`
		},
		"headed": func(header, body string) string {
			return `<s:Envelope xmlns:s="` + envelopeNS + `"><s:Header>` + header + `</s:Header><s:Body>` + body + `</s:Body></s:Envelope>`
		},
		"submission": func(reference, formData, rest string) string { return submission(env, reference, formData, rest) },
		"receipt": func(search string) string {
			return receipt(env["SYSTEM_USER"], env["SYSTEM_PASSWORD"], search)
		},
		"receiptAs": receipt,
	}).Funcs(attackerAt(env, form).functions()).Funcs(packageFunctions(env)).Funcs(attackerAt(env, form).forgeries()).Option("missingkey=error").Parse(text)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	err = t.Execute(&b, env)
	return b.String(), err
}

// submission is a SubmitFormTaskBasic element by the demo system alone. rest
// stands behind FormTasks: attachments, signatures.
func submission(env map[string]string, reference, formData, rest string) string {
	return fmt.Sprintf(`<SubmitFormTaskBasic xmlns="%s"><systemUserName>%s</systemUserName><systemPassword>%s</systemPassword>`+
		`<formTaskShipment><Reportee>%s</Reportee><ExternalShipmentReference>%s</ExternalShipmentReference>`+
		`<FormTasks><ServiceCode>%s</ServiceCode><ServiceEdition>%s</ServiceEdition><Forms><Form><Completed>1</Completed>`+
		`<DataFormatId>%s</DataFormatId><DataFormatVersion>%s</DataFormatVersion>`+
		`<EndUserSystemReference>form-1</EndUserSystemReference><ParentReference>0</ParentReference>`+
		`<FormData>%s</FormData></Form></Forms></FormTasks>%s</formTaskShipment></SubmitFormTaskBasic>`,
		intermediaryNS, env["SYSTEM_USER"], env["SYSTEM_PASSWORD"], env["ORG"], reference,
		env["SERVICE_CODE"], env["SERVICE_EDITION"], env["DATA_FORMAT_ID"], env["DATA_FORMAT_VERSION"], formData, rest)
}

// receipt is a GetReceiptBasicV2 element by an end-user system; search is the content of its receipt element.
func receipt(user, password, search string) string {
	return fmt.Sprintf(`<GetReceiptBasicV2 xmlns="%s"><systemUserName>%s</systemUserName><systemPassword>%s</systemPassword>`+
		`<receipt xmlns:r="http://schemas.altinn.no/services/Intermediary/Receipt/2015/06">%s</receipt></GetReceiptBasicV2>`,
		receiptNS, user, password, search)
}

func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text))
	return b.String()
}

// numbers repeats s n times, with % replaced by 0, 1, 2, …
func numbers(n int, s string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(s, "%", fmt.Sprint(i)))
	}
	return b.String()
}

func compress(s string) (string, error) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(s)); err != nil {
		return "", err
	}
	err := w.Close()
	return b.String(), err
}

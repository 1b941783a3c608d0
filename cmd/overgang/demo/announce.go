package demo

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strconv"
	"text/template"
	"time"

	"overgang/cmd/overgang/config"
	"overgang/rest/api/token"
	"overgang/store"
)

// tokenLifetime of the demonstration's bearer tokens.
const tokenLifetime = 30 * 24 * time.Hour

// Announce writes the environment file and a ready request, and prints what a
// newcomer pastes next. It is called once the gateway answers.
func (d *Demo) Announce(out io.Writer) error {
	e, err := d.environment()
	if err != nil {
		return err
	}
	request, err := d.writeRequest(e)
	if err != nil {
		return err
	}
	path := EnvironmentFile(d.gateway.Storage().Dir)
	if err := e.Write(path); err != nil {
		return err
	}
	for _, p := range []*string{&path, &request} {
		if *p, err = filepath.Abs(*p); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(out, `
An old client sends in a form, a new one reads it. Paste into another terminal:

  . %s
  curl -sS -H 'Content-Type: text/xml; charset=utf-8' -H 'SOAPAction: "%s"' \
    --data-binary @%s "$OVERGANG_URL%s"
  curl -sS -H "Authorization: Bearer $REST_TOKEN_OWNER" "$OVERGANG_URL/storage/instances?appId=$APP&sort=-createdDateTime&size=1"
%s
`, quoted(path), submitAction(d), quoted(request), submitPath, e.secured())
	return err
}

// environment is the file of shell variables.
func (d *Demo) environment() (*Environment, error) {
	issuer := d.gateway.Issuer()
	user, _, err := issuer.Issue(token.Grant{Party: d.person, Lifetime: tokenLifetime})
	if err != nil {
		return nil, err
	}
	second, _, err := issuer.Issue(token.Grant{Party: d.signer, Lifetime: tokenLifetime})
	if err != nil {
		return nil, err
	}
	ownerToken, _, err := issuer.Issue(token.Grant{Owner: owner, Lifetime: tokenLifetime})
	if err != nil {
		return nil, err
	}
	url := func(name string) string {
		if s := d.gateway.Server(name); s != nil {
			return s.URL()
		}
		return ""
	}
	dir, err := filepath.Abs(d.gateway.Storage().Dir)
	if err != nil {
		return nil, err
	}
	ca, files := "", enterpriseFilesIn(dir)
	if url("tls") != "" {
		ca = caFile(dir)
	}
	e := &Environment{}
	for _, v := range [][2]string{
		{"OVERGANG_URL", url("plain")},
		{"OVERGANG_TLS_URL", url("tls")},
		{"OVERGANG_CA", ca},
		{"OVERGANG_ADMIN_URL", url("admin")},
		{"SYSTEM_USER", strconv.Itoa(systemID)},
		{"SYSTEM_PASSWORD", d.accounts.Get(systemPassword)},
		{"PERSON_SSN", person.SSN.Reveal()},
		{"PERSON_NAME", person.Name},
		{"PERSON_PASSWORD", d.accounts.Get(personPassword)},
		{"PERSON_PIN", d.accounts.Get(personPIN)},
		{"ORG", havbris},
		{"SERVICE_CODE", wages.Code},
		{"SERVICE_EDITION", strconv.Itoa(int(wages.Edition))},
		{"DATA_FORMAT_ID", wagesForm},
		{"DATA_FORMAT_VERSION", strconv.Itoa(wagesFormVersion)},
		{"APP", owner + "/lonnsmelding"},
		{"DEMO_FORM", filepath.Join(dir, "demo-forms", "lonnsmelding.xml")},
		{"REST_TOKEN_USER", user.Reveal()},
		{"REST_TOKEN_OWNER", ownerToken.Reveal()},
		// The enterprise user, with certificate and key: the flavour EC2, over TLS.
		{"ENTERPRISE_USER", enterpriseUser},
		{"ENTERPRISE_PASSWORD", d.accounts.Get(enterprisePassword)},
		{"ENTERPRISE_PEM", files.pem},
		{"ENTERPRISE_P12", files.p12},
		{"ENTERPRISE_P12_PASSWORD", d.accounts.Get(keystorePassword)},
		{"ENTERPRISE_P12_ALIAS", keystoreAlias},
		{"OVERGANG_TRUSTSTORE", files.trust},
		{"OVERGANG_TRUSTSTORE_PASSWORD", d.accounts.Get(keystorePassword)},
		// Somebody else's, to see what is refused.
		{"OTHER_ORG", vidde},
		{"OTHER_SYSTEM_USER", strconv.Itoa(otherSystemID)},
		{"OTHER_SYSTEM_PASSWORD", d.accounts.Get(otherPassword)},
		// The second person, who signs ORG's forms of SIGNED_APP, too, and has files of OTHER_ORG.
		{"SIGNER_SSN", signer.SSN.Reveal()},
		{"SIGNER_NAME", signer.Name},
		{"SIGNER_PASSWORD", d.accounts.Get(signerPassword)},
		{"SIGNER_PIN", d.accounts.Get(signerPIN)},
		{"REST_TOKEN_SIGNER", second.Reveal()},
		// The service with a Signing step.
		{"SIGNED_SERVICE_CODE", statistics.Code},
		{"SIGNED_SERVICE_EDITION", strconv.Itoa(int(statistics.Edition))},
		{"SIGNED_DATA_FORMAT_ID", statisticsForm},
		{"SIGNED_DATA_FORMAT_VERSION", strconv.Itoa(statisticsFormVersion)},
		{"SIGNED_APP", owner + "/energistatistikk"},
		{"SIGNED_DEMO_FORM", filepath.Join(dir, "demo-forms", "energistatistikk.xml")},
		// The service whose forms those sign whom the sender names.
		{"TAX_SERVICE_CODE", taxes.Code},
		{"TAX_SERVICE_EDITION", strconv.Itoa(int(taxes.Edition))},
		{"TAX_DATA_FORMAT_ID", taxForm},
		{"TAX_DATA_FORMAT_VERSION", strconv.Itoa(taxFormVersion)},
		{"TAX_APP", owner + "/skattemelding"},
		{"TAX_DEMO_FORM", filepath.Join(dir, "demo-forms", "skattemelding.xml")},
		// The numbers of messages to ORG: an answer with an attachment, and one to be confirmed.
		{"CORRESPONDENCE_ID", d.mail["SVAR-2026-07"]},
		{"CONFIRM_CORRESPONDENCE_ID", d.mail["VEDTAK-2026-1"]},
		// The numbers of what ORG has in its archive: a form set, its attachment, and a lookup.
		{"ARCHIVED_ID", strconv.Itoa(int(d.archive.formSet))},
		{"ARCHIVED_ATTACHMENT_ID", strconv.Itoa(int(d.archive.attachment))},
		{"LOOKUP_ID", strconv.Itoa(int(d.archive.lookup))},
		// ORG's open case with an open form set in it, and what is filled in beforehand for its next wage report.
		{"CASE_ID", strconv.Itoa(int(d.records.file))},
		{"PREFILL_REFERENCE", prefillReference},
		// The certificate that the wage report's sensitive fields are encrypted with, and the key that its owner reads them with.
		{"SERVICE_CERTIFICATE_NUMBER", strconv.Itoa(int(d.records.certificate))},
		{"SERVICE_CERTIFICATE", serviceFilesIn(dir).certificate},
		{"SERVICE_KEY", serviceFilesIn(dir).key},
		// The service of file transfers: from ORG to BROKER_RECIPIENT, for both of which the system and the person may act.
		{"BROKER_SERVICE_CODE", transfers.Code},
		{"BROKER_SERVICE_EDITION", strconv.Itoa(int(transfers.Edition))},
		{"BROKER_RECIPIENT", nordlys},
		{"BROKER_RESOURCE", owner + "/filformidling"},
	} {
		e.Set(v[0], v[1])
	}
	return e, nil
}

// The call of the ready request.
const (
	submitPath      = "/IntermediaryExternal/IntermediaryInboundBasic.svc"
	submitOperation = "SubmitFormTaskBasic"
)

// submitAction is the call's SOAPAction, as the contract has it.
func submitAction(d *Demo) string {
	if e := d.gateway.Contract().EndpointAt(submitPath); e != nil {
		for _, o := range e.Operations {
			if o.Name == submitOperation {
				return o.Action
			}
		}
	}
	return ""
}

var requestTemplate = template.Must(template.New("request").Funcs(template.FuncMap{"xml": escape}).Parse(
	`<?xml version="1.0" encoding="utf-8"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>
<SubmitFormTaskBasic xmlns="http://www.altinn.no/services/Intermediary/Shipment/IntermediaryInbound/2009/10">
<systemUserName>{{.Get "SYSTEM_USER"}}</systemUserName><systemPassword>{{.Get "SYSTEM_PASSWORD" | xml}}</systemPassword>
<userSSN>{{.Get "PERSON_SSN"}}</userSSN><userPassword>{{.Get "PERSON_PASSWORD" | xml}}</userPassword>
<userPinCode>{{.Get "PERSON_PIN"}}</userPinCode><authMethod>AltinnPin</authMethod>
<formTaskShipment>
<Reportee>{{.Get "ORG"}}</Reportee><ExternalShipmentReference>first-submission</ExternalShipmentReference>
<FormTasks><ServiceCode>{{.Get "SERVICE_CODE"}}</ServiceCode><ServiceEdition>{{.Get "SERVICE_EDITION"}}</ServiceEdition><Forms><Form>
<Completed>true</Completed><DataFormatId>{{.Get "DATA_FORMAT_ID"}}</DataFormatId><DataFormatVersion>{{.Get "DATA_FORMAT_VERSION"}}</DataFormatVersion>
<EndUserSystemReference>form-1</EndUserSystemReference><ParentReference>0</ParentReference>
<FormData>{{.Get "FORM" | xml}}</FormData>
</Form></Forms></FormTasks>
<Signatures><EndUserSystemReference>signature-1</EndUserSystemReference><EndUserSystemUserId>newcomer</EndUserSystemUserId>
<EndUserSystemLoginDateTime>{{.Get "NOW"}}</EndUserSystemLoginDateTime><EndUserSystemSignatureDateTime>{{.Get "NOW"}}</EndUserSystemSignatureDateTime>
<EndUserSystemVersion>1</EndUserSystemVersion><EndUserSystemSignatureLogId>1</EndUserSystemSignatureLogId></Signatures>
<IsUserDelegationLocked>false</IsUserDelegationLocked><UserDefinedNumberOfSignaturesRequired>0</UserDefinedNumberOfSignaturesRequired>
<CaseID xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>
</formTaskShipment></SubmitFormTaskBasic></s:Body></s:Envelope>
`))

func escape(text string) (string, error) {
	var b bytes.Buffer
	err := xml.EscapeText(&b, []byte(text))
	return b.String(), err
}

// writeRequest writes a whole SubmitFormTaskBasic envelope and returns its
// path. It holds secrets.
func (d *Demo) writeRequest(e *Environment) (string, error) {
	request := &Environment{}
	for name, value := range e.All() {
		request.Set(name, value)
	}
	request.Set("FORM", string(form("lonnsmelding.xml")))
	request.Set("NOW", d.now().UTC().Format("2006-01-02T15:04:05Z"))
	var b bytes.Buffer
	if err := requestTemplate.Execute(&b, request); err != nil {
		return "", err
	}
	path := filepath.Join(d.formDir(), submitOperation+".xml")
	return path, writeFile(path, b.Bytes(), 0o600)
}

const (
	listenEvery = 300 * time.Millisecond
	atATime     = 100
)

// ShowMessages prints what an operator's sender would take from the outbox,
// until ctx ends.
func (d *Demo) ShowMessages(ctx context.Context, out io.Writer) {
	tick := time.NewTicker(listenEvery)
	defer tick.Stop()
	for {
		_ = d.eachMessage(ctx, func(m store.Message) { // a busy store is asked again
			fmt.Fprintf(out, "%s to %s: %s\n", m.Channel, m.To, m.Text.Reveal())
		})
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// eachMessage calls fn for the messages that are new.
func (d *Demo) eachMessage(ctx context.Context, fn func(store.Message)) error {
	for {
		list, err := d.admin.Messages(ctx, d.heard, atATime)
		if err != nil {
			return err
		}
		for _, m := range list {
			fn(m)
			d.heard = m.ID
		}
		if len(list) < atATime {
			return nil
		}
	}
}

// hostOf is what the certificate must name besides this machine.
func hostOf(l config.TLS) []string {
	host, _, err := net.SplitHostPort(l.Address)
	if err != nil || host == "" {
		return nil
	}
	return []string{host}
}

// secured tells where the flavours with WS-Security are; nothing without TLS.
func (e *Environment) secured() string {
	if e.Get("OVERGANG_TLS_URL") == "" {
		return ""
	}
	return fmt.Sprintf(`
WS and EC2 go over TLS, at %s: trust %s (for Java %s).
EC2 logs in as %s with the certificate in %s (ENTERPRISE_… in demo.env). With the same it gets a bearer token at %s/token.
`, e.Get("OVERGANG_TLS_URL"), e.Get("OVERGANG_CA"), e.Get("OVERGANG_TRUSTSTORE"), e.Get("ENTERPRISE_USER"), e.Get("ENTERPRISE_P12"), e.Get("OVERGANG_URL"))
}

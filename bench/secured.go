package main

import (
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"overgang/soap/soaptest"
	"overgang/soap/wss"
	"overgang/soap/wssc"
)

const (
	wsPath  = "/IntermediaryExternal/IntermediaryInbound.svc"
	ec2Path = "/IntermediaryExternal/IntermediaryInboundExternalEC2.svc"
	ec2NS   = "http://www.altinn.no/services/Intermediary/Shipment/IntermediaryInbound/2010/10"
)

// measureW3 sends EC2 submissions within one session: durable, then stubbed.
func measureW3(ctx context.Context, s settings) ([]row, error) {
	var rows []row
	for _, variant := range []struct{ binary, note string }{{s.binary, "EC2 submission, durable (FULL), every check on"}, {s.stub, "EC2 submission, store stubbed, every check on"}} {
		r, err := measureSession(ctx, s, variant.binary)
		if err != nil {
			return nil, err
		}
		r.id, r.note = "W3", variant.note
		rows = append(rows, r)
	}
	return rows, nil
}

func measureSession(ctx context.Context, s settings, binary string) (row, error) {
	g, err := startGateway(ctx, binary, "")
	if err != nil {
		return row{}, err
	}
	defer g.close()
	form, err := g.form()
	if err != nil {
		return row{}, err
	}
	return g.measureCalls(ctx, s, form)
}

// measureCalls opens a session and sends submissions in it.
func (g *gateway) measureCalls(ctx context.Context, s settings, form string) (row, error) {
	session, err := open(ctx, g.env)
	if err != nil {
		return row{}, err
	}
	to := g.env["OVERGANG_URL"] + ec2Path
	call := newSigned(session.Call(ec2NS+"/IIntermediaryInboundExternalEC/SubmitFormTaskEC", ""), to,
		`<SubmitFormTaskEC xmlns="`+ec2NS+`" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><userName>`+escape(g.env["ENTERPRISE_USER"])+`</userName><password>`+escape(g.env["ENTERPRISE_PASSWORD"])+`</password>`+
			shipment(g.env, form)+`</SubmitFormTaskEC>`)
	return measureSigned(ctx, s, g, to, call, "W3", "ReceiptStatusCode>OK<", 20_000)
}

// shipment is the formTaskShipment of a submission, which all flavours share.
func shipment(env environment, form string) string {
	whole := submission(env, inCDATA(form)) + submissionEnd
	return whole[strings.Index(whole, "<formTaskShipment>"):strings.Index(whole, "</SubmitFormTaskBasic>")]
}

// measureW4 asks for tokens.
func measureW4(ctx context.Context, s settings) ([]row, error) {
	g, err := startGateway(ctx, s.binary, "")
	if err != nil {
		return nil, err
	}
	defer g.close()
	r, err := g.measureTokens(ctx, s)
	return []row{r}, err
}

// measureTokens asks for tokens.
func (g *gateway) measureTokens(ctx context.Context, s settings) (row, error) {
	certificate, err := certificateOf(g.env)
	if err != nil {
		return row{}, err
	}
	to := g.env["OVERGANG_URL"] + ec2Path
	d := tokenRequest(certificate)
	r, err := measureSigned(ctx, s, g, to, newSigned(d, to, d.Body), "W4", "RequestedSecurityToken", 12_000)
	r.id, r.note = "W4", "EC2 token request and answer"
	return r, err
}

// measureSigned warms up with a pool for the most that could be sent, then
// makes one for what the warm-up says, and measures. most is per second.
func measureSigned(ctx context.Context, s settings, g *gateway, url string, m signedMessage, name, want string, most int) (row, error) {
	first, err := m.first(name + "-first")
	if err != nil {
		return row{}, err
	}
	if _, err := tell(ctx, url, first, want); err != nil {
		return row{}, err
	}
	warm := max(time.Second, s.seconds/5)
	script, err := m.script(ctx, name+"-warm", int(float64(most)*warm.Seconds()))
	if err != nil {
		return row{}, err
	}
	l, err := wrk(ctx, benchDir, url, script, warm)
	if err != nil {
		return row{}, err
	}
	if script, err = m.script(ctx, name+"-run", 2000+int(4*l.Rate*s.seconds.Seconds())); err != nil {
		return row{}, err
	}
	g.resetPeak()
	stop := g.profile(s, name)
	defer stop()
	used := g.cpuTime()
	l, err = wrk(ctx, benchDir, url, script, s.seconds)
	return row{who: "Overgang", rate: l.Rate, p50: l.P50, p99: l.P99, cpu: g.cpuEach(used, l.Rate*s.seconds.Seconds()), rss: g.peakRSS(), errors: l.Errors}, err
}

// measureW5 sends submissions in WS, and in Basic beside it: its goal is a
// share of W1.
func measureW5(ctx context.Context, s settings) ([]row, error) {
	g, err := startGateway(ctx, s.binary, "")
	if err != nil {
		return nil, err
	}
	defer g.close()
	form, err := g.form()
	if err != nil {
		return nil, err
	}
	basic, err := measureVariant(ctx, s, g, g.env, form, "W5-basic")
	if err != nil {
		return nil, err
	}
	basic.id, basic.note = "W5", "W1 in the same run"
	r, err := g.measureUser(ctx, s, form)
	r.note = fmt.Sprintf("WS submission, every check on: %.0f %% of W1", 100*r.rate/max(1, basic.rate))
	return []row{basic, r}, err
}

// measureUser sends submissions in WS.
func (g *gateway) measureUser(ctx context.Context, s settings, form string) (row, error) {
	url, message := g.env["OVERGANG_URL"]+wsPath, userMessage(g.env, form)
	if _, err := tell(ctx, url, strings.Replace(message, referenceMark, "W5-first", 1), "ReceiptStatusCode>OK<"); err != nil {
		return row{}, err
	}
	head, tail, _ := strings.Cut(message, referenceMark)
	script := func(run string) string {
		return fmt.Sprintf(`
local head, tail, n = %s, %s, 0
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/soap+xml; charset=utf-8"
request = function()
  n = n + 1
  return wrk.format(nil, nil, nil, head .. "%s-" .. n .. tail)
end
`, lua(head), lua(tail), run)
	}
	if _, err := wrk(ctx, benchDir, url, script("W5-warm"), s.seconds/2); err != nil {
		return row{}, err
	}
	g.resetPeak()
	stop := g.profile(s, "W5")
	defer stop()
	used := g.cpuTime()
	l, err := wrk(ctx, benchDir, url, script("W5-run"), s.seconds)
	return row{id: "W5", who: "Overgang", rate: l.Rate, p50: l.P50, p99: l.P99, cpu: g.cpuEach(used, l.Rate*s.seconds.Seconds()), rss: g.peakRSS(), errors: l.Errors}, err
}

// userMessage is a submission in WS with a mark for its reference. Its
// Timestamp lives for the five minutes that a measurement may take.
func userMessage(env environment, form string) string {
	now := time.Now().UTC()
	return `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="` + soaptest.AddressingSpace + `" xmlns:u="` + wss.UtilitySpace + `" xmlns:o="` + wss.SecuritySpace + `"><s:Header>` +
		`<a:Action s:mustUnderstand="1">` + intermediaryNS + `/IIntermediaryInboundExternal/SubmitFormTask</a:Action><a:MessageID>urn:uuid:5f8c1d1e-0000-4000-8000-000000000005</a:MessageID>` +
		`<a:ReplyTo><a:Address>` + soaptest.Anonymous + `</a:Address></a:ReplyTo><a:To s:mustUnderstand="1">` + env["OVERGANG_URL"] + wsPath + `</a:To>` +
		`<o:Security s:mustUnderstand="1"><u:Timestamp u:Id="_0"><u:Created>` + now.Format(time.RFC3339) + `</u:Created><u:Expires>` + now.Add(5*time.Minute).Format(time.RFC3339) + `</u:Expires></u:Timestamp>` +
		`<o:UsernameToken u:Id="user"><o:Username>` + escape(env["SYSTEM_USER"]) + `</o:Username><o:Password Type="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText">` +
		escape(env["SYSTEM_PASSWORD"]) + `</o:Password></o:UsernameToken></o:Security></s:Header><s:Body><SubmitFormTask xmlns="` + intermediaryNS + `" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">` +
		`<userSSN>` + env["PERSON_SSN"] + `</userSSN><userPassword>` + escape(env["PERSON_PASSWORD"]) + `</userPassword><userPinCode>` + env["PERSON_PIN"] + `</userPinCode><authMethod>AltinnPin</authMethod>` +
		shipment(env, form) + `</SubmitFormTask></s:Body></s:Envelope>`
}

// open establishes a session with the demo's certificate.
func open(ctx context.Context, env environment) (soaptest.Session, error) {
	certificate, err := certificateOf(env)
	if err != nil {
		return soaptest.Session{}, err
	}
	d := tokenRequest(certificate)
	d.To, d.Created, d.MessageID = env["OVERGANG_URL"]+ec2Path, time.Now(), "urn:uuid:5f8c1d1e-0000-4000-8000-000000000003"
	message, err := d.Write()
	if err != nil {
		return soaptest.Session{}, err
	}
	answer, err := tell(ctx, d.To, message, "RequestedSecurityToken")
	if err != nil {
		return soaptest.Session{}, err
	}
	return soaptest.ReadSession(answer)
}

// tokenRequest drafts a request for a token with the certificate in it, as the
// policy says (IncludeToken); the gateway would do without.
func tokenRequest(c soaptest.Certificate) soaptest.Draft {
	const profile = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
	d := c.TokenRequest(wssc.Issue, soaptest.Entropy)
	d.Tokens = `<o:BinarySecurityToken u:Id="certificate" EncodingType="` + profile + `soap-message-security-1.0#Base64Binary" ValueType="` + profile + `x509-token-profile-1.0#X509v3">` +
		base64.StdEncoding.EncodeToString(c.Cert.Raw) + `</o:BinarySecurityToken>`
	return d
}

// tell sends one message and wants an answer with a text in it.
func tell(ctx context.Context, url, message, want string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(message))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/soap+xml; charset=utf-8")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	var answer bytes.Buffer
	if _, err := io.Copy(&answer, io.LimitReader(res.Body, 1<<20)); err != nil {
		return "", err
	}
	if res.StatusCode != http.StatusOK || !strings.Contains(answer.String(), want) {
		return "", fmt.Errorf("HTTP %d without %s: %s", res.StatusCode, want, answer.String())
	}
	return answer.String(), nil
}

// certificateOf is the demo's enterprise user's.
func certificateOf(env environment) (c soaptest.Certificate, err error) {
	text, err := os.ReadFile(env["ENTERPRISE_PEM"])
	if err != nil {
		return c, err
	}
	for block, rest := pem.Decode(text); block != nil && err == nil; block, rest = pem.Decode(rest) {
		switch {
		case block.Type == "CERTIFICATE" && c.Cert == nil:
			c.Cert, err = x509.ParseCertificate(block.Bytes)
		case block.Type == "PRIVATE KEY":
			var key any
			key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
			c.Key, _ = key.(*rsa.PrivateKey)
		}
	}
	if err == nil && (c.Cert == nil || c.Key == nil) {
		err = errors.New(env["ENTERPRISE_PEM"] + " holds no certificate with its key")
	}
	return c, err
}

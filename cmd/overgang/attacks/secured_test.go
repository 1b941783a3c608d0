package attacks

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"overgang/soap/soaptest"
	"overgang/soap/wss"
	"overgang/soap/wssc"
)

const (
	wsPath    = "/IntermediaryExternal/IntermediaryInbound.svc"
	wsAction  = intermediaryNS + "/IIntermediaryInboundExternal/SubmitFormTask"
	ec2Path   = "/IntermediaryExternal/IntermediaryInboundExternalEC2.svc"
	ec2NS     = "http://www.altinn.no/services/Intermediary/Shipment/IntermediaryInbound/2010/10"
	ec2Action = ec2NS + "/IIntermediaryInboundExternalEC/SubmitFormTaskEC"
)

// attacker writes secured messages: it has what the demo gives a client, and a
// session of its own, begun when it is first wanted.
type attacker struct {
	env     map[string]string
	form    string
	session func() (soaptest.Session, error)
}

// attackers are remembered by their gateway: a session takes a request, and
// some cases send what others have sent.
var attackers = struct {
	sync.Mutex
	at   map[string]*attacker
	said map[string]string
	sent int
}{at: map[string]*attacker{}, said: map[string]string{}}

func attackerAt(env map[string]string, form string) *attacker {
	attackers.Lock()
	defer attackers.Unlock()
	a := attackers.at[env["OVERGANG_URL"]]
	if a == nil {
		a = &attacker{env: env, form: form}
		a.session = sync.OnceValues(a.begin)
		attackers.at[env["OVERGANG_URL"]] = a
	}
	return a
}

// functions are those of templates that write secured messages. What they are
// given in pairs is changed, before the message is signed.
func (a *attacker) functions() map[string]any {
	return map[string]any{
		"ws":     a.ws,     // a submission with a UsernameToken
		"ec2":    a.ec2,    // one that the session signs
		"rst":    a.rst,    // a token request
		"change": change,   // what is changed afterwards
		"once":   remember, // the same text for all who ask for the name
		"at":     func(d string) (string, error) { return at(d, time.RFC3339) },
		"atZone": atZone,
		"call":   func() string { return a.call() },
	}
}

// at is a time so long from now, as "-10m", in a layout.
func at(from, layout string) (string, error) {
	d, err := time.ParseDuration(from)
	return time.Now().Add(d).UTC().Format(layout), err
}

// atZone is a time elsewhere on earth.
func atZone(from, layout string) (string, error) {
	d, err := time.ParseDuration(from)
	return time.Now().Add(d).In(time.FixedZone("", 5*60*60+30*60)).Format(layout), err
}

func change(from, to, s string) (string, error) {
	if !strings.Contains(s, from) {
		return "", fmt.Errorf("no %q to change in %s", from, s)
	}
	return strings.Replace(s, from, to, 1), nil
}

func changeAll(s string, pairs []string) (_ string, err error) {
	for i := 0; i+1 < len(pairs) && err == nil; i += 2 {
		s, err = change(pairs[i], pairs[i+1], s)
	}
	return s, err
}

func remember(name, text string) string {
	attackers.Lock()
	defer attackers.Unlock()
	if attackers.said[name] == "" {
		attackers.said[name] = text
	}
	return attackers.said[name]
}

// next numbers messages.
func next() int {
	attackers.Lock()
	defer attackers.Unlock()
	attackers.sent++
	return attackers.sent
}

// shipment is the element that a submission is about.
func (a *attacker) shipment() string {
	whole := submission(a.env, fmt.Sprintf("secured-%d", next()), "<![CDATA["+a.form+"]]>", "")
	return whole[strings.Index(whole, "<formTaskShipment>"):strings.Index(whole, "</SubmitFormTaskBasic>")]
}

// call is the Body of a call in EC2.
func (a *attacker) call() string {
	return `<SubmitFormTaskEC xmlns="` + ec2NS + `"><userName>` + a.env["ENTERPRISE_USER"] + `</userName><password>` + a.env["ENTERPRISE_PASSWORD"] + `</password>` +
		a.shipment() + `</SubmitFormTaskEC>`
}

func (a *attacker) ws(changes ...string) (string, error) {
	return changeAll(`<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="`+soaptest.AddressingSpace+`" xmlns:o="`+wss.SecuritySpace+`" xmlns:u="`+wss.UtilitySpace+`"><s:Header>`+
		`<a:Action s:mustUnderstand="1">`+wsAction+`</a:Action><a:MessageID>urn:uuid:secured-`+fmt.Sprint(next())+`</a:MessageID><a:To s:mustUnderstand="1">`+a.env["OVERGANG_URL"]+wsPath+`</a:To>`+
		`<o:Security s:mustUnderstand="1"><u:Timestamp><u:Created>`+time.Now().UTC().Format(time.RFC3339)+`</u:Created><u:Expires>`+time.Now().Add(5*time.Minute).UTC().Format(time.RFC3339)+
		`</u:Expires></u:Timestamp><o:UsernameToken><o:Username>`+a.env["SYSTEM_USER"]+`</o:Username><o:Password>`+a.env["SYSTEM_PASSWORD"]+`</o:Password></o:UsernameToken></o:Security></s:Header>`+
		`<s:Body><SubmitFormTask xmlns="`+intermediaryNS+`">`+a.shipment()+`</SubmitFormTask></s:Body></s:Envelope>`, changes)
}

func (a *attacker) ec2(changes ...string) (string, error) {
	session, err := a.session()
	if err != nil {
		return "", err
	}
	return a.write(session.Call(ec2Action, a.call()), changes)
}

func (a *attacker) rst(changes ...string) (string, error) {
	certificate, err := a.certificate()
	if err != nil {
		return "", err
	}
	return a.write(certificate.TokenRequest(wssc.Issue, soaptest.Entropy), changes)
}

func (a *attacker) write(d soaptest.Draft, changes []string) (string, error) {
	var wrong error
	d.To, d.Created, d.MessageID = a.env["OVERGANG_URL"]+ec2Path, time.Now(), fmt.Sprintf("urn:uuid:secured-%d", next())
	d.Edit = func(s string) string {
		s, wrong = changeAll(s, changes)
		return s
	}
	message, err := d.Write()
	if wrong != nil {
		err = wrong
	}
	return message, err
}

// certificate is the demo's enterprise user's.
func (a *attacker) certificate() (c soaptest.Certificate, err error) {
	text, err := os.ReadFile(a.env["ENTERPRISE_PEM"])
	if err != nil {
		return c, err
	}
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		switch {
		case block.Type == "CERTIFICATE" && c.Cert == nil:
			c.Cert, err = x509.ParseCertificate(block.Bytes)
		case block.Type == "PRIVATE KEY":
			var key any
			if key, err = x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
				c.Key = key.(*rsa.PrivateKey)
			}
		}
		if err != nil {
			return c, err
		}
	}
	if c.Cert == nil || c.Key == nil {
		return c, fmt.Errorf("%s holds no certificate with its key", a.env["ENTERPRISE_PEM"])
	}
	return c, nil
}

// begin begins the session.
func (a *attacker) begin() (soaptest.Session, error) {
	request, err := a.rst()
	if err != nil {
		return soaptest.Session{}, err
	}
	res, err := http.Post(a.env["OVERGANG_URL"]+ec2Path, "application/soap+xml; charset=utf-8", strings.NewReader(request))
	if err != nil {
		return soaptest.Session{}, err
	}
	defer res.Body.Close()
	var answer bytes.Buffer
	if _, err := io.Copy(&answer, io.LimitReader(res.Body, 1<<20)); err != nil {
		return soaptest.Session{}, err
	}
	return soaptest.ReadSession(answer.String())
}

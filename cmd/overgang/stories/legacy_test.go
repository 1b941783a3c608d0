package stories

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/soap/soaptest"
	"overgang/soap/wss"
	"overgang/soap/wssc"
	"overgang/wsdl"
)

// legacy is an old client of one flavour, made from the contract.
type legacy struct {
	t       *testing.T
	town    *town
	flavour wsdl.Flavour
	// account has what credentials in messages are called, in small letters.
	account  map[string]string
	sessions map[string]soaptest.Session // EC2, by address
	hand     soaptest.Certificate        // EC2
}

// legacy is the demonstration's system with its person, or in EC2 the enterprise.
func (w *town) legacy(t *testing.T, f wsdl.Flavour) *legacy {
	t.Helper()
	l := &legacy{t: t, town: w, flavour: f, sessions: map[string]soaptest.Session{}}
	e := w.env
	if f != wsdl.EC2 {
		l.account = map[string]string{
			"systemusername": e.Get("SYSTEM_USER"), "systempassword": e.Get("SYSTEM_PASSWORD"),
			"userssn": e.Get("PERSON_SSN"), "userpassword": e.Get("PERSON_PASSWORD"), "userpincode": e.Get("PERSON_PIN"), "authmethod": "AltinnPin",
		}
		return l
	}
	l.account = map[string]string{"username": e.Get("ENTERPRISE_USER"), "password": e.Get("ENTERPRISE_PASSWORD")}
	text, err := os.ReadFile(e.Get("ENTERPRISE_PEM"))
	if err != nil {
		t.Fatal(err)
	}
	cert, more := pem.Decode(text)
	key, _ := pem.Decode(more)
	if l.hand.Cert, err = x509.ParseCertificate(cert.Bytes); err != nil {
		t.Fatal(err)
	}
	private, err := x509.ParsePKCS8PrivateKey(key.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	l.hand.Key = private.(*rsa.PrivateKey)
	return l
}

// as is the same client with other credentials.
func (l *legacy) as(account map[string]string) *legacy {
	other := *l
	other.account = map[string]string{}
	for _, from := range []map[string]string{l.account, account} {
		for name, value := range from {
			other.account[name] = value
		}
	}
	return &other
}

// operation finds a base operation in the client's flavour.
func (l *legacy) operation(base string) (*wsdl.Endpoint, *wsdl.Operation) {
	l.t.Helper()
	for _, name := range l.town.names[base][l.flavour] {
		for _, e := range l.town.gateway.Contract().Endpoints {
			if e.Flavour != l.flavour {
				continue
			}
			for _, op := range e.Operations {
				if op.Name == name {
					return e, op
				}
			}
		}
	}
	l.t.Fatalf("no %s in %s", base, l.flavour)
	return nil, nil
}

// call calls a base operation, which must succeed.
func (l *legacy) call(base string, given fields) *answer {
	l.t.Helper()
	status, a := l.try(base, given)
	if status != http.StatusOK {
		l.t.Fatalf("%s in %s: %d %s", base, l.flavour, status, a.text)
	}
	return a
}

// try calls a base operation.
func (l *legacy) try(base string, given fields) (int, *answer) {
	l.t.Helper()
	e, op := l.operation(base)
	w := &writer{account: l.account, used: map[string]bool{}}
	body := w.root(op.Input, given)
	var header string
	for _, part := range op.Headers {
		header += w.root(part, given)
	}
	for name := range given {
		if !w.used[name] {
			l.t.Fatalf("%s in %s has no %s", base, l.flavour, name)
		}
	}
	if len(w.wrong) > 0 {
		l.t.Fatalf("%s in %s: %s", base, l.flavour, strings.Join(w.wrong, "; "))
	}
	address := l.town.url + e.Paths[0]
	message, contentType := l.envelope(address, op.Action, header, body)
	return l.post(address, contentType, op.Action, message)
}

// envelope is a message with its credentials, as the flavour has them.
func (l *legacy) envelope(address, action, header, body string) (message, contentType string) {
	l.t.Helper()
	switch l.flavour {
	case wsdl.Basic:
		return `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>` + header + `</s:Header><s:Body>` + body + `</s:Body></s:Envelope>`,
			"text/xml; charset=utf-8"
	case wsdl.WS:
		token := `<o:UsernameToken><o:Username>` + l.account["systemusername"] + `</o:Username><o:Password>` + l.account["systempassword"] + `</o:Password></o:UsernameToken>`
		message = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="` + soaptest.AddressingSpace + `" xmlns:o="` + wss.SecuritySpace + `"><s:Header>` +
			`<a:Action s:mustUnderstand="1">` + action + `</a:Action><a:MessageID>urn:uuid:` + uuid.NewString() + `</a:MessageID><a:To s:mustUnderstand="1">` + address + `</a:To>` +
			header + `<o:Security s:mustUnderstand="1">` + token + `</o:Security></s:Header><s:Body>` + body + `</s:Body></s:Envelope>`
	default:
		d := l.session(address).Call(action, body)
		d.Edit = func(m string) string { return strings.Replace(m, `<o:Security `, header+`<o:Security `, 1) }
		message = l.signed(address, d)
	}
	return message, `application/soap+xml; charset=utf-8; action="` + action + `"`
}

// session is the security context at an address; the first call opens it.
func (l *legacy) session(address string) soaptest.Session {
	l.t.Helper()
	if s, ok := l.sessions[address]; ok {
		return s
	}
	d := l.hand.TokenRequest(wssc.Issue, soaptest.Entropy)
	_, a := l.post(address, `application/soap+xml; charset=utf-8; action="`+d.Action+`"`, d.Action, l.signed(address, d))
	s, err := soaptest.ReadSession(a.text)
	if err != nil {
		l.t.Fatal(err)
	}
	l.sessions[address] = s
	return s
}

func (l *legacy) signed(address string, d soaptest.Draft) string {
	l.t.Helper()
	d.To, d.Created, d.MessageID = address, time.Now(), "urn:uuid:"+uuid.NewString()
	message, err := d.Write()
	if err != nil {
		l.t.Fatal(err)
	}
	return message
}

func (l *legacy) post(address, contentType, action, message string) (int, *answer) {
	l.t.Helper()
	r, err := http.NewRequest(http.MethodPost, address, strings.NewReader(message))
	if err != nil {
		l.t.Fatal(err)
	}
	r.Header.Set("Content-Type", contentType)
	if l.flavour == wsdl.Basic {
		r.Header.Set("SOAPAction", `"`+action+`"`)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		l.t.Fatal(err)
	}
	defer res.Body.Close()
	var text bytes.Buffer
	if _, err := io.Copy(&text, res.Body); err != nil {
		l.t.Fatal(err)
	}
	a, err := readAnswer(res.Header.Get("Content-Type"), text.Bytes())
	if err != nil {
		l.t.Fatalf("%v in %s", err, text.String())
	}
	return res.StatusCode, a
}

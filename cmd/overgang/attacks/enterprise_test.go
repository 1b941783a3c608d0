package attacks

import (
	"bytes"
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/google/uuid"
)

// The EC2 endpoint that these tests call, and the names in its messages.
const (
	receiptEC2    = "/IntermediaryExternal/ReceiptExternalEC2.svc"
	receiptAction = receiptNS + "/IReceiptExternalEC/GetReceiptECV2"
	tokenAction   = "http://schemas.xmlsoap.org/ws/2005/02/trust/RST/SCT"

	securityNS     = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
	utilityNS      = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
	addressingNS   = "http://www.w3.org/2005/08/addressing"
	signatureNS    = "http://www.w3.org/2000/09/xmldsig#"
	canonical      = "http://www.w3.org/2001/10/xml-exc-c14n#"
	x509Token      = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
	contextToken   = "http://schemas.xmlsoap.org/ws/2005/02/sc/sct"
	securityFault  = "An error occurred when verifying security for the message."
	wrongPassword  = "Wrong username/password supplied."
	tokensLifetime = 5 * time.Minute
)

// enterprise is a client of EC2. Its messages are written in their canonical
// form, so that what is signed is what is sent.
type enterprise struct {
	url            string
	user, password string
	der            []byte
	key            *rsa.PrivateKey
}

// session is an established security context.
type session struct {
	token, id string // the SecurityContextToken and its wsu:Id
	key       []byte
}

// timestamp is a Timestamp block named "time".
func timestamp() string {
	// Nothing else is signed: two messages of one millisecond would be replays.
	time.Sleep(2 * time.Millisecond)
	now := time.Now().UTC()
	const form = "2006-01-02T15:04:05.000Z"
	return `<u:Timestamp xmlns:u="` + utilityNS + `" u:Id="time"><u:Created>` + now.Format(form) + `</u:Created><u:Expires>` + now.Add(tokensLifetime).Format(form) + `</u:Expires></u:Timestamp>`
}

// signed is a Signature over blocks by their ids; sign makes its value.
func signed(blocks map[string]string, order []string, method, keyInfo string, sign func([]byte) ([]byte, error)) (string, error) {
	var refs string
	for _, id := range order {
		sum := sha1.Sum([]byte(blocks[id]))
		refs += `<d:Reference URI="#` + id + `"><d:Transforms><d:Transform Algorithm="` + canonical + `"></d:Transform></d:Transforms>` +
			`<d:DigestMethod Algorithm="` + signatureNS + `sha1"></d:DigestMethod><d:DigestValue>` + base64.StdEncoding.EncodeToString(sum[:]) + `</d:DigestValue></d:Reference>`
	}
	info := `<d:SignedInfo xmlns:d="` + signatureNS + `"><d:CanonicalizationMethod Algorithm="` + canonical + `"></d:CanonicalizationMethod>` +
		`<d:SignatureMethod Algorithm="` + method + `"></d:SignatureMethod>` + refs + `</d:SignedInfo>`
	value, err := sign([]byte(info))
	return `<d:Signature xmlns:d="` + signatureNS + `">` + info + `<d:SignatureValue>` + base64.StdEncoding.EncodeToString(value) + `</d:SignatureValue>` +
		`<d:KeyInfo><w:SecurityTokenReference>` + keyInfo + `</w:SecurityTokenReference></d:KeyInfo></d:Signature>`, err
}

// message is an envelope with a Security header and a body.
func (e *enterprise) message(action, to, security, body string) string {
	return `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header>` +
		`<a:Action xmlns:a="` + addressingNS + `" s:mustUnderstand="1">` + action + `</a:Action><a:MessageID xmlns:a="` + addressingNS + `">urn:uuid:` + uuid.NewString() + `</a:MessageID>` + to +
		`<w:Security xmlns:w="` + securityNS + `" s:mustUnderstand="1">` + security + `</w:Security></s:Header><s:Body>` + body + `</s:Body></s:Envelope>`
}

// post sends a message and returns the answer.
func (e *enterprise) post(action, message string, header ...string) (answer, error) {
	begun := time.Now()
	r, err := http.NewRequest(http.MethodPost, e.url, bytes.NewReader([]byte(message)))
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("Content-Type", `application/soap+xml; charset=utf-8; action="`+action+`"`)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return answer{status: res.StatusCode, header: res.Header, body: string(text), took: time.Since(begun)}, err
}

// ask requests a token: the certificate goes along, and signs Timestamp and To.
func (e *enterprise) ask(entropy []byte, header ...string) (answer, error) {
	to := `<a:To xmlns:a="` + addressingNS + `" xmlns:u="` + utilityNS + `" u:Id="to">` + e.url + `</a:To>`
	blocks := map[string]string{"time": timestamp(), "to": to}
	signature, err := signed(blocks, []string{"time", "to"}, signatureNS+"rsa-sha1", `<w:Reference URI="#cert" ValueType="`+x509Token+`"></w:Reference>`,
		func(info []byte) ([]byte, error) {
			sum := sha1.Sum(info)
			return rsa.SignPKCS1v15(rand.Reader, e.key, crypto.SHA1, sum[:])
		})
	if err != nil {
		return answer{}, err
	}
	token := `<w:BinarySecurityToken xmlns:u="` + utilityNS + `" u:Id="cert" ValueType="` + x509Token + `" EncodingType="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary">` +
		base64.StdEncoding.EncodeToString(e.der) + `</w:BinarySecurityToken>`
	body := `<t:RequestSecurityToken xmlns:t="http://schemas.xmlsoap.org/ws/2005/02/trust"><t:TokenType>` + contextToken + `</t:TokenType>` +
		`<t:RequestType>http://schemas.xmlsoap.org/ws/2005/02/trust/Issue</t:RequestType><t:Entropy><t:BinarySecret Type="http://schemas.xmlsoap.org/ws/2005/02/trust/Nonce">` +
		base64.StdEncoding.EncodeToString(entropy) + `</t:BinarySecret></t:Entropy><t:KeySize>256</t:KeySize></t:RequestSecurityToken>`
	return e.post(tokenAction, e.message(tokenAction, to, blocks["time"]+token+signature, body), header...)
}

var (
	theToken  = regexp.MustCompile(`(?s)<c:SecurityContextToken .*?u:Id="([^"]+)".*?</c:SecurityContextToken>`)
	theSecret = regexp.MustCompile(`<t:Entropy><t:BinarySecret[^>]*>([^<]+)<`)
)

// open establishes a security context.
func (e *enterprise) open(t *testing.T) session {
	t.Helper()
	entropy := make([]byte, 32)
	rand.Read(entropy)
	a, err := e.ask(entropy)
	token, secret := theToken.FindStringSubmatch(a.body), theSecret.FindStringSubmatch(a.body)
	if err != nil || a.status != http.StatusOK || token == nil || secret == nil {
		t.Fatalf("no token: %v, HTTP %d\n%s", err, a.status, head(a.body))
	}
	ours, err := base64.StdEncoding.DecodeString(secret[1])
	if err != nil {
		t.Fatal(err)
	}
	return session{token: token[0], id: token[1], key: pSHA1(entropy, ours, 32)}
}

// pSHA1 is P_SHA-1 of RFC 2246 §5, as WS-Trust §6 uses it.
func pSHA1(secret, seed []byte, n int) (key []byte) {
	sum := func(parts ...[]byte) []byte {
		m := hmac.New(sha1.New, secret)
		for _, p := range parts {
			m.Write(p)
		}
		return m.Sum(nil)
	}
	for a := sum(seed); len(key) < n; a = sum(a) {
		key = append(key, sum(a, seed)...)
	}
	return key[:n]
}

// call asks for a receipt within a session, with the client's or other credentials.
func (e *enterprise) call(s session, user, password string) (answer, error) {
	blocks := map[string]string{"time": timestamp()}
	signature, err := signed(blocks, []string{"time"}, signatureNS+"hmac-sha1", `<w:Reference URI="#`+s.id+`" ValueType="`+contextToken+`"></w:Reference>`,
		func(info []byte) ([]byte, error) {
			m := hmac.New(sha1.New, s.key)
			m.Write(info)
			return m.Sum(nil), nil
		})
	if err != nil {
		return answer{}, err
	}
	body := fmt.Sprintf(`<GetReceiptECV2 xmlns="%s"><userName>%s</userName><password>%s</password>`+
		`<receipt xmlns:r="http://schemas.altinn.no/services/Intermediary/Receipt/2015/06"><r:ReceiptId>1</r:ReceiptId></receipt></GetReceiptECV2>`, receiptNS, user, password)
	to := `<a:To xmlns:a="` + addressingNS + `">` + e.url + `</a:To>`
	return e.post(receiptAction, e.message(receiptAction, to, blocks["time"]+s.token+signature, body))
}

// thumbprint is the SHA-256 of the certificate, as operators name it.
func (e *enterprise) thumbprint() string { return fmt.Sprintf("%x", sha256.Sum256(e.der)) }

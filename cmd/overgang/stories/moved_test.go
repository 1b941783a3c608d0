package stories

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"overgang/wsdl"
)

// moved is the same caller over HTTP: the person with the demonstration's token, in
// EC2 the enterprise with one that it gets by its certificate.
func (l *legacy) moved() *modern {
	l.t.Helper()
	if l.flavour != wsdl.EC2 {
		return l.town.modern(l.t, "REST_TOKEN_USER")
	}
	var metadata struct {
		Issuer   string `json:"issuer"`
		Endpoint string `json:"token_endpoint"`
	}
	l.fetch(http.Get(l.town.url + "/.well-known/oauth-authorization-server"))(&metadata)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.PS256, Key: l.hand.Key},
		(&jose.SignerOptions{}).WithHeader("x5c", []string{base64.StdEncoding.EncodeToString(l.hand.Cert.Raw)}))
	if err != nil {
		l.t.Fatal(err)
	}
	now := time.Now().Unix()
	assertion, err := jwt.Signed(signer).Claims(map[string]any{"iss": l.account["username"], "aud": metadata.Issuer, "jti": rand.Text(),
		"iat": now, "exp": now + 120, "scope": "instances.read instances.write"}).Serialize()
	if err != nil {
		l.t.Fatal(err)
	}
	var granted struct {
		Token string `json:"access_token"`
	}
	l.fetch(http.PostForm(metadata.Endpoint, url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {assertion}}))(&granted)
	return &modern{t: l.t, url: l.town.url, token: granted.Token}
}

// fetch reads an answer in JSON, which must be a good one.
func (l *legacy) fetch(res *http.Response, err error) func(any) {
	return func(into any) {
		l.t.Helper()
		if err != nil {
			l.t.Fatal(err)
		}
		defer res.Body.Close()
		if err := json.NewDecoder(res.Body).Decode(into); err != nil || res.StatusCode != http.StatusOK {
			l.t.Fatalf("%s: %v", res.Status, err)
		}
	}
}

// TestEnterpriseSignsOverHTTP: what the enterprise may sign with its certificate in
// EC2 it signs with its token, and is named alike.
func TestEnterpriseSignsOverHTTP(t *testing.T) {
	old := theTown.legacy(t, wsdl.EC2)
	env, now := theTown.env, old.moved()
	form := readFile(t, env.Get("SIGNED_DEMO_FORM"))
	sent := old.call("SubmitFormTask", fields{"formTaskShipment": shipment(env, "SIGNED_", "signert-over-soap", form, "x", true)})
	bySOAP := old.call("GetReceiptV2", fields{"receipt": fields{"ReceiptId": sent.get("ReceiptId")}}).references()["ArchiveReference"]

	app := "/" + env.Get("SIGNED_APP") + "/instances"
	template, err := json.Marshal(object{"reportee": object{"organizationNumber": env.Get("ORG")}})
	if err != nil {
		t.Fatal(err)
	}
	made := now.ask(http.MethodPost, app, []part{{"instance", "", "application/json", string(template)}, {"default", "", "application/xml", form}})
	at, archived := app+"/"+made.text("id"), ""
	for archived == "" {
		now.send(http.MethodPut, at+"/process/next", object{})
		archived = now.get(at).text("archiveReference")
	}
	agency := theTown.agency(t, "SIGNED_APP")
	told := func(archived string) string {
		instance, _ := agency.fetch(archived)
		signatures := instance.list("signatures")
		if len(signatures) != 1 {
			t.Fatalf("%d signatures of %s", len(signatures), archived)
		}
		return strings.Join([]string{instance.text("createdBy"), instance.text("lastChangedBy"), signatures[0].text("by"), signatures[0].text("step")}, " ")
	}
	one, other := told(bySOAP), told(archived)
	if one != other || !strings.HasPrefix(one, "enterprise:") {
		t.Errorf("over SOAP %s, over HTTP %s", one, other)
	}
	list := old.call("GetReporteeElementListV2", fields{"searchBE": search(env.Get("ORG")), "languageID": bokmaal})
	if list.one("ReporteeElementBEV2", "ReporteeElementId", now.get(at).text("number")) == nil {
		t.Error("what was sent in over HTTP is not in the old inbox")
	}
}

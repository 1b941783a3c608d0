package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"overgang/rest/api"
	"overgang/rest/api/token"
)

const keysJSON = `"encryptedKeys": {"party": "cGFzc29yZA==", "owners": [{"owner": "TTD", "certificate": 1042, "key": "ZWllcg=="}, {"certificate": 7, "key": "bnk="}]}`

func TestEncryptedKeys(t *testing.T) {
	g := newGateway(t)
	all := api.EncryptedKeys{Party: "cGFzc29yZA==", Owners: []api.OwnerKey{{Owner: "TTD", Certificate: 1042, Key: "ZWllcg=="}, {Certificate: 7, Key: "bnk="}}}
	owners := api.EncryptedKeys{Owners: all.Owners}
	kind, body := parts(t, part{name: "instance", kind: "application/json", content: `{"instanceOwnerId":"50001",` + keysJSON + `}`})
	for name, c := range map[string]call{
		"json": {method: "POST", path: instancesPath, as: asUser, header: asJSON, body: `{"instanceOwnerId":"50001",` + keysJSON + `,
			"data": [{"formId": "vedlegg", "contentType": "text/plain", "content": "aGVp", "encrypted": true}, {"formId": "vedlegg", "contentType": "text/plain", "content": "aGVp"}]}`},
		"multipart": {method: "POST", path: instancesPath, as: asUser, header: header("Content-Type", kind), body: body},
	} {
		t.Run(name, func(t *testing.T) {
			var made api.Instance
			g.do(c).want(t, http.StatusCreated, "").json(t, &made)
			if d := cmp.Diff(all, made.EncryptedKeys); d != "" {
				t.Error(d)
			}
			if name == "json" && (len(made.Data) != 2 || !made.Data[0].Encrypted || made.Data[1].Encrypted) {
				t.Errorf("%+v", made.Data)
			}
			path := instancesPath + "/" + made.Id
			for _, reader := range []struct {
				as   token.Grant
				want api.EncryptedKeys
			}{{asUser, all}, {asOwner, owners}} {
				var read api.Instance
				g.do(call{method: "GET", path: path, as: reader.as}).want(t, http.StatusOK, "").json(t, &read)
				var later api.LaterInstance
				g.do(call{method: "GET", path: path, as: reader.as, header: header("Accept", "application/json; profile=altinn3")}).want(t, http.StatusOK, "").json(t, &later)
				if d := cmp.Diff(reader.want, read.EncryptedKeys) + cmp.Diff(reader.want, later.EncryptedKeys); d != "" {
					t.Errorf("as %+v: %s", reader.as, d)
				}
				if name == "json" && (len(later.Data) != 2 || !later.Data[0].Encrypted || later.Data[1].Encrypted) {
					t.Errorf("%+v", later.Data)
				}
			}
		})
	}
	plain := g.do(call{method: "POST", path: instancesPath, as: asUser, header: asJSON, body: `{"instanceOwnerId":"50001"}`}).want(t, http.StatusCreated, "")
	if strings.Contains(string(plain.body), "ncrypted") {
		t.Errorf("an instance without keys: %s", plain.body)
	}
	if strings.Contains(g.logs.String(), "cGFzc29yZA==") {
		t.Error("the log has a key")
	}
}

func TestEncryptedElements(t *testing.T) {
	g := newGateway(t)
	i := g.create(person)
	encrypted := func(method, path string) bool {
		t.Helper()
		status := map[string]int{"POST": http.StatusCreated, "PUT": http.StatusOK}[method]
		var e api.DataElement
		g.do(call{method: method, path: path, as: asUser, body: "hei", header: header("Content-Type", "text/plain", "Prefer", "return=element")}).want(t, status, "").json(t, &e)
		return e.Encrypted
	}
	if encrypted("POST", dataPath(i)+"?formId=vedlegg") || encrypted("POST", dataPath(i)+"?formId=vedlegg&encrypted=false") || !encrypted("POST", dataPath(i)+"?formId=vedlegg&encrypted=true") {
		t.Error("an added element is not what was said of it")
	}
	var all []api.DataElement
	g.do(call{method: "GET", path: dataPath(i), as: asUser}).want(t, http.StatusOK, "").json(t, &all)
	last := dataPath(i) + "/" + all[len(all)-1].Id.String()
	if !encrypted("PUT", last) || encrypted("PUT", last+"?encrypted=false") || encrypted("PUT", last) || !encrypted("PUT", last+"?encrypted=true") {
		t.Error("a replaced element is not what was said of it")
	}
	for _, method := range []string{"POST", "PUT"} {
		path := map[string]string{"POST": dataPath(i) + "?formId=vedlegg&encrypted=ja", "PUT": last + "?encrypted=ja"}[method]
		g.do(call{method: method, path: path, as: asUser, body: "hei", header: header("Content-Type", "text/plain")}).want(t, http.StatusBadRequest, "boolean-invalid")
	}
}

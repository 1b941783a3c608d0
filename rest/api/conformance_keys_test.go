package api_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"overgang/rest/api"
)

// withKeys makes an instance with keys.
func withKeys(keys string) func(*stage, *call, api.Instance) {
	return content("application/json", `{"instanceOwnerId":"50001","encryptedKeys":`+keys+`}`)
}

// keysShown checks the keys that the application's owner is answered with.
func keysShown(want api.EncryptedKeys) func(*testing.T, answer) {
	return func(t *testing.T, a answer) {
		located(t, a)
		var i api.Instance
		a.json(t, &i)
		if d := cmp.Diff(want, i.EncryptedKeys); d != "" {
			t.Error(d)
		}
	}
}

// keyExamples are about encrypted keys and elements.
var keyExamples = []example{
	{name: "with keys", of: "createInstance", status: 201, differs: withKeys(`{"party":"cA==","owners":[{"owner":"TTD","certificate":7,"key":"bw=="}]}`),
		shown: keysShown(api.EncryptedKeys{Owners: []api.OwnerKey{{Owner: "TTD", Certificate: 7, Key: "bw=="}}})},
	{name: "with keys in parts", of: "createInstance", status: 201,
		differs: byParts(part{name: "instance", kind: "application/json", content: `{"instanceOwnerId":"50001","encryptedKeys":{"owners":[{"certificate":7,"key":"bw=="}]}}`}),
		shown:   keysShown(api.EncryptedKeys{Owners: []api.OwnerKey{{Certificate: 7, Key: "bw=="}}})},
	{name: "an empty key", of: "createInstance", status: 400, code: "key-invalid", differs: withKeys(`{"owners":[{"certificate":7,"key":""}]}`)},
	{name: "a key that is no text", of: "createInstance", status: 400, code: "key-invalid", differs: withKeys(`{"party":"a\u0001"}`)},
	{name: "a large key", of: "createInstance", status: 413, code: "key-large", differs: withKeys(`{"party":"` + strings.Repeat("k", 8193) + `"}`)},
	{name: "many keys", of: "createInstance", status: 413, code: "keys-many",
		differs: withKeys(`{"party":"cA==","owners":[` + strings.Repeat(`{"certificate":7,"key":"bw=="},`, 15) + `{"certificate":8,"key":"bw=="}]}`)},
	{name: "an encrypted form", of: "createInstance", status: 400, code: "form-encrypted",
		differs: content("application/json", `{"instanceOwnerId":"50001","data":[{"formId":"default","content":"PG1lbGRpbmcvPg==","encrypted":true}]}`)},
	{name: "encrypted", of: "addElement", status: 201, differs: instead("formId=vedlegg", "formId=vedlegg&encrypted=true"), shown: func(t *testing.T, a answer) {
		if !strings.Contains(string(a.body), `"encrypted":true`) {
			t.Errorf("%s", a.body)
		}
	}},
}

package stories

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"overgang/cmd/overgang/demo"
)

// agency owns the demonstration's services, and knows the HTTP API only.
type agency struct {
	*modern
	env *demo.Environment
	app string
}

func (w *town) agency(t *testing.T, app string) *agency {
	return &agency{modern: w.modern(t, "REST_TOKEN_OWNER"), env: w.env, app: w.env.Get(app)}
}

func organisation(number string) string { return "urn:altinn:organization:identifier-no:" + number }

// offer puts prefill for the party.
func (a *agency) offer(reference, data string) {
	a.t.Helper()
	a.ask(http.MethodPost, "/prefill/api/v1/prefill", object{
		"resourceId": a.app, "party": organisation(a.env.Get("ORG")), "reference": reference,
		"forms": []object{{"dataFormatId": a.env.Get("DATA_FORMAT_ID"), "dataFormatVersion": 1, "data": data}},
	})
}

// fetch finds what came in by its archive reference, and downloads it: content by
// data type.
func (a *agency) fetch(archived string) (instance object, content map[string]string) {
	a.t.Helper()
	found := a.get("/storage/instances?appId=" + a.app + "&archiveReference=" + archived).at("_embedded").list("instances")
	if len(found) != 1 {
		a.t.Fatalf("%d instances with %s", len(found), archived)
	}
	content = map[string]string{}
	for _, e := range found[0].list("data") {
		content[e.text("formId")] = string(a.send(http.MethodGet, e.at("dataLinks").text("platform"), nil))
	}
	return found[0], content
}

// acknowledge confirms all of it, once its downloads are noted.
func (a *agency) acknowledge(instance object) {
	a.t.Helper()
	self := instance.at("selfLinks").text("platform")
	soon(a.t, "the downloads are noted", func() bool {
		for _, e := range a.get(self).list("data") {
			if len(e.at("applicationOwner")["downloaded"].([]any)) == 0 {
				return false
			}
		}
		return true
	})
	a.send(http.MethodPost, self+"/complete", nil)
}

// answer sends a message with a letter, to be confirmed.
func (a *agency) answer(archived, title, letter string) (message object) {
	a.t.Helper()
	text, err := json.Marshal(object{
		"recipients": []string{organisation(a.env.Get("ORG"))},
		"correspondence": object{
			"resourceId": a.app, "messageSender": "Oppdiktet etat", "answersTo": archived, "isConfirmationNeeded": true,
			"content": object{"language": "nb", "messageTitle": title, "messageBody": "<p>Se vedlegget.</p>", "attachments": []object{{"displayName": "Beregning"}}},
		},
	})
	if err != nil {
		a.t.Fatal(err)
	}
	sent := a.ask(http.MethodPost, "/correspondence/api/v1/correspondence/upload",
		[]part{{"correspondence", "", "application/json", string(text)}, {"attachments", "beregning.txt", "text/plain", letter}})
	return sent.list("correspondences")[0]
}

// seen is a message as the agency sees it.
func (a *agency) seen(message object) object {
	a.t.Helper()
	return a.get("/correspondence/api/v1/correspondence/" + message.text("correspondenceId"))
}

// report is the demonstration's wage report; strip makes of it what the agency
// knows beforehand.
func report(e *demo.Environment, t *testing.T) (form, prefill string) {
	t.Helper()
	form = readFile(t, e.Get("DEMO_FORM"))
	_, prefill, _ = strings.Cut(form, "?>\n")
	from, to := strings.Index(prefill, "<Oppsummering>"), strings.Index(prefill, "</Lonnsmelding>")
	return form, prefill[:from] + prefill[to:]
}

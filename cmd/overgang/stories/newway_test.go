package stories

import (
	"net/http"
	"net/url"
	"time"

	"overgang/cmd/overgang/demo"
)

// newWay is the HTTP API.
type newWay struct {
	*modern
	env *demo.Environment
}

const messages = "/correspondence/api/v1/correspondence"

func (n newWay) prefill(reference string) string {
	query := url.Values{"resourceId": {n.env.Get("APP")}, "party": {organisation(n.env.Get("ORG"))}}
	for _, p := range n.get("/prefill/api/v1/prefill?" + query.Encode()).list("prefill") {
		if p.text("reference") == reference {
			return p.list("forms")[0].text("data")
		}
	}
	return ""
}

func (n newWay) submit(form, lists string) string {
	app := "/" + n.env.Get("APP") + "/instances"
	made := n.ask(http.MethodPost, app, object{
		"reportee": object{"organizationNumber": n.env.Get("ORG")}, "externalShipmentReference": "maaned-" + time.Now().Format(time.RFC3339Nano),
		"data": []object{
			{"formId": "default", "contentType": "application/xml", "content": []byte(form), "sendersReference": "skjema-1"},
			{"formId": "vedlegg", "contentType": "text/csv", "fileName": "lister.csv", "content": []byte(lists), "sendersReference": "vedlegg-1"},
		},
	})
	for at := app + "/" + made.text("id"); ; {
		if n.get(at+"/process").text("isCompleted") == "true" {
			return n.get(at).text("archiveReference")
		}
		n.send(http.MethodPut, at+"/process/next", object{})
	}
}

func (n newWay) find(archived, more string) []object {
	return n.get("/storage/instances?appId=" + n.env.Get("APP") + "&archiveReference=" + archived + more).at("_embedded").list("instances")
}

func (n newWay) confirmed(archived string) bool { return len(n.find(archived, "&confirmed=true")) == 1 }

func (n newWay) answer(archived string) object {
	ids, _ := n.get(messages + "?answersTo=" + archived)["ids"].([]any)
	if len(ids) != 1 {
		n.t.Fatalf("%d messages answer %s", len(ids), archived)
	}
	return n.get(messages + "/" + ids[0].(string))
}

// inbox is in the words of the old one.
func (n newWay) inbox(archived string) string {
	status := map[string]string{"Published": "NotOpenedConfirmationReq", "Read": "OpenedNotConfirmed", "Confirmed": "Confirmed", "Archived": "Archive"}
	sent, got := n.find(archived, "")[0], n.answer(archived)
	step := "FillIn"
	if sent.at("status")["isArchived"] == true {
		step = "Archive"
	}
	title := n.get("/storage/applications/" + n.env.Get("APP")).at("titles").text("nb")
	return title + ", " + step + "; " + got.at("content").text("messageTitle") + ", " + status[got.text("status")]
}

func (n newWay) read(archived string) (title, letter string) {
	got := n.answer(archived)
	n.act(archived, "/markasread")
	return got.at("content").text("messageTitle"), n.letter(got)
}

func (n newWay) letter(message object) string {
	file := message.at("content").list("attachments")[0].text("attachmentId")
	return string(n.send(http.MethodGet, messages+"/"+message.text("correspondenceId")+"/attachment/"+file+"/download", nil))
}

func (n newWay) act(archived, action string) {
	n.send(http.MethodPost, messages+"/"+n.answer(archived).text("correspondenceId")+action, nil)
}

func (n newWay) confirm(archived string)           { n.act(archived, "/confirm") }
func (n newWay) archive(archived string)           { n.act(archived, "/archive") }
func (n newWay) form(archived string) string       { return n.element(archived, "default") }
func (n newWay) attachment(archived string) string { return n.element(archived, "vedlegg") }

func (n newWay) element(archived, kind string) string {
	for _, e := range n.find(archived, "")[0].list("data") {
		if e.text("formId") == kind {
			return string(n.send(http.MethodGet, e.at("dataLinks").text("platform"), nil))
		}
	}
	return ""
}

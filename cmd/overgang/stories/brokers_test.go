package stories

import (
	"crypto/md5"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/beevik/etree"
	"github.com/google/go-cmp/cmp"

	"overgang/wsdl"
)

const transfers = "/broker/api/v1/filetransfer"

// opens announces a file and returns its reference.
func (l *legacy) opens(reference string, recipients ...any) string {
	l.t.Helper()
	e := l.town.env
	var to []any
	for _, r := range recipients {
		to = append(to, fields{"PartyNumber": r})
	}
	return l.call("InitiateBrokerService", fields{"brokerServiceInitiation": fields{
		"Manifest": fields{"ExternalServiceCode": e.Get("BROKER_SERVICE_CODE"), "ExternalServiceEditionCode": e.Get("BROKER_SERVICE_EDITION"), "Reportee": e.Get("ORG"),
			"SendersReference": reference},
		"RecipientList": fields{"Recipient": to},
	}}).only()
}

// told is what a receipt has told so far, without times, the oldest first.
func told(r *answer) []string {
	lines := []string{r.get("ReceiptText")}
	for line := range strings.Lines(r.get("ReceiptHistory")) {
		_, text, _ := strings.Cut(strings.TrimSpace(line), " ")
		lines = append(lines, text)
	}
	slices.Reverse(lines)
	return lines
}

// below is a recipient's part of a receipt.
func below(r *answer, party string) *answer {
	for _, sub := range r.all("SubReceipts/Receipt") {
		if sub.references()["PartyReference"] == party {
			return sub
		}
	}
	return &answer{at: etree.NewElement("none")}
}

// TestBrokers is interop/scenarios/brokers in every flavour: an old system sends to a
// new one and the other way round, and the receipts tell all of it.
func TestBrokers(t *testing.T) {
	everyFlavour(t, func(t *testing.T, town *town, old *legacy) {
		vidde := town.modern(t, "REST_TOKEN_SIGNER")
		havbris, other := town.env.Get("ORG"), town.env.Get("OTHER_ORG")
		drawing, reply := "tegning-"+string(old.flavour), "svar-"+string(old.flavour)
		content := strings.Repeat("\x00tegning\xff", 20_000)

		file := old.opens(drawing, other)
		sent := old.call("UploadFileStreamed", fields{"FileName": "tegning.dwg", "Reference": file, "Reportee": havbris, "DataStream": []byte(content)})
		if sent.get("ReceiptStatusCode") != "OK" {
			t.Fatal(sent.text)
		}
		overview := vidde.get(transfers + "/" + file)
		if overview.text("fileTransferStatus") != "Published" || overview.text("fileName") != "tegning.dwg" || overview.text("checksum") != fmt.Sprintf("%x", md5.Sum([]byte(content))) {
			t.Errorf("%v", overview)
		}
		if got := vidde.send(http.MethodGet, transfers+"/"+file+"/download", nil); string(got) != content {
			t.Errorf("%d bytes over HTTP", len(got))
		}
		soon(t, "the download is told", func() bool {
			return strings.Contains(below(old.receipt("SendersReference", drawing), other).get("ReceiptText"), "downloaded")
		})
		vidde.send(http.MethodPost, transfers+"/"+file+"/confirmdownload", nil)
		receipt := old.receipt("SendersReference", drawing)
		if diff := cmp.Diff([]string{
			"The file transfer is initiated. Its file is to be uploaded.", "Upload of file tegning.dwg was successful. Recipients can now download the file.",
			"All recipients have confirmed that the file was downloaded.",
		}, told(receipt)); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{
			"The file transfer is initiated. Its file is to be uploaded.", "A file has been made available for download.", "File has been downloaded by the recipient.",
			"The recipient has confirmed that the file was downloaded.",
		}, told(below(receipt, other))); diff != "" {
			t.Error(diff)
		}
		if old.flavour != wsdl.EC2 { // the recipient's old system has its part of the receipt
			own := old.as(map[string]string{"systemusername": town.env.Get("OTHER_SYSTEM_USER"), "systempassword": town.env.Get("OTHER_SYSTEM_PASSWORD")}).
				receipt("SendersReference", drawing)
			if own.get("ReceiptId") != below(receipt, other).get("ReceiptId") || own.get("ParentReceiptId") != receipt.get("ReceiptId") {
				t.Error(own.text)
			}
		}

		back := vidde.ask(http.MethodPost, transfers, object{"resourceId": town.env.Get("BROKER_RESOURCE"), "fileName": "svar.bin", "sendersFileTransferReference": reply,
			"sender": "0192:" + other, "recipients": []string{"0192:" + havbris}}).text("fileTransferId")
		available := fields{"pollParameters": fields{"Recipients": fields{"string": havbris}}}
		if got := old.call("CheckIfAvailableFiles", available).only(); got != "false" {
			t.Errorf("before the upload there is something: %s", got)
		}
		vidde.send(http.MethodPost, transfers+"/"+back+"/upload", []byte(content))
		if got := old.call("CheckIfAvailableFiles", available).only(); got != "true" {
			t.Errorf("after the upload there is nothing: %s", got)
		}
		listed := old.call("GetAvailableFiles", fields{"searchParameters": fields{"Reportee": havbris, "FileStatus": "Uploaded"}}).one("BrokerServiceAvailableFile", "FileReference", back)
		if listed == nil || listed.get("FileName") != "svar.bin" || listed.get("FileSize") != fmt.Sprint(len(content)) || listed.get("SendersReference") != reply {
			t.Fatalf("listed: %v", listed)
		}
		which := fields{"fileReference": back, "reportee": havbris}
		if got := old.call("DownloadFileStreamed", which).file; string(got) != content {
			t.Errorf("%d bytes over SOAP", len(got))
		}
		old.call("ConfirmDownloaded", which)
		if got := vidde.get(transfers + "/" + back).text("fileTransferStatus"); got != "AllConfirmedDownloaded" {
			t.Errorf("after the confirmation it is %s", got)
		}
	})
}

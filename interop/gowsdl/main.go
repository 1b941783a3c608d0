// The main job, by clients that gowsdl generates: submit a form as an old SOAP
// 1.1 client would, then read it as a REST client would. Expects the variables
// of demo.env.
package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/hooklift/gowsdl/soap"

	"overgang/interop/gowsdl/intermediaryinboundbasic"
	"overgang/interop/gowsdl/systemauthentication"
)

var attachment = bytes.Repeat([]byte("vedlegg\x00"), 1280)

func main() {
	log.SetFlags(0)
	form, err := os.ReadFile(os.Getenv("DEMO_FORM"))
	must(err)
	var c checks

	challenge(&c)
	receipt := submit(&c, string(form))
	references := map[string]string{}
	for _, r := range receipt.References.ReferenceBE {
		references[string(*r.ReferenceTypeName)] = r.ReferenceValue
	}
	for _, kind := range []string{"ExternalShipmentReference", "OwnerPartyReference", "PartyReference", "WorkFlowReference", "ArchiveReference"} {
		c.that("receipt is final: it has "+kind, references[kind] != "", references)
	}
	before := find(&c, receipt.ReceiptId, references)
	download(&c, references["ArchiveReference"], form)
	after := receiptBy(search{ReceiptID: receipt.ReceiptId})
	c.that("the receipt tells of the confirmation",
		after.ReceiptText != before.ReceiptText && strings.Contains(after.ReceiptHistory, before.ReceiptText), after)
	c.done()
}

func challenge(c *checks) {
	service := systemauthentication.NewISystemAuthenticationExternal(
		client("/AuthenticationExternal/SystemAuthentication.svc"))
	res, err := service.GetAuthenticationChallenge(&systemauthentication.GetAuthenticationChallenge{
		ChallengeRequest: &systemauthentication.AuthenticationChallengeRequestBE{
			AuthMethod: new("AltinnPin"), SystemUserName: new(os.Getenv("SYSTEM_USER")),
			UserPassword: new(os.Getenv("PERSON_PASSWORD")), UserSSN: new(os.Getenv("PERSON_SSN")),
		},
	})
	must(err)
	answer := res.GetAuthenticationChallengeResult
	c.that("challenge is Ok", *answer.Status == "Ok", answer)
	words := strings.Fields(*answer.Message)
	c.that("challenge names a code", len(words) > 2 && isNumber(words[2]), answer.Message)
}

func submit(c *checks, form string) *intermediaryinboundbasic.ReceiptExternalBE {
	service := intermediaryinboundbasic.NewIIntermediaryInboundExternalBasic(
		client("/IntermediaryExternal/IntermediaryInboundBasic.svc"))
	request := &intermediaryinboundbasic.SubmitFormTaskBasic{
		SystemUserName: os.Getenv("SYSTEM_USER"), SystemPassword: os.Getenv("SYSTEM_PASSWORD"),
		UserSSN: os.Getenv("PERSON_SSN"), UserPassword: os.Getenv("PERSON_PASSWORD"),
		UserPinCode: os.Getenv("PERSON_PIN"), AuthMethod: "AltinnPin",
		FormTaskShipment: shipment(form),
	}
	first, err := service.SubmitFormTaskBasic(request)
	must(err)
	receipt := first.SubmitFormTaskBasicResult
	c.that("submission is OK", *receipt.ReceiptStatusCode == "OK", receipt)
	again, err := service.SubmitFormTaskBasic(request)
	must(err)
	c.that("a repeated submission gets the same receipt", again.SubmitFormTaskBasicResult.ReceiptId == receipt.ReceiptId, again)
	return receipt
}

func shipment(form string) *intermediaryinboundbasic.FormTaskShipmentBE {
	edition, err := strconv.ParseInt(os.Getenv("SERVICE_EDITION"), 10, 32)
	must(err)
	version, err := strconv.ParseInt(os.Getenv("DATA_FORMAT_VERSION"), 10, 32)
	must(err)
	return &intermediaryinboundbasic.FormTaskShipmentBE{
		Reportee:                  os.Getenv("ORG"),
		ExternalShipmentReference: fmt.Sprintf("gowsdl-%d", time.Now().UnixNano()),
		FormTasks: &intermediaryinboundbasic.FormTask{
			ServiceCode: os.Getenv("SERVICE_CODE"), ServiceEdition: int32(edition),
			Forms: &intermediaryinboundbasic.ArrayOfForm{Form: []*intermediaryinboundbasic.Form{{
				Completed: true, DataFormatId: os.Getenv("DATA_FORMAT_ID"), DataFormatVersion: int32(version),
				EndUserSystemReference: "form-1", FormData: form,
			}}},
		},
		Attachments: &intermediaryinboundbasic.ArrayOfAttachment{Attachment: []*intermediaryinboundbasic.Attachment{{
			Name: "Vedlegg", EndUserSystemReference: "attachment-1", FileName: "vedlegg.bin",
			// gowsdl writes bytes as they are, so its users encode them.
			AttachementData: []byte(base64.StdEncoding.EncodeToString(attachment)),
		}}},
		Signatures: &intermediaryinboundbasic.Signature{
			EndUserSystemReference: "signature-1", EndUserSystemUserId: "gowsdl",
			EndUserSystemLoginDateTime:     soap.CreateXsdDateTime(time.Now(), true),
			EndUserSystemSignatureDateTime: soap.CreateXsdDateTime(time.Now(), true),
			EndUserSystemVersion:           "1.0", EndUserSystemSignatureLogId: "log-1",
		},
	}
}

func client(path string) *soap.Client { return soap.NewClient(os.Getenv("OVERGANG_URL") + path) }

func isNumber(text string) bool {
	_, err := strconv.Atoi(text)
	return err == nil
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

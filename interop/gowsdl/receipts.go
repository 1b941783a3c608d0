package main

import (
	"encoding/xml"
	"os"
)

const receiptNS = "http://www.altinn.no/services/Intermediary/Receipt/2009/10"

// gowsdl drops the namespaces of types, so that what it generates for
// ReceiptExternalBasic, which has a Reference of 2009 and one of 2015, does not
// compile. Its users write the types they need by hand and call its client.

type getReceipt struct {
	XMLName        xml.Name `xml:"http://www.altinn.no/services/Intermediary/Receipt/2009/10 GetReceiptBasicV2"`
	SystemUserName string   `xml:"systemUserName"`
	SystemPassword string   `xml:"systemPassword"`
	Search         search   `xml:"receipt"`
}

type search struct {
	ReceiptID  int32       `xml:"http://schemas.altinn.no/services/Intermediary/Receipt/2015/06 ReceiptId"`
	References []reference `xml:"http://schemas.altinn.no/services/Intermediary/Receipt/2015/06 References>Reference"`
}

type reference struct {
	Type  string `xml:"http://schemas.altinn.no/services/Intermediary/Receipt/2015/06 ReferenceType"`
	Value string `xml:"http://schemas.altinn.no/services/Intermediary/Receipt/2015/06 ReferenceValue"`
}

type getReceiptResponse struct {
	XMLName xml.Name `xml:"http://www.altinn.no/services/Intermediary/Receipt/2009/10 GetReceiptBasicV2Response"`
	Receipt receipt  `xml:"GetReceiptBasicV2Result"`
}

type receipt struct {
	ReceiptID      int32  `xml:"ReceiptId"`
	ReceiptStatus  string `xml:"ReceiptStatus"`
	ReceiptText    string `xml:"ReceiptText"`
	ReceiptHistory string `xml:"ReceiptHistory"`
}

// find looks the receipt up by its id and by each of its references.
func find(c *checks, id int32, references map[string]string) receipt {
	found := receiptBy(search{ReceiptID: id})
	c.that("receipt by id", found.ReceiptID == id && found.ReceiptStatus == "OK", found)
	for kind, value := range references {
		seen := receiptBy(search{References: []reference{{kind, value}}})
		c.that("receipt by "+kind, seen.ReceiptID == id, seen)
	}
	return found
}

func receiptBy(s search) receipt {
	request := getReceipt{SystemUserName: os.Getenv("SYSTEM_USER"), SystemPassword: os.Getenv("SYSTEM_PASSWORD"), Search: s}
	var response getReceiptResponse
	must(client("/IntermediaryExternal/ReceiptExternalBasic.svc").
		Call(receiptNS+"/IReceiptExternalBasic/GetReceiptBasicV2", &request, &response))
	return response.Receipt
}

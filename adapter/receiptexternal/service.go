package receiptexternal

import (
	"context"

	"overgang/adapter/credential"
	"overgang/adapter/ping"
	"overgang/rest"
	"overgang/soap"
	"overgang/wsdl"
)

// Core is what the service needs of the core.
type Core interface {
	rest.Accounts
	rest.Receipts
}

type service struct{ core Core }

// Service is the service's table.
func Service(core Core) soap.Service {
	s, begin := &service{core: core}, credential.Begin(core)
	row := func(base, basic, ec2 string, request, response any, handle func(context.Context, *soap.Call, any) (any, error)) soap.Operation {
		return soap.Operation{
			Base:     base,
			Names:    map[wsdl.Flavour][]string{wsdl.Basic: {basic}, wsdl.WS: {base}, wsdl.EC2: {ec2}},
			Request:  request,
			Response: response,
			Begin:    begin,
			Handle:   handle,
		}
	}
	return soap.Service{Name: "ReceiptExternal", Operations: []soap.Operation{
		row("GetReceipt", "GetReceiptBasic", "GetReceiptEC", (*GetReceipt)(nil), (*GetReceiptResponse)(nil), s.getReceipt),
		row("GetReceiptList", "GetReceiptListBasic", "GetReceiptListEC", (*GetReceiptList)(nil), (*GetReceiptListResponse)(nil), s.getReceiptList),
		row("SaveReceipt", "SaveReceiptBasic", "SaveReceiptEC", (*SaveReceipt)(nil), (*SaveReceiptResponse)(nil), s.saveReceipt),
		row("GetReceiptV2", "GetReceiptBasicV2", "GetReceiptECV2", (*GetReceiptV2)(nil), (*GetReceiptV2Response)(nil), s.getReceiptV2),
		row("GetReceiptListV2", "GetReceiptListBasicV2", "GetReceiptListECV2", (*GetReceiptListV2)(nil), (*GetReceiptListV2Response)(nil), s.getReceiptListV2),
		row("UpdateReceipt", "UpdateReceiptBasic", "UpdateReceiptEC", (*UpdateReceipt)(nil), (*UpdateReceiptResponse)(nil), s.updateReceipt),
		ping.Operation(wsdl.Basic, wsdl.WS, wsdl.EC2),
	}}
}

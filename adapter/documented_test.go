package adapter_test

// documented is one error id of the old documentation, at one operation.
type documented struct {
	base string // "" = every operation
	id   string
	when string // the situation that the documentation names, in our words
	// http is the status and the code of the problem over HTTP, "409 case-closed", or
	// with a dash what there is instead; empty with why.
	http string
	// says is in AltinnErrorMessage, where the id alone says too little.
	says string
	// why says why the situation cannot arise here, or is told otherwise. Without it
	// a golden case has to show the id.
	why string
}

// documentation is what the old documentation lists, operation by operation.
var documentation = []struct {
	service string // "" = every service
	errors  []documented
}{
	{"", []documented{
		{"", "5", "the system's or the enterprise user's name or password is wrong, or the account is locked", "401 token-invalid", "", ""},
		{"", "989", "the person's number, password or one-time code is wrong, the code's session is over, or the account is locked", "401 token-expired", "", ""},
		{"", "0", "a credential is missing", "401 token-missing", "", "reads like a wrong one: 5 or 989"},
		{"", "0", "the system may not act for the reportee", "403 party", "not authorised for this operation on behalf", ""},
		{"", "0", "the request does not fit the contract, or something failed that has no id of its own", "500 internal", "non-functional error", ""},
		{"", "0", "the operation needs a higher level of authentication", "", "", "there are no levels here: whoever logs in has given what the operation asks for"},
		{"", "14", "the caller lacks a right", "403 right", "", "at other operations than DoSigning told as 0"},
	}},
	{"ReceiptExternal", []documented{
		{"GetReceiptV2", "30008", "no receipt has the id or the reference", "404 receipt-unknown", "", ""},
		{"GetReceiptListV2", "30101", "receipts of the type NotSet are asked for, or of none", "400 type-invalid", "", ""},
		{"GetReceiptListV2", "30102", "the from date is later than the to date", "– an empty list", "", ""},
		{"UpdateReceipt", "30008", "no receipt could be found to update", "– receipts are not updated", "", ""},
		{"UpdateReceipt", "0", "both a receipt id and an archive reference are given", "– receipts are not updated", "Cannot have both receipt id and archive reference", ""},
		{"UpdateReceipt", "0", "neither is given", "– receipts are not updated", "Either receipt id or archive reference", ""},
		{"UpdateReceipt", "0", "the caller has no access to the receipt", "", "", "told as 30008, like one that is not there"},
	}},
	{"ServiceMetaDataExternal", []documented{
		{"GetAvailableServicesV3", "30013", "ExternalServiceCode is malformed", "404 application-unknown", "", ""},
		{"GetAvailableServicesV3", "30005", "ServiceOwnerCode is malformed", "404 application-unknown", "", ""},
		{"GetAvailableServicesV3", "40039", "an edition code is given without a service code", "– applications have one name", "", ""},
	}},
	{"WorkflowServiceExternal", []documented{
		{"DoSendingInAction", "60035", "the element is archived", "409 archived", "", ""},
		{"DoSendingInAction", "60037", "the element's forms are not completed", "409 step", "", ""},
		{"DoSigning", "14", "the element is not the caller's to sign, or not at a signing step", "403 step-role", "", ""},
		{"DoSigning", "60035", "the element is archived", "409 archived", "", ""},
		{"DoSigning", "60036", "the user has signed the element", "409 signed", "", ""},
	}},
	{"Case", []documented{
		{"GetCaseList", "60001", "there is no such case", "404 case-unknown", "", ""},
		{"GetCaseList", "60002", "neither service and edition nor a case's number is given", "400 parameter-invalid", "", ""},
		{"GetCaseList", "60012", "the reportee is not valid", "403 party", "", ""},
		{"GetCaseList", "60014", "the case is archived", "– it is shown as it is", "", ""},
		{"GetCaseList", "60015", "the case is deleted", "– it is shown as it is", "", ""},
		{"ArchiveCase", "60001", "there is no such case", "404 case-unknown", "", ""},
		{"ArchiveCase", "60006", "the case has active messages", "409 case-messages", "", ""},
		{"ArchiveCase", "60007", "the case has active instances", "409 case-instances", "", ""},
		{"ArchiveCase", "60013", "the case is archived or deleted", "409 case-closed", "", ""},
	}},
	{"BrokerServiceExternal", []documented{
		{"GetAvailableFiles", "40210", "one of service code and edition code is missing", "400 resource-invalid", "", ""},
		{"GetAvailableFiles", "40214", "the reportee's number is malformed", "400 party-invalid", "", ""},
		{"InitiateBrokerService", "40201", "the reportee may not send files of the service", "403 party", "", ""},
		{"InitiateBrokerService", "40202", "a recipient does not exist, or may not receive files of the service", "400 recipient-unknown", "", ""},
		{"InitiateBrokerService", "40210", "a code is missing, or is not that of a service of file transfers", "404 service-unknown", "", ""},
		{"InitiateBrokerService", "40211", "the user is not authorised", "403 party", "", "told as 40201: the caller's rights are those on the reportee"},
		{"InitiateBrokerService", "40216", "the user's security level is too low", "", "", noLevels},
		{"UploadFileStreamed", "40201", "the reportee may not send files of the service", "", "", "InitiateBrokerService has asked that; a reportee who is not the sender is 40213"},
		{"UploadFileStreamed", "40204", "the file is too large", "413 content-too-large", "", ""},
		{"UploadFileStreamed", "40205", "no data came", "400 content-empty", "", ""},
		{"UploadFileStreamed", "40206", "the file is no ZIP archive", "", "", "any bytes are taken: the content is the parties' own business"},
		{"UploadFileStreamed", "40208", "a file was uploaded already", "409 file-uploaded", "", ""},
		{"UploadFileStreamed", "40209", "the virus check stopped the file", "", "", "the file is checked once it is taken: the receipt then says Rejected, and recipients never see the file"},
		{"UploadFileStreamed", "40211", "the user is not authorised", "403 sender", "", ""},
		{"UploadFileStreamed", "40212", "the reference is no file transfer's", "404 transfer-unknown", "", ""},
		{"UploadFileStreamed", "40213", "the reportee is not the sender", "403 sender", "", ""},
		{"UploadFileStreamed", "40216", "the user's security level is too low", "", "", noLevels},
		{"DownloadFileStreamed", "40204", "the file is too large for the web service", "", "", "whatever could be uploaded can be downloaded; IsSftpDownloadOnly is always false"},
		{"DownloadFileStreamed", "40207", "no file is ready for download", "409 file-not-ready", "", ""},
		{"DownloadFileStreamed", "40211", "the user is not authorised", "404 transfer-unknown", "", "told as 40215 to who may know of the transfer, else as 40212"},
		{"DownloadFileStreamed", "40212", "the reference is no file transfer's", "404 transfer-unknown", "", ""},
		{"DownloadFileStreamed", "40213", "the reportee is not a recipient", "403 recipient", "", ""},
		{"DownloadFileStreamed", "40215", "the caller has no right for the recipient", "403 recipient", "", ""},
		{"DownloadFileStreamed", "40216", "the user's security level is too low", "", "", noLevels},
		{"ConfirmDownloaded", "40211", "the user is not authorised", "404 transfer-unknown", "", "told as 40215 to who may know of the transfer, else as 40212"},
		{"ConfirmDownloaded", "40212", "the reference is no file transfer's", "404 transfer-unknown", "", ""},
		{"ConfirmDownloaded", "40213", "the reportee is not a recipient", "403 recipient", "", ""},
		{"ConfirmDownloaded", "40215", "the caller has no right for the recipient", "403 recipient", "", ""},
		{"ConfirmDownloaded", "40216", "the user's security level is too low", "", "", noLevels},
	}},
}

const noLevels = "there are no security levels here"

// elsewhere are documented ids that no operation here can answer, with the reason.
var elsewhere = [][2]string{
	{"40028, 450067, 450068, 450069", "of LookUpExternal, which asks services' registers directly: it is none of the services that end-user systems were built against here"},
	{"1, 17–21, 90, 10000, 20001–20004", "of the platform's inside: null references, levels of authentication, hooks, its database"},
	{"21001–22999", "of the tool in which services were developed"},
	{"30001–30004, 30006, 30007, 40001–40020", "of service owners' interfaces (sending correspondences, prefill, shipments): owners use the HTTP API here"},
	{"50001–50019", "of delegating roles and rights: operators do that with `overgang grant`"},
	{"60003–60005, 60008–60011, 60016–60034, 70001–70019", "of service owners' side of collaboration services and of their definition; a shipment to a case that is no open one of the reportee's is Rejected"},
}

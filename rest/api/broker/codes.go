package broker

import "overgang/rest/api"

// Document is the OpenAPI document.
func Document() []byte { return document }

// ProblemCodes are the codes of this API's own problems, by status and then by
// name; those of [api.ProblemCodes] that every face shares come beside them.
// The list is a promise: codes are added, but none changes its meaning.
func ProblemCodes() []api.ProblemCode {
	return []api.ProblemCode{
		{Code: "checksum-malformed", Status: []int{400}, When: "neither an MD5 nor a SHA-256 in hexadecimal or base64"},
		{Code: "checksum-mismatch", Status: []int{400, 460}, When: "the file (400) or the piece (460) has another checksum; nothing of it was kept"},
		{Code: "file-listed", Status: []int{400}, When: "a listed file's name or checksum is too long, or has control characters"},
		{Code: "files-many", Status: []int{400}, When: "more than 1000 listed files"},
		{Code: "properties-many", Status: []int{400}, When: "more than 100 properties"},
		{Code: "property", Status: []int{400}, When: "a property without a key, too long, or with control characters"},
		{Code: "recipient-twice", Status: []int{400}, When: "one recipient named twice"},
		{Code: "recipient-unknown", Status: []int{400}, When: "a recipient is unknown, or may not receive files of the service"},
		{Code: "recipients-many", Status: []int{400}, When: "more than 1000 recipients"},
		{Code: "recipients-missing", Status: []int{400}, When: "no recipient"},
		{Code: "resource-invalid", Status: []int{400}, When: "`resourceId` is not `org/app`"},
		{Code: "upload-extension", Status: []int{400}, When: "an extension of tus that `OPTIONS` does not list; detail names it"},
		{Code: "upload-form", Status: []int{400}, When: "a part that the form does not have, a field twice, one behind the file, or no file"},
		{Code: "upload-header", Status: []int{400}, When: "a tus header is missing or malformed; detail says which"},
		{Code: "virus-scan", Status: []int{400}, When: "`disableVirusScan` is true"},

		{Code: "recipient", Status: []int{403}, When: "only a recipient may do that"},
		{Code: "sender", Status: []int{403}, When: "only the sender may do that"},

		{Code: "service-unknown", Status: []int{404}, When: "no such service of file transfers"},
		{Code: "transfer-unknown", Status: []int{404}, When: "no such transfer, not the caller's, or not published to it yet"},
		{Code: "upload-unknown", Status: []int{404}, When: "no upload in pieces is open"},

		{Code: "file-not-ready", Status: []int{409}, When: "the file is not there, or not found clean yet"},
		{Code: "file-uploaded", Status: []int{409}, When: "the transfer has its file already"},
		{Code: "transfer-over", Status: []int{409}, When: "what is over cannot be cancelled"},
		{Code: "upload-offset", Status: []int{409}, When: "the piece does not begin where the upload stands"},
		{Code: "upload-underway", Status: []int{409}, When: "another upload, or piece, is under way; ask again"},

		{Code: "transfer-ended", Status: []int{410}, When: "the transfer has ended; its file is gone"},

		{Code: "tus-version", Status: []int{412}, When: "another version of tus than 1.0.0, or none"},

		{Code: "pieces", Status: []int{415}, When: "this gateway's content store takes no uploads in pieces"},
	}
}

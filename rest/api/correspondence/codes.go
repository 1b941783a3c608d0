package correspondence

import "overgang/rest/api"

// Document is the OpenAPI document.
func Document() []byte { return document }

// ProblemCodes are the codes of this API's own problems, by status and then by
// name; those of [api.ProblemCodes] that every face shares come beside them.
// The list is a promise: codes are added, but none changes its meaning.
func ProblemCodes() []api.ProblemCode {
	return []api.ProblemCode{
		{Code: "attachment-unknown", Status: []int{400, 404}, When: "no such attachment; 400 in `existingAttachments`"},
		{Code: "attachments-described", Status: []int{400}, When: "`content.attachments` without files: they go to `correspondence/upload`"},
		{Code: "attachments-many", Status: []int{400, 413}, When: "more attachments than a message or a request may have"},
		{Code: "attachments-missing", Status: []int{400}, When: "fewer files came than are described"},
		{Code: "case", Status: []int{400}, When: "a case's number is positive"},
		{Code: "case-unknown", Status: []int{400}, When: "a recipient has no such case at an application of the sender's"},
		{Code: "delete-after", Status: []int{400}, When: "deleted before it is published or due"},
		{Code: "due", Status: []int{400}, When: "due before it is published"},
		{Code: "file-name", Status: []int{400}, When: "an attachment without a usable file name"},
		{Code: "instance-id", Status: []int{400}, When: "not an instance's id"},
		{Code: "key", Status: []int{400}, When: "an idempotent key of more than 255 bytes"},
		{Code: "language", Status: []int{400}, When: "not one of nb, nn, se and en"},
		{Code: "language-twice", Status: []int{400}, When: "two texts in one language"},
		{Code: "link", Status: []int{400}, When: "a link of an unknown type, or to nothing of its type"},
		{Code: "links-many", Status: []int{400}, When: "more than 50 links"},
		{Code: "multipart-attachments", Status: []int{400}, When: "a part after the first is not named `attachments`"},
		{Code: "multipart-correspondence", Status: []int{400}, When: "the first part is not `correspondence`"},
		{Code: "notification", Status: []int{400}, When: "a notification without channel, address or text"},
		{Code: "notifications-many", Status: []int{400}, When: "more than 6 notifications"},
		{Code: "properties-many", Status: []int{400}, When: "more than 50 properties"},
		{Code: "property", Status: []int{400}, When: "a property's name or text is too long, or has control characters"},
		{Code: "recipient-invalid", Status: []int{400}, When: "a recipient is not named in one of the three ways"},
		{Code: "recipient-twice", Status: []int{400}, When: "a recipient is there twice"},
		{Code: "recipient-unknown", Status: []int{400}, When: "a recipient is no party here"},
		{Code: "recipients", Status: []int{400}, When: "not 1 to 100 recipients"},
		{Code: "reply-party", Status: []int{400}, When: "the replying instance is not the recipient's"},
		{Code: "resource-invalid", Status: []int{400}, When: "`resourceId` is not `org/app`"},
		{Code: "size-invalid", Status: []int{400}, When: "not a number from 1 to 1000"},
		{Code: "sort-invalid", Status: []int{400}, When: "neither `published` nor `-published`"},
		{Code: "status-invalid", Status: []int{400}, When: "no status that there is"},
		{Code: "text-missing", Status: []int{400}, When: "a message without a text"},
		{Code: "title-missing", Status: []int{400}, When: "a text without a title"},

		{Code: "recipient", Status: []int{403}, When: "only the message's recipient may do that"},

		{Code: "content-unknown", Status: []int{404}, When: "the attachment's content has not come"},
		{Code: "correspondence-unknown", Status: []int{404}, When: "no such message, not published yet, or not the caller's"},

		{Code: "attachment-empty", Status: []int{409}, When: "an attachment's content has not come yet"},
		{Code: "attachment-filled", Status: []int{409}, When: "the attachment has its content already"},
		{Code: "attachment-used", Status: []int{409}, When: "messages have the attachment"},
		{Code: "case-closed", Status: []int{409}, When: "the case is archived or deleted"},
		{Code: "confirmation-needed", Status: []int{409}, When: "the message must be confirmed first"},
		{Code: "published", Status: []int{409}, When: "a published message is its recipient's to delete"},
		{Code: "replied", Status: []int{409}, When: "the message was replied to with another instance"},

		{Code: "correspondence-deleted", Status: []int{410}, When: "the message was deleted"},

		{Code: "body-long", Status: []int{413}, When: "a text over 1 MiB: send it as an attachment"},
		{Code: "summary-long", Status: []int{413}, When: "a summary of more than 10,000 bytes"},
	}
}

package api

// ProblemCode is one of the stable codes that problems bear, for programs.
type ProblemCode struct {
	Code   string
	Status []int
	When   string // in one line, for people
}

// ProblemCodes are all codes of this API, by status and then by name. The list
// is a promise: codes are added, but none changes its meaning. docs/rest.md
// tells them; tests hold the sources, the answers and that page to the list.
func ProblemCodes() []ProblemCode {
	return []ProblemCode{
		{"action-unknown", []int{400}, "the current step has no such action; detail lists those it has"},
		{"after-invalid", []int{400}, "`after` is neither an event's id nor a date"},
		{"app-invalid", []int{400}, "`appId` is not `org/app`, or disagrees with `org`"},
		{"base64-invalid", []int{400}, "`content` is not base64"},
		{"body-truncated", []int{400}, "the body ended too early"},
		{"body-unreadable", []int{400}, "the body could not be read"},
		{"boolean-invalid", []int{400}, "neither `true` nor `false`"},
		{"case-unknown", []int{400}, "`caseNumber` is no case of the owner's"},
		{"content-disposition", []int{400}, "malformed Content-Disposition"},
		{"content-empty", []int{400}, "a data element without content"},
		{"cursor-invalid", []int{400}, "not a cursor of this query and this caller"},
		{"date-invalid", []int{400}, "not a date that there is, or without a zone"},
		{"date-operator", []int{400}, "a date filter without an operator, or with an unknown one; detail lists them"},
		{"digest-malformed", []int{400}, "sha-256 is not 32 bytes in base64"},
		{"digest-mismatch", []int{400}, "what arrived has another digest than was sent along"},
		{"form-encrypted", []int{400}, "`encrypted` of a form, of which only fields can be"},
		{"idempotency-key-invalid", []int{400}, "not one key of 1 to 255 visible ASCII characters"},
		{"if-match-malformed", []int{400}, "If-Match without the ETag's quotes"},
		{"json-array-long", []int{400}, "more than 1000 items"},
		{"json-deep", []int{400}, "nested too deeply"},
		{"json-empty", []int{400}, "no JSON in the body"},
		{"json-field-missing", []int{400}, "a field that there must be"},
		{"json-field-repeated", []int{400}, "a field twice"},
		{"json-field-unknown", []int{400}, "a field that there is not"},
		{"json-malformed", []int{400}, "not one JSON value; detail says where"},
		{"json-null", []int{400}, "null where the field is to be left out"},
		{"json-type", []int{400}, "a value of another type"},
		{"json-value", []int{400}, "a value that the document does not allow: too long, too many, of another form; detail says which"},
		{"key-invalid", []int{400}, "an encrypted key that is empty or no ASCII, or whose owner's code is not a short line"},
		{"label-invalid", []int{400}, "a label has 1 to 64 characters"},
		{"labels-many", []int{400}, "more than 32 labels"},
		{"multipart-data", []int{400}, "`data` in the part `instance`: elements are parts there"},
		{"multipart-instance", []int{400}, "the first part is not `instance`"},
		{"multipart-malformed", []int{400}, "no boundary, or parts that are not well-formed"},
		{"number-invalid", []int{400}, "`number` is not a number from 1"},
		{"owner-header", []int{400}, "X-Instance-Owner is neither `Person:` with 11 digits nor `Organisation:` with 9"},
		{"owner-twice", []int{400}, "the owner both in the query and in a header"},
		{"page-and-cursor", []int{400}, "`page` and `cursor` exclude each other"},
		{"page-invalid", []int{400}, "not a number from 0, or deeper than `page` reaches"},
		{"parameter-characters", []int{400}, "control characters, or no UTF-8"},
		{"parameter-empty", []int{400}, "a parameter without a value"},
		{"parameter-invalid", []int{400}, "a part of the address that is not of its form, such as a guid"},
		{"parameter-repeated", []int{400}, "given twice, but may be given once"},
		{"parameter-twice", []int{400}, "given under both vocabularies' names"},
		{"parameter-unknown", []int{400}, "no such parameter; detail lists those there are"},
		{"party-ambiguous", []int{400}, "the party is named in no way, or in several"},
		{"party-invalid", []int{400}, "a party is not named in one of the ways there are"},
		{"presentation-long", []int{400}, "more than 256 characters"},
		{"query-malformed", []int{400}, "the query is not well-formed"},
		{"reference-invalid", []int{400}, "a reference is one line of at most 255 bytes, without spaces around it"},
		{"reference-sender", []int{400}, "an application's owner gives an `externalShipmentReference`"},
		{"resource-invalid", []int{400}, "`resourceId`, of the newer APIs, is not `org/app`"},
		{"signed-elements", []int{400}, "an element that is to be signed is not there, or twice"},
		{"signers", []int{400}, "who is named to sign is unknown, named wrongly or twice, or is to sign too often"},
		{"size-invalid", []int{400}, "not a number from 1 to 1000"},
		{"size-stream", []int{400}, "`size` of a stream, which has none"},
		{"sort-invalid", []int{400}, "no order that there is; detail lists them"},
		{"type-missing", []int{400}, "no type of the data element; detail lists those there are"},
		{"type-unknown", []int{400}, "the application has no such data type; detail lists those there are"},

		{"token-expired", []int{401}, "get a new token"},
		{"token-invalid", []int{401}, "the token, or its header, is not valid here"},
		{"token-missing", []int{401}, "no token"},

		{"org", []int{403}, "a list of another application owner's instances"},
		{"owner", []int{403}, "only the application's owner confirms"},
		{"party", []int{403}, "the party is unknown, or not the caller's to act for"},
		{"right", []int{403}, "the caller lacks a right on what it may see"},
		{"scope-missing", []int{403}, "the token lacks a scope; WWW-Authenticate names it"},
		{"sign-person", []int{403}, "signing takes a logged-in person"},
		{"signer", []int{403}, "the caller was not named to sign"},
		{"signing-locked", []int{403}, "whoever named the signers has locked them"},
		{"step-role", []int{403}, "the caller does not work at this step"},

		{"application-unknown", []int{404}, "no such application, or not the caller's"},
		{"element-unknown", []int{404}, "the instance has no such data element"},
		{"instance-unknown", []int{404}, "no such instance at this address, or not the caller's"},
		{"language-unknown", []int{404}, "the application has no texts in this language"},
		{"not-found", []int{404}, "nothing is at this address"},
		{"schema-unknown", []int{404}, "the type has no schema"},

		{"method-not-allowed", []int{405}, "`Allow` lists the methods"},

		{"application-gone", []int{409}, "the instance's application is no longer registered"},
		{"archived", []int{409}, "an archived instance changes no more"},
		{"case-closed", []int{409}, "the case is archived or deleted"},
		{"case-full", []int{409}, "the case has as many instances as it may"},
		{"changing", []int{409}, "others kept changing the instance; try again"},
		{"count", []int{409}, "more elements of a type than it may have"},
		{"element-locked", []int{409}, "a locked element changes no more, and keeps its instance"},
		{"element-signed", []int{409}, "a signed element stays locked"},
		{"hard-deleted", []int{409}, "hard deletion cannot be taken back"},
		{"idempotency-answer-lost", []int{409}, "carried out, but the answer was not kept"},
		{"idempotency-underway", []int{409}, "the first request with this key is under way; ask again"},
		{"not-downloaded", []int{409}, "what was never downloaded cannot be confirmed"},
		{"process-started", []int{409}, "the first step was left already"},
		{"reference-taken", []int{409}, "the sender used the `externalShipmentReference` for something else, or that was changed or deleted since"},
		{"signed", []int{409}, "the caller has signed already"},
		{"signing-begun", []int{409}, "somebody has signed, so signers change no more"},
		{"signing-no-step", []int{409}, "the process has no step that is signed by those who are named"},
		{"signing-undelegated", []int{409}, "nobody was named to sign yet"},
		{"signing-whole", []int{409}, "all elements are signed together at this step"},
		{"step", []int{409}, "not at this step of the process"},
		{"validation", []int{409, 422}, "the instance (409) or the data sent (422) has errors; `issues` say where"},

		{"instance-deleted", []int{410}, "the instance was deleted"},

		{"version-stale", []int{412}, "If-Match names another version than the current one"},

		{"body-too-large", []int{413}, "the body is over its limit"},
		{"content-too-large", []int{413}, "a data element is over its type's limit"},
		{"elements-many", []int{413}, "more elements at once than are allowed"},
		{"key-large", []int{413}, "an encrypted key over 8192 bytes"},
		{"keys-many", []int{413}, "more than 16 encrypted keys"},

		{"content-encoding", []int{415}, "Content-Encoding is not supported"},
		{"content-type", []int{415}, "a content type that is not allowed here"},
		{"extension", []int{415}, "a file name extension that the type does not allow"},
		{"transfer-encoding", []int{415}, "a part with a Content-Transfer-Encoding"},

		{"range-not-satisfiable", []int{416}, "the range lies outside the content"},

		{"idempotency-key-reused", []int{422}, "another request had this Idempotency-Key"},

		{"idempotency-keys-many", []int{429}, "more keys in a day than are kept"},
		{"rate", []int{429}, "too many requests"},
		{"streams-many", []int{429}, "more streams open than a caller may have"},

		{"internal", []int{500}, "the fault is ours; `errorId` finds it in the log"},

		{"application", []int{503}, "the application's definition is damaged; its operator is told by the log"},
		{"closing", []int{503}, "the gateway is stopping"},
		{"content", []int{503}, "the place of contents does not answer"},
		{"issuer-unreachable", []int{503}, "the token issuer's keys cannot be fetched"},
		{"storage-busy", []int{503}, "the database is held too long"},
		{"storage-full", []int{503}, "no space left"},
		{"streams-full", []int{503}, "as many streams are open as the gateway serves"},
		{"timeout", []int{503}, "it took too long"},
	}
}

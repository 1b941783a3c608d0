package lookup

import "overgang/rest/api"

// Document is the OpenAPI document.
func Document() []byte { return document }

// ProblemCodes are the codes of this API's own problems, by status and then by
// name; those of [api.ProblemCodes] that every face shares come beside them.
// The list is a promise: codes are added, but none changes its meaning.
func ProblemCodes() []api.ProblemCode {
	return []api.ProblemCode{
		{Code: "archived", Status: []int{400}, When: "archived in the future"},
		{Code: "key", Status: []int{400}, When: "a lookup without a key"},
		{Code: "language", Status: []int{400}, When: "not one of nb, nn, se and en"},
		{Code: "multipart-content", Status: []int{400}, When: "not one part `content` after the first"},
		{Code: "multipart-lookup", Status: []int{400}, When: "the first part is not `lookup`"},
		{Code: "party-missing", Status: []int{400}, When: "no party is named, and the caller does not own the application"},
		{Code: "recipient-unknown", Status: []int{400}, When: "the party is unknown here"},

		{Code: "lookup-unknown", Status: []int{404}, When: "no such lookup, or not the caller's"},

		{Code: "lookup-deleted", Status: []int{410}, When: "the lookup was deleted"},
	}
}

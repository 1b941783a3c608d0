package receipt

import "overgang/rest/api"

// Document is the OpenAPI document.
func Document() []byte { return document }

// ProblemCodes are the codes of this API's own problems, by status and then by
// name; those of [api.ProblemCodes] that every face shares come beside them.
// The list is a promise: codes are added, but none changes its meaning.
func ProblemCodes() []api.ProblemCode {
	return []api.ProblemCode{
		{Code: "party-missing", Status: []int{400}, When: "neither a party nor a reference is named"},
		{Code: "reference-incomplete", Status: []int{400}, When: "one of `referenceType` and `referenceValue` without the other"},
		{Code: "reference-type", Status: []int{400}, When: "no type of reference that is searched for"},
		{Code: "status-invalid", Status: []int{400}, When: "no status that a receipt has"},
		{Code: "type-invalid", Status: []int{400}, When: "no type of receipt that there is"},

		{Code: "receipt-unknown", Status: []int{404}, When: "no such receipt, or not the caller's"},
	}
}

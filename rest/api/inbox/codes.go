package inbox

import "overgang/rest/api"

// Document is the OpenAPI document.
func Document() []byte { return document }

// ProblemCodes are the codes of this API's own problems, by status and then by
// name; those of [api.ProblemCodes] that every face shares come beside them.
// The list is a promise: codes are added, but none changes its meaning.
func ProblemCodes() []api.ProblemCode {
	return []api.ProblemCode{
		{Code: "case-invalid", Status: []int{400}, When: "`caseNumber` is negative"},
		{Code: "kind-invalid", Status: []int{400}, When: "no kind of entry that there is"},
		{Code: "language-invalid", Status: []int{400}, When: "not one of nb, nn, se and en"},
		{Code: "party-missing", Status: []int{400}, When: "no party is named"},
		{Code: "state-invalid", Status: []int{400}, When: "no state that there is"},
	}
}

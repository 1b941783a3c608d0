package cases

import "overgang/rest/api"

// Document is the OpenAPI document.
func Document() []byte { return document }

// ProblemCodes are the codes of this API's own problems, by status and then by
// name; those of [api.ProblemCodes] that every face shares come beside them.
// The list is a promise: codes are added, but none changes its meaning.
func ProblemCodes() []api.ProblemCode {
	return []api.ProblemCode{
		{Code: "case-unknown", Status: []int{404}, When: "no such case, or not the caller's"},

		{Code: "case-closed", Status: []int{409}, When: "the case is archived or deleted"},
		{Code: "case-instances", Status: []int{409}, When: "the case has active instances"},
		{Code: "case-messages", Status: []int{409}, When: "the case has active messages"},
	}
}

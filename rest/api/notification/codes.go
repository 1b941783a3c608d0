package notification

import "overgang/rest/api"

// Document is the OpenAPI document.
func Document() []byte { return document }

// ProblemCodes are the codes of this API's own problems, by status and then by
// name; those of [api.ProblemCodes] that every face shares come beside them.
// The list is a promise: codes are added, but none changes its meaning.
func ProblemCodes() []api.ProblemCode {
	return []api.ProblemCode{
		{Code: "before-invalid", Status: []int{400}, When: "`before` is no notification's id"},
		{Code: "resource-invalid", Status: []int{400}, When: "`resourceId` is not `org/app`"},
		{Code: "state-invalid", Status: []int{400}, When: "no state that there is"},

		{Code: "notification-unknown", Status: []int{404}, When: "no such notification, or not of the caller's applications"},
	}
}

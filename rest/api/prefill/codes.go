package prefill

import "overgang/rest/api"

// Document is the OpenAPI document.
func Document() []byte { return document }

// ProblemCodes are the codes of this API's own problems, by status and then by
// name; those of [api.ProblemCodes] that every face shares come beside them.
// The list is a promise: codes are added, but none changes its meaning.
func ProblemCodes() []api.ProblemCode {
	return []api.ProblemCode{
		{Code: "data-format-unknown", Status: []int{400}, When: "the application has no such form"},
		{Code: "party-unknown", Status: []int{400}, When: "no such party here"},
		{Code: "prefill", Status: []int{400}, When: "a prefill without reference or forms, with XML that is not well-formed, or over before it begins"},

		{Code: "prefill-unknown", Status: []int{404}, When: "no such prefill, or not the caller's"},

		{Code: "prefill-many", Status: []int{409}, When: "100 prefills of one party at one application"},

		{Code: "prefill-long", Status: []int{413}, When: "forms over 1 MiB"},
	}
}

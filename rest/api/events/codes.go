package events

import "overgang/rest/api"

// Document is the OpenAPI document.
func Document() []byte { return document }

// ProblemCodes are the codes of this API beside those that all faces share
// (api.ProblemCodes), by status and then by name. A test holds the sources to
// the list.
func ProblemCodes() []api.ProblemCode {
	return []api.ProblemCode{
		{Code: "after-invalid", Status: []int{400}, When: "`after` is no id of a dead letter"},
		{Code: "alternative-subject-filter", Status: []int{400}, When: "neither `/person/` with 11 digits nor `/organisation/` with 9"},
		{Code: "endpoint-credentials", Status: []int{400}, When: "a user name or password in `endPoint`"},
		{Code: "endpoint-forbidden", Status: []int{400}, When: "an address or port that events are not sent to"},
		{Code: "endpoint-invalid", Status: []int{400}, When: "`endPoint` is no absolute URL, or not in its usual form"},
		{Code: "endpoint-long", Status: []int{400}, When: "more than 2048 characters"},
		{Code: "endpoint-missing", Status: []int{400}, When: "no `endPoint`"},
		{Code: "endpoint-scheme", Status: []int{400}, When: "not https"},
		{Code: "filter-contradiction", Status: []int{400}, When: "two filters that can never both match"},
		{Code: "filter-empty", Status: []int{400}, When: "an empty value in a list"},
		{Code: "filter-long", Status: []int{400}, When: "more than 50 applications or types"},
		{Code: "filter-twice", Status: []int{400}, When: "a filter as one value and as a list"},
		{Code: "resource-filter", Status: []int{400}, When: "not `urn:altinn:resource:app_{org}_{app}`"},
		{Code: "size-invalid", Status: []int{400}, When: "not a number from 1 to 1000"},
		{Code: "source-filter", Status: []int{400}, When: "not the address of an application or an instance"},
		{Code: "subject-filter", Status: []int{400}, When: "not `/party/` with a party's id"},
		{Code: "type-unknown", Status: []int{400}, When: "no such type of event; detail lists them"},
		{Code: "party", Status: []int{403}, When: "the party is unknown, or not the caller's to read for"},
		{Code: "subscriber", Status: []int{403}, When: "no application owner, person or enterprise user"},
		{Code: "application-unknown", Status: []int{404}, When: "the filter's application is not there, or not the caller's"},
		{Code: "dead-letter-unknown", Status: []int{404}, When: "no such dead letter"},
		{Code: "instance-unknown", Status: []int{404}, When: "the filter's instance is not there, or not the caller's"},
		{Code: "subscription-unknown", Status: []int{404}, When: "no such subscription, or somebody else's"},
		{Code: "subscription-disabled", Status: []int{409}, When: "a test of what is disabled"},
		{Code: "subscriptions-many", Status: []int{409}, When: "as many subscriptions as a subscriber may have"},
		{Code: "subscription-trigger", Status: []int{429}, When: "the receiver was called on the caller's behalf just now"},
		{Code: "subscriptions-off", Status: []int{503}, When: "this gateway delivers no events"},
	}
}

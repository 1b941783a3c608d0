// Package events is the HTTP API of subscriptions, below /events/api/v1/, as
// openapi.yaml describes it: the later platform's names over
// [rest.Subscriptions], and the notices that receivers get. Events themselves
// are rendered by package api.
package events

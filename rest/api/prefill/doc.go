// Package prefill is the HTTP API of what application owners filled in for
// parties beforehand: everything below /prefill/api/v1. It owns the words of that
// API. What it shares with the API of instances (tokens, guards, problems) is
// package rest/api's.
package prefill

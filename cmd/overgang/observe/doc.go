// Package observe is what operators see of the gateway while it runs: metrics
// in a registry of their own, and whether it is ready.
//
// It holds no identity numbers, no secrets and no content: labels come from
// the contracts and from routes, never from what a client sent.
package observe

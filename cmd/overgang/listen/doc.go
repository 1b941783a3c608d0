// Package listen is the gateway's edge towards the network: its HTTP servers
// with their limits, TLS certificates that are read again when they change,
// trusted proxies, the demand for TLS, the minimum pace of bodies, and the
// limit of requests at once.
//
// It knows nothing of what the requests mean.
package listen

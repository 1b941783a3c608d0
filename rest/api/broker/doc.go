// Package broker is the HTTP face of file transfers, named as the Altinn 3
// Broker API names things: below /broker/api/v1/, with an OpenAPI document of
// its own, and resumable uploads by tus.
//
// It owns the wire: JSON, parties' names, tus headers. Guards, problems, cursors
// and downloads are package api's; what a transfer is and who may do what with
// it, the core's.
package broker

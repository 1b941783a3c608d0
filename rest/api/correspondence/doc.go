// Package correspondence is the HTTP API of messages from application owners to
// parties, named as the later platform names it: everything below
// /correspondence/api/v1. It owns the words of that API. What it shares with the
// API of instances (tokens, guards, problems, downloads) is package rest/api's.
package correspondence

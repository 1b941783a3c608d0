// Package notification is the HTTP API of what was sent to people by text message
// and email: everything below /notifications/api/v1. It owns the words of that
// API. What it shares with the API of instances (tokens, guards, problems) is
// package rest/api's.
package notification

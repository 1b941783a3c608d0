// Package message is what faults say in each language: one file a language in
// texts, one line a message. It owns the words, and nothing of when they are
// said.
//
// A key is the error id, or for those without one 0, the kind and perhaps the
// code of the error ("0/not-found/key-service"); {detail} stands for the
// English detail, {guid} for the request's id. A text of "@nb" says that nobody
// who knows the language has written it yet: it is bokmål, and begins with
// saying so.
package message

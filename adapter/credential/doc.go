// Package credential turns the credentials of a legacy call (system, and
// person with one-time code) into a [rest.Caller]. It owns which failure is
// told in which words, and nothing of how a password is checked: that is the
// core's.
package credential

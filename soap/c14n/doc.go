// Package c14n reads small documents into a tree that keeps all that canonical
// XML needs, and writes exclusive canonical XML of an element in that tree.
//
// The tree is made from the tokens of soap/xmltok, so that what a signature is
// checked over and what is used is read by one parser only. (A tree made by
// encoding/xml would not do: it keeps a line end within an attribute's value,
// which XML makes a space, apart from none written as a reference.)
//
// The package knows nothing of SOAP and of signatures.
package c14n

// Package xsdform validates form data against the XML schema of its data type.
//
// Schemas are compiled once, when the registry is loaded, and validation
// streams: memory does not grow with the form. A form's DOCTYPE is refused, its
// xsi:schemaLocation is never followed, and a declared ISO-8859-1 encoding,
// which old form clients send, is read as such.
package xsdform

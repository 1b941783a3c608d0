// Package xmltok is a namespace-aware XML tokenizer over a stream of bytes. It
// reads each byte once, keeps memory bounded whatever the document, and is
// strict: well-formedness of XML 1.0 (fifth edition) and of Namespaces in XML
// 1.0 (third edition), UTF-8 only, no DOCTYPE, no processing instructions. It
// knows nothing of SOAP.
//
// What it refuses although XML allows it: document type declarations and with
// them all entities but the five predefined, processing instructions, version
// numbers other than 1.0, encodings other than UTF-8 and US-ASCII, and
// documents beyond their Limits. What a strict parser refuses and it does not:
// nothing known.
package xmltok

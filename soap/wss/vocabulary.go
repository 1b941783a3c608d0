package wss

import (
	"slices"

	"overgang/soap/xmltok"
)

// Words are the namespaces, names and values that a Security header is made of,
// for the vocabulary of a tokenizer.
func Words() []string {
	words := []string{SecuritySpace, Security11Space, UtilitySpace, SignatureSpace, EncryptionSpace, ConversationSpace, canonicalSpace,
		base64Binary, passwordText, x509v3, x509SubjectKey, thumbprintSHA1, contextType, derivedType,
		"o", "u", "c", "wsse", "wsu", "wsc", "ds", "ec", "Cookie", "Length", "Offset"}
	for _, name := range [...]xmltok.Name{
		SecurityName, usernameToken, username, password, nonce, binaryToken, tokenReference, reference, keyIdentifier, timestamp, created, expires,
		utilityID, signature, signedInfo, canonicalMethod, signatureMethod, transforms, transform, digestMethod, digestValue, signatureValue, keyInfo,
		x509Data, x509IssuerSerial, x509IssuerName, x509SerialNumber, contextToken, contextIdentifier, derivedToken, inclusiveNamespaces,
		algorithm, prefixList, uri, valueType, encodingType, typeName,
	} {
		words = append(words, name.Local)
	}
	for name := range digests {
		words = append(words, name)
	}
	for name := range signings {
		words = append(words, name)
	}
	slices.Sort(words)
	return slices.Compact(words)
}

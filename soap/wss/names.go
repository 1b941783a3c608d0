package wss

import "overgang/soap/xmltok"

// Namespaces.
const (
	SecuritySpace     = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
	Security11Space   = "http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd"
	UtilitySpace      = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
	SignatureSpace    = "http://www.w3.org/2000/09/xmldsig#"
	EncryptionSpace   = "http://www.w3.org/2001/04/xmlenc#"
	ConversationSpace = "http://schemas.xmlsoap.org/ws/2005/02/sc"

	canonicalSpace = "http://www.w3.org/2001/10/xml-exc-c14n#"
	xmlSpace       = "http://www.w3.org/XML/1998/namespace"
)

// Types of values and encodings: SOAP Message Security 1.0 §6.3 and 1.1 §7.3,
// UsernameToken profile 1.0 §3.1, X.509 token profile 1.0 §3.1,
// WS-SecureConversation of February 2005 §3 and §7.
const (
	base64Binary   = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
	passwordText   = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText"
	x509v3         = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
	x509SubjectKey = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509SubjectKeyIdentifier"
	thumbprintSHA1 = "http://docs.oasis-open.org/wss/oasis-wss-soap-message-security-1.1#ThumbprintSHA1"
	contextType    = ConversationSpace + "/sct"
	derivedType    = ConversationSpace + "/dk"
)

func wsse(local string) xmltok.Name { return xmltok.Name{Space: SecuritySpace, Local: local} }
func wsu(local string) xmltok.Name  { return xmltok.Name{Space: UtilitySpace, Local: local} }
func ds(local string) xmltok.Name   { return xmltok.Name{Space: SignatureSpace, Local: local} }
func wsc(local string) xmltok.Name  { return xmltok.Name{Space: ConversationSpace, Local: local} }

// Names of elements and attributes.
var (
	// SecurityName is the header block that this package processes.
	SecurityName = wsse("Security")

	usernameToken  = wsse("UsernameToken")
	username       = wsse("Username")
	password       = wsse("Password")
	nonce          = wsse("Nonce")
	binaryToken    = wsse("BinarySecurityToken")
	tokenReference = wsse("SecurityTokenReference")
	reference      = wsse("Reference")
	keyIdentifier  = wsse("KeyIdentifier")

	timestamp = wsu("Timestamp")
	created   = wsu("Created")
	expires   = wsu("Expires")
	utilityID = wsu("Id")

	signature         = ds("Signature")
	signedInfo        = ds("SignedInfo")
	canonicalMethod   = ds("CanonicalizationMethod")
	signatureMethod   = ds("SignatureMethod")
	signedReference   = ds("Reference")
	transforms        = ds("Transforms")
	transform         = ds("Transform")
	digestMethod      = ds("DigestMethod")
	digestValue       = ds("DigestValue")
	signatureValue    = ds("SignatureValue")
	keyInfo           = ds("KeyInfo")
	x509Data          = ds("X509Data")
	x509IssuerSerial  = ds("X509IssuerSerial")
	x509IssuerName    = ds("X509IssuerName")
	x509SerialNumber  = ds("X509SerialNumber")
	contextToken      = wsc("SecurityContextToken")
	contextIdentifier = wsc("Identifier")
	derivedToken      = wsc("DerivedKeyToken")

	inclusiveNamespaces = xmltok.Name{Space: canonicalSpace, Local: "InclusiveNamespaces"}

	// Attributes without a namespace.
	algorithm    = xmltok.Name{Local: "Algorithm"}
	prefixList   = xmltok.Name{Local: "PrefixList"}
	uri          = xmltok.Name{Local: "URI"}
	valueType    = xmltok.Name{Local: "ValueType"}
	encodingType = xmltok.Name{Local: "EncodingType"}
	typeName     = xmltok.Name{Local: "Type"}
)

// identifiers are the attributes that name an element. All are looked at for
// duplicates; references lead to wsu:Id only.
var identifiers = [...]xmltok.Name{
	utilityID, {Local: "Id"}, {Local: "ID"}, {Local: "id"}, {Space: xmlSpace, Local: "id"}, {Local: "AssertionID"},
}

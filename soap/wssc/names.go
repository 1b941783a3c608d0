package wssc

import (
	"slices"

	"overgang/soap/wss"
	"overgang/soap/xmltok"
)

// Namespaces.
const (
	TrustSpace = "http://schemas.xmlsoap.org/ws/2005/02/trust"
	// CookieSpace is of the cookie in a SecurityContextToken, as .NET names it.
	CookieSpace = "http://schemas.microsoft.com/ws/2006/05/security"

	conversationSpace = wss.ConversationSpace
)

// Values: WS-Trust §5 to §8, WS-SecureConversation §3 and §7.
const (
	tokenContext = conversationSpace + "/sct" // the token type, and the type of references
	keySymmetric = TrustSpace + "/SymmetricKey"
	nonceSecret  = TrustSpace + "/Nonce"
	computedKey  = TrustSpace + "/CK/PSHA1"
	derivation   = conversationSpace + "/dk/p_sha1"
)

func wst(local string) xmltok.Name  { return xmltok.Name{Space: TrustSpace, Local: local} }
func wsc(local string) xmltok.Name  { return xmltok.Name{Space: conversationSpace, Local: local} }
func wsse(local string) xmltok.Name { return xmltok.Name{Space: wss.SecuritySpace, Local: local} }
func wsu(local string) xmltok.Name  { return xmltok.Name{Space: wss.UtilitySpace, Local: local} }

// Names of elements and attributes.
var (
	// RequestName is the body of a token request.
	RequestName = wst("RequestSecurityToken")

	requestType  = wst("RequestType")
	tokenType    = wst("TokenType")
	keyType      = wst("KeyType")
	keySize      = wst("KeySize")
	keyAlgorithm = wst("ComputedKeyAlgorithm")
	entropy      = wst("Entropy")
	binarySecret = wst("BinarySecret")
	lifetime     = wst("Lifetime")
	renewTarget  = wst("RenewTarget")
	cancelTarget = wst("CancelTarget")

	created = wsu("Created")
	expires = wsu("Expires")

	contextToken = wsc("SecurityContextToken")
	identifier   = wsc("Identifier")
	instance     = wsc("Instance")
	cookie       = xmltok.Name{Space: CookieSpace, Local: "Cookie"}

	tokenReference = wsse("SecurityTokenReference")
	reference      = wsse("Reference")

	generation = wsc("Generation")
	offset     = wsc("Offset")
	length     = wsc("Length")
	label      = wsc("Label")
	nonce      = wsc("Nonce")

	// Attributes without a namespace.
	algorithm   = xmltok.Name{Local: "Algorithm"}
	contextName = xmltok.Name{Local: "Context"}
	typeName    = xmltok.Name{Local: "Type"}
	uri         = xmltok.Name{Local: "URI"}
	valueType   = xmltok.Name{Local: "ValueType"}
)

// refused are parts of a request that ask for something else than a session for
// who asks: to leave them out of account would not do what was asked for.
var refused = map[xmltok.Name]bool{
	wst("OnBehalfOf"): true, wst("DelegateTo"): true, wst("UseKey"): true, wst("ProofEncryption"): true, wst("Encryption"): true,
	wst("Claims"): true, wst("BinaryExchange"): true,
}

// Words are the namespaces, names and values that token requests and tokens are
// made of, for the vocabulary of a tokenizer.
func Words() []string {
	words := []string{TrustSpace, CookieSpace, conversationSpace, tokenContext, keySymmetric, nonceSecret, computedKey, derivation, "t", "wst", "dnse", "256"}
	for _, name := range [...]xmltok.Name{
		RequestName, requestType, tokenType, keyType, keySize, keyAlgorithm, entropy, binarySecret, lifetime, renewTarget, cancelTarget, created, expires,
		contextToken, identifier, instance, cookie, tokenReference, reference, generation, offset, length, label, nonce, algorithm, contextName, typeName,
		uri, valueType,
	} {
		words = append(words, name.Local)
	}
	for k := Issue; k <= Cancel; k++ {
		words = append(words, k.Action(), k.requestType())
	}
	slices.Sort(words)
	return slices.Compact(words)
}

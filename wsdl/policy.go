package wsdl

import (
	"slices"

	"github.com/beevik/etree"
)

// policy is what the model takes from the policies of a binding.
type policy struct {
	endorsing bool // EndorsingSupportingTokens: WS-SecureConversation over X.509
	mtom      bool // OptimizedMimeSerialization
	kept      bool // MustNotSendCancel: tokens end by themselves only
}

// assertions are those of WS-SecurityPolicy 1.1 that the contracts make. What
// they ask for is fixed for a flavour; one that is not here would go unheard.
var assertions = []string{
	"TransportBinding", "TransportToken", "HttpToken", "HttpsToken", "AlgorithmSuite", "Basic256",
	"Layout", "Strict", "IncludeTimestamp", "EndorsingSupportingTokens", "SignedSupportingTokens",
	"SecureConversationToken", "RequireDerivedKeys", "MustNotSendCancel", "BootstrapPolicy", "SignedParts", "EncryptedParts",
	"Body", "Header", "X509Token", "RequireThumbprintReference", "WssX509V3Token10", "UsernameToken",
	"WssUsernameToken10", "Wss11", "MustSupportRefThumbprint", "Trust10", "MustSupportIssuedTokens",
	"RequireClientEntropy", "RequireServerEntropy",
}

// read takes in e, a policy or an assertion, and what it contains.
func (p *policy) read(d *document, e *etree.Element) {
	name := d.name(e)
	switch {
	case name.Space == nsPolicy && (name.Local == "Policy" || name.Local == "ExactlyOne" || name.Local == "All"):
	case name == Name{nsMTOM, "OptimizedMimeSerialization"}:
		p.mtom = true
	case name == Name{nsWSAW, "UsingAddressing"}:
	case name.Space == nsSP && slices.Contains(assertions, name.Local):
		p.endorsing = p.endorsing || name.Local == "EndorsingSupportingTokens"
		p.kept = p.kept || name.Local == "MustNotSendCancel"
	default:
		d.unknown(e)
	}
	children := d.open(e, "Name", "Namespace", "RequireClientCertificate",
		Name{nsWSU, "Id"}.String(), Name{nsSP, "IncludeToken"}.String())
	if name.Local == "ExactlyOne" {
		d.one(e, "alternatives", children)
	}
	for _, child := range children {
		p.read(d, child)
	}
}

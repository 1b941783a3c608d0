package wsdl

// Namespaces of the documents.
const (
	nsWSDL   = "http://schemas.xmlsoap.org/wsdl/"
	nsSOAP11 = "http://schemas.xmlsoap.org/wsdl/soap/"
	nsSOAP12 = "http://schemas.xmlsoap.org/wsdl/soap12/"
	nsXSD    = "http://www.w3.org/2001/XMLSchema"
	nsWSAW   = "http://www.w3.org/2006/05/addressing/wsdl" // wsaw:Action, wsaw:UsingAddressing
	nsWSA    = "http://www.w3.org/2005/08/addressing"
	nsPolicy = "http://schemas.xmlsoap.org/ws/2004/09/policy"
	nsSP     = "http://schemas.xmlsoap.org/ws/2005/07/securitypolicy"
	nsMTOM   = "http://schemas.xmlsoap.org/ws/2004/09/policy/optimizedmimeserialization"
	nsWSU    = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"

	httpTransport = "http://schemas.xmlsoap.org/soap/http"
)

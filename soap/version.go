package soap

// Version is a SOAP version.
type Version int

// Versions.
const (
	V11 Version = iota + 1 // SOAP 1.1, W3C Note of May 2000
	V12                    // SOAP 1.2, W3C Recommendation of April 2007
)

// Namespaces of the envelopes.
const (
	NS11 = "http://schemas.xmlsoap.org/soap/envelope/"
	NS12 = "http://www.w3.org/2003/05/soap-envelope"
)

// Namespace is the envelope's namespace.
func (v Version) Namespace() string {
	if v == V12 {
		return NS12
	}
	return NS11
}

// ContentType is the media type of the version's messages (SOAP 1.1 §6, SOAP 1.2 part 2 §7.1.4).
func (v Version) ContentType() string {
	if v == V12 {
		return "application/soap+xml; charset=utf-8"
	}
	return "text/xml; charset=utf-8"
}

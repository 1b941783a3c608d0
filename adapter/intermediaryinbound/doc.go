// Package intermediaryinbound is the legacy service IntermediaryInbound:
// sending in form sets, updating, completing and signing them
// (IntermediaryInboundBasic.wsdl). What clients send streams to the core as it
// arrives.
package intermediaryinbound

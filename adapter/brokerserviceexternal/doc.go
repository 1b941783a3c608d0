// Package brokerserviceexternal is what the legacy service BrokerService and its
// streamed sibling mean: files from a sender to recipients, on the core's
// transfers. One table serves the endpoints of both, in every flavour.
package brokerserviceexternal

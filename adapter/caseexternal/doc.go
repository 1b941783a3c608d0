// Package caseexternal is the legacy service Case: cases, which the old platform
// also called collaborations (CaseEC2.wsdl; Basic and WS inferred).
package caseexternal

// Package reporteearchiveexternal is the legacy services ReporteeArchiveExternal
// and ReporteeArchiveExternalStreamed: what parties have in their archive, form
// sets, messages and lookups. What is not archived is not there for them.
package reporteearchiveexternal

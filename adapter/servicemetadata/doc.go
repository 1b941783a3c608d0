// Package servicemetadata is the legacy service ServiceMetaData: which services
// there are, and the schemas of their forms (ServiceMetaDataExternalBasic.wsdl,
// inferred). It acts for systems only, and shows the whole registry to each.
package servicemetadata

// Package store is persistence: the interfaces that the core's rules run over,
// and their sentinel errors. Drivers are store/sqlstore (rows) and
// store/blobfs (content); store/storetest is the suite that every driver passes.
//
// The comments of the interfaces are the contract. The package owns no rules:
// who may do what, and what follows from what, is rest/core's.
package store

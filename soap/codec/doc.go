// Package codec maps bodies to plain Go structs and back, by the schema: at
// start it compiles, per operation and flavour, a plan from the contract's
// types to a struct by local name; at run time it streams tokens through the
// plan. Encoding follows the schema's order, namespaces and nils exactly.
// Decoding is lenient where clients are known to be sloppy and strict where it
// matters.
package codec

// Package stories plays the scenarios of interop/scenarios inside one process,
// with clients made from the contract: the same stories in every flavour whose
// services they need. That clients of others play them, too, is shown there. It
// has tests only.
package stories

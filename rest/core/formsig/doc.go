// Package formsig verifies the enveloped XML signature (XMLDSig §6.6.4) of a
// form: exactly one signature, a child of the root, over the whole document,
// made with a current algorithm by a trusted signer.
//
// The digest and signature arithmetic is goxmldsig's. It works on a tree, and
// searches at most 1,000 elements, so a larger signed form is refused rather
// than half verified.
package formsig

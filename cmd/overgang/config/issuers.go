package config

import (
	"fmt"
	"slices"

	"overgang/rest"
	"overgang/rest/api/token"
)

// checkIssuers checks the issuers beside the embedded one.
func (c Config) checkIssuers(wrong func(key, format string, args ...any)) {
	seen := map[string]bool{c.Tokens.Issuer: true}
	for n, i := range c.Tokens.Issuers {
		key := fmt.Sprintf("tokens.issuers[%d]", n)
		if seen[i.Issuer] {
			wrong(key, "issuer %q is there twice", i.Issuer)
		}
		seen[i.Issuer] = true
		if err := token.SafeURL(i.Issuer); err != nil {
			wrong(key, "issuer %q: %v", i.Issuer, err)
		}
		if i.Keys != "" {
			if err := token.SafeURL(i.Keys); err != nil {
				wrong(key, "keys %q: %v", i.Keys, err)
			}
		}
		if i.Audience == "" {
			wrong(key, "audience must not be empty: a token that is meant for somebody else must not open this door")
		}
		if (i.OwnerClaim == "") != (len(i.Owners) == 0) {
			wrong(key, "owner_claim and owners belong together")
		}
		if i.OwnerClaim == "" && i.PersonClaim == "" && i.PartyClaim == "" {
			wrong(key, "set owner_claim, person_claim or party_claim: else its tokens name nobody")
		}
		for theirs, ours := range i.Scopes {
			for _, s := range ours {
				if !slices.Contains([]string{rest.ScopeRead, rest.ScopeWrite, rest.ScopeOwner}, s) {
					wrong(key, "scopes: %q stands for %q, which is none of %s, %s, %s", theirs, s, rest.ScopeRead, rest.ScopeWrite, rest.ScopeOwner)
				}
			}
		}
	}
}

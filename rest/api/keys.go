package api

import "overgang/rest"

// keysOf are an instance's keys as answers show them.
func keysOf(k *rest.EncryptedKeys) (out EncryptedKeys) {
	if k == nil {
		return out
	}
	out.Party = k.Party.Reveal()
	for _, o := range k.Owners {
		out.Owners = append(out.Owners, OwnerKey{Owner: o.Owner, Certificate: o.Certificate, Key: o.Key.Reveal()})
	}
	return out
}

// keysIn are the keys that a new instance brings, nil for none. The core
// measures them.
func keysIn(in EncryptedKeys) *rest.EncryptedKeys {
	k := &rest.EncryptedKeys{Party: rest.Secret(in.Party)}
	for _, o := range in.Owners {
		k.Owners = append(k.Owners, rest.OwnerKey{Owner: o.Owner, Certificate: o.Certificate, Key: rest.Secret(o.Key)})
	}
	if k.Empty() {
		return nil
	}
	return k
}

package rest

// EncryptedKeys is the symmetric key with which a sender encrypted fields or
// attachments of an instance, once for each who shall read them. What is in it
// is the sender's affair: it is kept and handed on as it came, and nothing is
// decrypted.
type EncryptedKeys struct {
	// Party is the key as encrypted with the party's password; empty = none.
	Party Secret
	// Owners are the key as encrypted with certificates of the application's
	// owner, in the sender's order.
	Owners []OwnerKey
}

// OwnerKey is the symmetric key as encrypted with one certificate.
type OwnerKey struct {
	Owner       string // the owner's code as the sender wrote it; may be empty
	Certificate int32  // [ServiceCertificate.Number]; it need not be registered
	Key         Secret
}

// Empty says that there is no key; so does nil.
func (k *EncryptedKeys) Empty() bool { return k == nil || k.Party == "" && len(k.Owners) == 0 }

// KeysFor is what the caller, who may read the instance, is told of its keys,
// nil for none. The application's owner has no use for the party's: whoever has
// it can try passwords on it.
func (i *Instance) KeysFor(caller Caller) *EncryptedKeys {
	k := i.Keys
	if k != nil && caller.Owner != "" {
		k = &EncryptedKeys{Owners: k.Owners}
	}
	if k.Empty() {
		return nil
	}
	return k
}

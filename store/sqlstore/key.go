package sqlstore

import "overgang/rest"

var insertKeys = sql("INSERT INTO instance_key (instance, keys) VALUES (?, ?)")

// packEncrypted packs the keys that came with an instance.
func packEncrypted(k *rest.EncryptedKeys) []byte {
	size := 8 + len(k.Party)
	for _, o := range k.Owners {
		size += 16 + len(o.Owner) + len(o.Key)
	}
	p := newPacker(size)
	p.text(k.Party.Reveal())
	for _, o := range k.Owners {
		p.text(o.Owner)
		p.int(int64(o.Certificate))
		p.text(o.Key.Reveal())
	}
	return p.b
}

func unpackEncrypted(b []byte) (*rest.EncryptedKeys, error) {
	if len(b) == 0 {
		return nil, nil
	}
	u := newUnpacker(b)
	k := &rest.EncryptedKeys{Party: rest.Secret(u.text())}
	for u.more() {
		k.Owners = append(k.Owners, rest.OwnerKey{Owner: u.text(), Certificate: int32(u.int()), Key: rest.Secret(u.text())})
	}
	return k, u.err
}

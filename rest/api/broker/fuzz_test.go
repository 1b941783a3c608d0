package broker

import (
	"strings"
	"testing"

	"overgang/rest"
)

// FuzzPartyRef: whatever names a party, what comes of it is one number of the
// right length, or an error that is the caller's.
func FuzzPartyRef(f *testing.F) {
	for _, text := range []string{"0192:310000019", "310000019", orgPrefix + "310000019", personPrefix + "01810100016", partyPrefix + "50001", partyPrefix + "-1", "", "0192:", ":"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ref, err := partyRef("sender", text)
		if err != nil {
			if rest.KindOf(err) != rest.Invalid {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		if !(len(ref.OrgNumber) == 9 || len(ref.SSN) == 11 || ref.ID > 0) || !strings.HasSuffix(text, ref.OrgNumber+ref.SSN.Reveal()) {
			t.Errorf("%q is %+v", text, ref)
		}
	})
}

// FuzzTusHeaders: no header breaks the reading of another.
func FuzzTusHeaders(f *testing.F) {
	f.Add("filename YS56aXA=,filetype eA==", "sha256 AAAA", "12")
	f.Add("", "", "")
	f.Add("filename", "md5 1B2M2Y8AsgTpgAmY7PhCfg==", "-0")
	f.Fuzz(func(t *testing.T, meta, sum, length string) {
		if _, err := metadata(meta, "filename"); err != nil && rest.KindOf(err) != rest.Invalid {
			t.Error(err)
		}
		if s, err := newPieceSum(sum); err == nil && sum != "" && len(s.want) != s.hash.Size() {
			t.Errorf("%q gives a sum of %d bytes", sum, len(s.want))
		}
		if n, err := count("Upload-Length", length); err == nil && n < 0 {
			t.Errorf("%q is %d", length, n)
		}
	})
}

package wssc

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"overgang/soap/wss"
)

// Response is the body of the answer to a token request.
type Response struct {
	context  string
	token    *session // nil = it was cancelled
	cookie   []byte
	secret   wss.Secret // our entropy, or the key itself
	computed bool       // whether the key is computed of two entropies
}

// Identifier is the token's, "" for one that was cancelled.
func (r *Response) Identifier() string {
	if r.token == nil {
		return ""
	}
	return r.token.identifier()
}

// Expires is when the token ends, zero for one that was cancelled.
func (r *Response) Expires() time.Time {
	if r.token == nil {
		return time.Time{}
	}
	return r.token.expires
}

const timeFormat = "2006-01-02T15:04:05.000Z"

// escape is for an attribute's value.
var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\t", "&#9;", "\n", "&#10;", "\r", "&#13;")

// Append appends the RequestSecurityTokenResponse, WS-Trust §6 to §8, in the
// order of .NET's. It declares all its prefixes itself. It holds a secret: it
// must go nowhere but to who asked.
func (r *Response) Append(dst []byte) []byte {
	dst = append(dst, `<t:RequestSecurityTokenResponse xmlns:t="`+TrustSpace+`"`...)
	if r.context != "" {
		dst = append(dst, ` Context="`...)
		dst = append(dst, escape.Replace(r.context)...)
		dst = append(dst, '"')
	}
	if r.token == nil {
		return append(dst, `><t:RequestedTokenCancelled/></t:RequestSecurityTokenResponse>`...)
	}
	dst = append(dst, `><t:TokenType>`+tokenContext+`</t:TokenType><t:RequestedSecurityToken>`...)
	dst = r.appendToken(dst)
	dst = append(dst, `</t:RequestedSecurityToken><t:RequestedAttachedReference>`...)
	dst = r.appendReference(dst, "#"+r.id(), "")
	dst = append(dst, `</t:RequestedAttachedReference><t:RequestedUnattachedReference>`...)
	dst = r.appendReference(dst, r.token.identifier(), r.token.instanceName())
	dst = append(dst, `</t:RequestedUnattachedReference><t:RequestedProofToken>`...)
	if r.computed {
		dst = append(dst, `<t:ComputedKey>`+computedKey+`</t:ComputedKey></t:RequestedProofToken><t:Entropy>`...)
		dst = r.appendSecret(dst, nonceSecret)
		dst = append(dst, `</t:Entropy>`...)
	} else {
		dst = r.appendSecret(dst, keySymmetric)
		dst = append(dst, `</t:RequestedProofToken>`...)
	}
	dst = append(dst, `<t:Lifetime><u:Created xmlns:u="`+wss.UtilitySpace+`">`...)
	dst = r.token.created.UTC().AppendFormat(dst, timeFormat)
	dst = append(dst, `</u:Created><u:Expires xmlns:u="`+wss.UtilitySpace+`">`...)
	dst = r.token.expires.UTC().AppendFormat(dst, timeFormat)
	dst = append(dst, `</u:Expires></t:Lifetime><t:KeySize>`...)
	dst = strconv.AppendInt(dst, int64(len(r.token.key)*8), 10)
	return append(dst, `</t:KeySize></t:RequestSecurityTokenResponse>`...)
}

// id is the token's wsu:Id, which clients keep.
func (r *Response) id() string {
	if r.token.instanceName() != "" {
		return "uuid-" + uuid(r.token.instance) + "-1"
	}
	return "uuid-" + uuid(r.token.id) + "-1"
}

func (r *Response) appendToken(dst []byte) []byte {
	dst = append(dst, `<c:SecurityContextToken xmlns:c="`+conversationSpace+`" xmlns:u="`+wss.UtilitySpace+`" u:Id="`...)
	dst = append(dst, r.id()...)
	dst = append(dst, `"><c:Identifier>`...)
	dst = append(dst, r.token.identifier()...)
	dst = append(dst, `</c:Identifier>`...)
	if name := r.token.instanceName(); name != "" {
		dst = append(append(append(dst, `<c:Instance>`...), name...), `</c:Instance>`...)
	}
	dst = append(dst, `<dnse:Cookie xmlns:dnse="`+CookieSpace+`">`...)
	dst = base64.StdEncoding.AppendEncode(dst, r.cookie)
	return append(dst, `</dnse:Cookie></c:SecurityContextToken>`...)
}

func (r *Response) appendReference(dst []byte, to, instance string) []byte {
	dst = append(dst, `<o:SecurityTokenReference xmlns:o="`+wss.SecuritySpace+`"><o:Reference`...)
	if instance != "" {
		dst = append(append(append(dst, ` xmlns:c="`+conversationSpace+`" c:Instance="`...), instance...), '"')
	}
	dst = append(append(append(dst, ` URI="`...), to...), `" ValueType="`+tokenContext+`"/></o:SecurityTokenReference>`...)
	return dst
}

func (r *Response) appendSecret(dst []byte, kind string) []byte {
	dst = append(append(append(dst, `<t:BinarySecret Type="`...), kind...), `">`...)
	dst = base64.StdEncoding.AppendEncode(dst, r.secret)
	return append(dst, `</t:BinarySecret>`...)
}

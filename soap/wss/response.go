package wss

import (
	"encoding/base64"
	"strconv"
	"time"
)

// Response is the Security header of an answer.
type Response struct {
	Envelope string // namespace of the SOAP envelope
	Created  time.Time
	Lifetime time.Duration
	// Confirm asks for SignatureConfirmation (SOAP Message Security 1.1 §8.1)
	// of these signatures of the request; of none says that there was none.
	Confirm    bool
	Signatures [][]byte
}

const timeFormat = "2006-01-02T15:04:05.000Z"

// Append appends the header block. It declares all its prefixes itself.
func (r Response) Append(dst []byte) []byte {
	dst = append(dst, `<o:Security xmlns:o="`+SecuritySpace+`" xmlns:s="`...)
	dst = append(dst, r.Envelope...)
	dst = append(dst, `" s:mustUnderstand="1"><u:Timestamp xmlns:u="`+UtilitySpace+`" u:Id="_0"><u:Created>`...)
	created := r.Created.UTC()
	dst = created.AppendFormat(dst, timeFormat)
	dst = append(dst, `</u:Created><u:Expires>`...)
	dst = created.Add(r.Lifetime).AppendFormat(dst, timeFormat)
	dst = append(dst, `</u:Expires></u:Timestamp>`...)
	if r.Confirm {
		for i, value := range r.Signatures {
			dst = r.confirmation(dst, i)
			dst = append(dst, ` Value="`...)
			dst = base64.StdEncoding.AppendEncode(dst, value)
			dst = append(dst, `"/>`...)
		}
		if len(r.Signatures) == 0 {
			dst = append(r.confirmation(dst, 0), `/>`...)
		}
	}
	return append(dst, `</o:Security>`...)
}

func (Response) confirmation(dst []byte, i int) []byte {
	dst = append(dst, `<k:SignatureConfirmation xmlns:k="`+Security11Space+`" xmlns:u="`+UtilitySpace+`" u:Id="_`...)
	dst = strconv.AppendInt(dst, int64(i+1), 10)
	return append(dst, '"')
}

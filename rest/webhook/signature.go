package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"overgang/rest"
)

// secretPrefix begins a signing secret; the rest is the key in base64.
const secretPrefix = "whsec_"

// sign signs a message with every secret (Standard Webhooks 1.0.0): HMAC-SHA256
// over id, time and body, parted by dots.
func sign(secrets []rest.SigningSecret, id string, at time.Time, body []byte) (string, error) {
	var all []string
	for _, s := range secrets {
		if !s.Until.IsZero() && !at.Before(s.Until) {
			continue
		}
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s.Secret.Reveal(), secretPrefix))
		if err != nil || len(key) == 0 {
			return "", fmt.Errorf("webhook: a signing secret is no base64")
		}
		m := hmac.New(sha256.New, key)
		m.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "."))
		m.Write(body)
		all = append(all, "v1,"+base64.StdEncoding.EncodeToString(m.Sum(nil)))
	}
	if len(all) == 0 {
		return "", fmt.Errorf("webhook: no signing secret is good now")
	}
	return strings.Join(all, " "), nil
}

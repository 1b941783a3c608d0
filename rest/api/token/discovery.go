package token

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	fetchTimeout = 5 * time.Second
	largestKeys  = 256 << 10 // bytes of what an issuer publishes
)

// fetchKeys reads an issuer's keys from the address, or where its metadata say
// they are when address is empty (OpenID Connect Discovery 1.0 §4).
func fetchKeys(client *http.Client, issuer, address string) func(context.Context) ([]jose.JSONWebKey, error) {
	return func(ctx context.Context) ([]jose.JSONWebKey, error) {
		ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
		defer cancel()
		at := address
		if at == "" {
			var metadata struct {
				Issuer string `json:"issuer"`
				Keys   string `json:"jwks_uri"`
			}
			if err := getJSON(ctx, client, strings.TrimSuffix(issuer, "/")+"/.well-known/openid-configuration", &metadata); err != nil {
				return nil, err
			}
			if metadata.Issuer != issuer {
				return nil, fmt.Errorf("the metadata of %s are another issuer's", issuer)
			}
			if err := SafeURL(metadata.Keys); err != nil {
				return nil, fmt.Errorf("the metadata of %s: jwks_uri: %w", issuer, err)
			}
			at = metadata.Keys
		}
		var set struct {
			Keys []json.RawMessage `json:"keys"`
		}
		if err := getJSON(ctx, client, at, &set); err != nil {
			return nil, err
		}
		var keys []jose.JSONWebKey
		for _, raw := range set.Keys {
			var k jose.JSONWebKey
			if json.Unmarshal(raw, &k) == nil { // a key of a kind that we don't know stops no other
				keys = append(keys, k)
			}
		}
		return keys, nil
	}
}

func getJSON(ctx context.Context, client *http.Client, address string, into any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept", "application/json")
	response, err := client.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", address, response.Status)
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, largestKeys)).Decode(into); err != nil {
		return fmt.Errorf("%s: %w", address, err)
	}
	return nil
}

// newClient is the client that keys are fetched with. It follows no redirects:
// keys come from where the configuration says.
func newClient() *http.Client {
	return &http.Client{
		Timeout: fetchTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return errors.New("an issuer's keys are not where it says: a redirect is not followed")
		},
	}
}

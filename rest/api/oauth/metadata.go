package oauth

import (
	"net/http"

	"overgang/rest/api"
)

// metadata are the authorization server's (RFC 8414 §2).
type metadata struct {
	Issuer        string   `json:"issuer"`
	TokenEndpoint string   `json:"token_endpoint"`
	GrantTypes    []string `json:"grant_types_supported"`
	// ResponseTypes must be there, and are none: there is no authorization endpoint.
	ResponseTypes []string `json:"response_types_supported"`
	AuthMethods   []string `json:"token_endpoint_auth_methods_supported"`
	Scopes        []string `json:"scopes_supported"`
	Documentation string   `json:"service_documentation"`
}

func describe(issuer, url string) metadata {
	return metadata{
		Issuer: issuer, TokenEndpoint: url + TokenPath, GrantTypes: []string{grantType}, ResponseTypes: []string{},
		AuthMethods: []string{"none"}, // the assertion is the grant, and says who the client is
		Scopes:      scopes, Documentation: url + DocumentPath,
	}
}

// describe answers with the metadata.
func (s *server) describe(w http.ResponseWriter, _ *http.Request) (api.Outcome, error) {
	w.Header().Set("Cache-Control", "public, max-age=300")
	return api.Outcome{}, writeJSON(w, http.StatusOK, s.metadata)
}

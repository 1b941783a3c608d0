package config

import (
	"strings"
	"testing"
)

func TestIssuersAreChecked(t *testing.T) {
	good := Issuer{Issuer: "https://login.example.org/", Audience: "gateway", Keys: "https://login.example.org/jwk", OwnerClaim: "consumer.ID",
		Owners: map[string]string{"0192:910000001": "ttd"}, Scopes: map[string][]string{"a": {"instances.read", "serviceowner"}}}
	c := Default()
	c.Tokens.Issuers = []Issuer{good}
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*Issuer){
		"https is wanted":             func(i *Issuer) { i.Issuer = "http://login.example.org" },
		"keys \"ftp":                  func(i *Issuer) { i.Keys = "ftp://login.example.org" },
		"audience":                    func(i *Issuer) { i.Audience = "" },
		"belong together":             func(i *Issuer) { i.Owners = nil },
		"name nobody":                 func(i *Issuer) { i.OwnerClaim, i.Owners = "", nil },
		"which is none of":            func(i *Issuer) { i.Scopes = map[string][]string{"a": {"admin"}} },
		"\"overgang\" is there twice": func(i *Issuer) { i.Issuer = "overgang" },
	} {
		bad := good
		change(&bad)
		c.Tokens.Issuers = []Issuer{bad}
		if err := c.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q: %v", want, err)
		}
	}
	c.Tokens.Issuers = []Issuer{good, good}
	if err := c.Check(); err == nil || !strings.Contains(err.Error(), "there twice") {
		t.Errorf("twice: %v", err)
	}
}

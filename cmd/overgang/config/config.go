package config

import (
	"time"

	"overgang/rest"
)

// Config is everything that can be set. The yaml names are also the names of
// the environment variables: listen.plain.address is
// OVERGANG_LISTEN_PLAIN_ADDRESS.
type Config struct {
	// Data is the directory of the database, the content and the keys.
	Data string `yaml:"data"`
	// Secret keys the hashes of one-time codes, cursors and the embedded issuer's
	// tokens. Empty: one is made at the first start and kept in Data.
	Secret rest.Secret `yaml:"secret"`

	Listen Listen `yaml:"listen"`
	Limits Limits `yaml:"limits"`
	Pace   Pace   `yaml:"pace"`
	Tokens Tokens `yaml:"tokens"`
	Clock  Clock  `yaml:"clock"`
	Log    Log    `yaml:"log"`

	Security Security `yaml:"security"`

	Transfers Transfers `yaml:"transfers"`
	Outbox    Outbox    `yaml:"outbox"`
	Webhooks  Webhooks  `yaml:"webhooks"`

	// Retention is how long instances that are marked for hard deletion are kept.
	Retention time.Duration `yaml:"retention"`

	// Zone is the time zone of dates without one, as old clients send them.
	Zone string `yaml:"zone"`
}

// Listen is where the gateway is reached.
type Listen struct {
	Plain Plain `yaml:"plain"`
	TLS   TLS   `yaml:"tls"`
	Admin Admin `yaml:"admin"`
	// TrustedProxies are the addresses whose X-Forwarded-For and
	// X-Forwarded-Proto are believed.
	TrustedProxies []Network `yaml:"trusted_proxies"`
	// Forwarded is [StandardForwarded] when they write the header Forwarded
	// (RFC 7239) in place of these two.
	Forwarded string `yaml:"forwarded"`
	// ClientCertificateHeader is where they put the certificate that a client
	// proved to them; empty = nowhere.
	ClientCertificateHeader string `yaml:"client_certificate_header"`
	// ClientCertificates is [RegisteredCertificates] when EC2 endpoints take
	// calls over connections with a registered certificate only.
	ClientCertificates string `yaml:"client_certificates"`
}

// Values of Listen's settings.
const (
	XForwarded        = "x-forwarded"
	StandardForwarded = "forwarded"

	NoCertificates         = "off"
	RegisteredCertificates = "registered"
)

// Plain is the public listener without TLS.
type Plain struct {
	Address   string `yaml:"address"`    // host:port; empty = none
	PublicURL string `yaml:"public_url"` // as clients reach it; empty = http://<address>
}

// TLS is the public listener with TLS.
type TLS struct {
	Address     string `yaml:"address"`     // host:port; empty = none
	PublicURL   string `yaml:"public_url"`  // as clients reach it; empty = https://<address>
	Certificate string `yaml:"certificate"` // PEM file, leaf first; read again when it changes
	Key         string `yaml:"key"`         // PEM file
}

// Admin is the operators' listener: health and metrics.
type Admin struct {
	Address string `yaml:"address"` // host:port; empty = none
	Pprof   bool   `yaml:"pprof"`   // serve /debug/pprof/ too
}

// Limits bound what one request and one caller may take.
type Limits struct {
	Message         Size `yaml:"message"`           // one SOAP request, inline attachments and all
	Envelope        Size `yaml:"envelope"`          // the same without its inline attachments
	Header          Size `yaml:"header"`            // its Header
	Package         Size `yaml:"package"`           // one SOAP request in parts (MTOM), everything
	Parts           int  `yaml:"parts"`             // of it, the envelope among them
	Spool           Size `yaml:"spool"`             // parts of it that come in front of what refers to them
	Depth           int  `yaml:"depth"`             // nested XML elements
	Attributes      int  `yaml:"attributes"`        // per XML element
	Namespaces      int  `yaml:"namespaces"`        // declarations in force
	Attachments     Size `yaml:"attachments"`       // all attachments of one submission
	Element         Size `yaml:"element"`           // one data element
	HTTPHeader      Size `yaml:"http_header"`       // request line and HTTP headers
	AtOnce          int  `yaml:"at_once"`           // requests of all callers; more get 503
	CallerAtOnce    int  `yaml:"caller_at_once"`    // requests of one caller; 0 = unlimited
	CallerPerMinute int  `yaml:"caller_per_minute"` // requests of one caller; 0 = unlimited
	Streams         int  `yaml:"streams"`           // event feeds that stay open, on one listener
	CallerStreams   int  `yaml:"caller_streams"`    // of one caller
	IdempotencyKeys int  `yaml:"idempotency_keys"`  // of one caller, kept for a day with their answers
}

// Pace is how long things may take.
type Pace struct {
	Header time.Duration `yaml:"header"` // for a request's headers to arrive
	Idle   time.Duration `yaml:"idle"`   // a kept-alive connection without a request
	// Bodies must bring at least MinimumRate bytes a second, reckoned over Window.
	MinimumRate Size          `yaml:"minimum_rate"`
	Window      time.Duration `yaml:"window"`
	Stop        time.Duration `yaml:"stop"` // for a graceful stop, then the rest is cut off
}

// Tokens are the embedded issuer's bearer tokens.
type Tokens struct {
	Issuer   string        `yaml:"issuer"`
	Audience string        `yaml:"audience"`
	Lifetime time.Duration `yaml:"lifetime"` // of tokens that `overgang token` and the token endpoint make
	// Enterprise lets enterprise users get tokens by their certificates alone.
	Enterprise bool `yaml:"enterprise"`
	// Issuers are others whose tokens are taken beside the embedded issuer's.
	Issuers []Issuer `yaml:"issuers"`
}

// Issuer is one of them, and what it may say: see token.ForeignIssuer.
type Issuer struct {
	Issuer      string              `yaml:"issuer"`       // iss, an https URL
	Audience    string              `yaml:"audience"`     // aud
	Keys        string              `yaml:"keys"`         // address of the JWKS; empty = discovered
	OwnerClaim  string              `yaml:"owner_claim"`  // path of the claim that names an application owner
	Owners      map[string]string   `yaml:"owners"`       // its values, with the owners' codes
	PersonClaim string              `yaml:"person_claim"` // claim with a national identity number
	PartyClaim  string              `yaml:"party_claim"`  // claim with a party's id
	Scopes      map[string][]string `yaml:"scopes"`       // its scopes, with ours; none = it uses ours
}

// Clock is what makes the gateway distrust its own clock.
type Clock struct {
	// Server is an NTP server (host or host:port) to compare with; empty = none.
	Server string        `yaml:"server"`
	Drift  time.Duration `yaml:"drift"` // the most that is tolerated
}

// Log is the log on standard error.
type Log struct {
	Level  string `yaml:"level"`  // debug, info, warn, error
	Format string `yaml:"format"` // json, text
	// Requests logs one line a request.
	Requests bool `yaml:"requests"`
	// Audit logs one line a decision of the HTTP API about access, a SOAP message
	// that is refused for its security, and a token request.
	Audit bool `yaml:"audit"`
}

// Default is the configuration before anything was set.
func Default() Config {
	return Config{
		Data: "overgang-data",
		Listen: Listen{
			Plain: Plain{Address: "127.0.0.1:8080"},
			Admin: Admin{Address: "127.0.0.1:8081"},

			Forwarded: XForwarded, ClientCertificates: NoCertificates,
		},
		Limits: Limits{
			Message: 96 << 20, Envelope: 32 << 20, Header: 256 << 10,
			Package: 1<<30 + 1<<20, Parts: 16, Spool: 64 << 20, // a file of a gigabyte, with its frame
			Depth: 64, Attributes: 256, Namespaces: 256,
			Attachments: 30 << 20, Element: 1 << 30, HTTPHeader: 64 << 10,
			AtOnce: 1024, CallerAtOnce: 256, Streams: 64, CallerStreams: 4, IdempotencyKeys: 20_000,
		},
		Pace: Pace{
			Header: 10 * time.Second, Idle: 2 * time.Minute,
			MinimumRate: 512, Window: 20 * time.Second, Stop: 30 * time.Second,
		},
		Tokens: Tokens{Issuer: "overgang", Audience: "overgang", Lifetime: time.Hour, Enterprise: true},
		Clock:  Clock{Drift: 30 * time.Second},
		Log:    Log{Level: "info", Format: "json", Requests: true, Audit: true},
		Zone:   "Europe/Oslo",
		Security: Security{
			ClockSkew: time.Minute, Freshness: 5 * time.Minute, TimestampLifetime: time.Hour, Replays: 1_000_000,
			TokenLifetime: time.Hour, TokenRenewal: 12 * time.Hour, TokenRequests: 600,
			Trust: defaultTrust(),
		},

		Retention: 30 * 24 * time.Hour,

		Transfers: defaultTransfers(),
		Outbox:    defaultOutbox(),
		Webhooks:  defaultWebhooks(),
	}
}

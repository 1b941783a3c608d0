package seed

import (
	"time"

	"overgang/rest"
)

// File is one import file as written.
type File struct {
	Parties     []Party      `yaml:"parties"`
	Persons     []Person     `yaml:"persons"`
	Systems     []System     `yaml:"systems"`
	Enterprises []Enterprise `yaml:"enterprises"`
	Services    []Service    `yaml:"services"`
	Grants      []Grant      `yaml:"grants"`
	Submissions []Submission `yaml:"submissions"`
	// Cases are started before the submissions and messages that go into them.
	Cases []Case `yaml:"cases"`
	// Prefill is what services' owners filled in for parties beforehand.
	Prefill []Prefill `yaml:"prefill"`
	// Correspondences are sent after the submissions, which they may answer to.
	Correspondences []Correspondence `yaml:"correspondences"`
	Lookups         []Lookup         `yaml:"lookups"`

	name string // of the file, for errors
	dir  string // what paths are relative to

	started map[string]int32 // numbers of Cases, by party and reference
}

// Party is an organisation, or a person who does not log in.
type Party struct {
	OrgNumber string          `yaml:"orgNumber"`
	SSN       rest.NationalID `yaml:"ssn"`
	Name      string          `yaml:"name"`
	Phone     string          `yaml:"phone"`
	Language  string          `yaml:"language"` // nb, nn, se or en; empty = nb
}

// Person is a person who logs in.
type Person struct {
	SSN      rest.NationalID `yaml:"ssn"`
	Name     string          `yaml:"name"`
	UserName string          `yaml:"userName"`
	Phone    string          `yaml:"phone"`
	Language string          `yaml:"language"`
	Password rest.Secret     `yaml:"password"` // empty = generated at the first import
	Codes    []rest.Secret   `yaml:"codes"`    // of the letter, in order
	Letter   string          `yaml:"letter"`   // the letter's date, 2026-01-31; needed with codes
	Disabled bool            `yaml:"disabled"`
}

// System is an end-user system.
type System struct {
	ID       int32       `yaml:"id"`
	Name     string      `yaml:"name"`
	Language string      `yaml:"language"` // of faults, where a call names none
	Password rest.Secret `yaml:"password"` // empty = generated at the first import
	Disabled bool        `yaml:"disabled"`
}

// Enterprise is an enterprise user.
type Enterprise struct {
	UserName     string        `yaml:"userName"`
	Name         string        `yaml:"name"`     // empty = the organisation's
	Party        string        `yaml:"party"`    // organisation number
	Password     rest.Secret   `yaml:"password"` // empty = generated at the first import
	Disabled     bool          `yaml:"disabled"`
	Certificates []Certificate `yaml:"certificates"`
}

// Certificate is a certificate that an enterprise user signs with.
type Certificate struct {
	File              string `yaml:"file"` // PEM or DER
	Label             string `yaml:"label"`
	OtherOrganisation bool   `yaml:"otherOrganisation"` // its subject may be another organisation
}

// Grant gives a system, a person or an enterprise user rights on a party.
type Grant struct {
	System     int32           `yaml:"system"`
	Person     rest.NationalID `yaml:"person"`
	Enterprise string          `yaml:"enterprise"` // user name
	Party      rest.NationalID `yaml:"party"`      // organisation number or national identity number
	Service    string          `yaml:"service"`    // code; empty = all
	Edition    int32           `yaml:"edition"`    // 0 = every edition
	Rights     []rest.Right    `yaml:"rights"`
}

// Service is an application with its legacy names.
type Service struct {
	App              string              `yaml:"app"` // org/app
	Code             string              `yaml:"code"`
	Edition          int32               `yaml:"edition"`
	Titles           map[string]string   `yaml:"titles"`
	Validation       rest.ValidationMode `yaml:"validation"` // off, report, enforce
	VerifySignatures bool                `yaml:"verifySignatures"`
	TrustedSigners   []string            `yaml:"trustedSigners"` // PEM files
	MaxAttachments   int64               `yaml:"maxAttachments"` // bytes
	DataTypes        []DataType          `yaml:"dataTypes"`
	// SigningTexts are what signers agree to, by language; empty = a general text.
	SigningTexts map[string]string `yaml:"signingTexts"`
	Process      []Step            `yaml:"process"`
	Broker       *Broker           `yaml:"broker"` // makes it a service of file transfers
	// Certificates are added to those that the service has.
	Certificates []ServiceCertificate `yaml:"certificates"`
}

// ServiceCertificate is a certificate that forms are encrypted for.
type ServiceCertificate struct {
	File  string `yaml:"file"` // PEM or DER
	Label string `yaml:"label"`
}

// Broker is what a service of file transfers allows.
type Broker struct {
	MaxSize    int64    `yaml:"maxSize"`    // bytes of one file; 0 = the gateway's limit
	ExpiryDays int      `yaml:"expiryDays"` // 0 = the gateway's expiry
	Recipients []string `yaml:"recipients"` // organisation numbers; empty = every party
}

// DataType is a form or a kind of attachment.
type DataType struct {
	ID                string   `yaml:"id"`
	DataFormatID      string   `yaml:"dataFormatId"`
	DataFormatVersion int32    `yaml:"dataFormatVersion"`
	AttachmentType    string   `yaml:"attachmentType"`
	ContentTypes      []string `yaml:"contentTypes"`
	Extensions        []string `yaml:"extensions"`
	MaxSize           int64    `yaml:"maxSize"`
	MinCount          int      `yaml:"minCount"`
	MaxCount          int      `yaml:"maxCount"`
	Schema            string   `yaml:"schema"`     // XSD file
	SchemaText        string   `yaml:"schemaText"` // or the schema itself
}

// Step is one step of a service's process.
type Step struct {
	ID   string        `yaml:"id"`
	Kind rest.StepKind `yaml:"kind"` // fill, sign, send
	// Optional steps may be skipped.
	Optional bool `yaml:"optional"`
	// Back are the ways back: an action's name to the id of an earlier step.
	Back  map[string]string `yaml:"back"`
	Right rest.Right        `yaml:"right"` // needed to leave the step; empty = write, at a sign step sign
	Roles []rest.Role       `yaml:"roles"` // who may work at it: user, system, owner; empty = all
	// Parallel sign steps are signed by those whom the sender names, each at most
	// Each times (0 = once); at Whole ones everything is signed together.
	Parallel bool `yaml:"parallel"`
	Each     int  `yaml:"each"`
	Whole    bool `yaml:"whole"`
}

// Submission is one submission of the parties' history. It is sent in as if by
// the system, so it obeys every rule; its reference makes it repeatable.
type Submission struct {
	System    int32           `yaml:"system"`
	Party     rest.NationalID `yaml:"party"`
	Service   string          `yaml:"service"`
	Edition   int32           `yaml:"edition"`
	Reference string          `yaml:"reference"`
	// CaseReference is the reference of the one of Cases that it goes into.
	CaseReference string         `yaml:"caseReference"`
	Title         string         `yaml:"title"`
	Completed     bool           `yaml:"completed"`
	EncryptedKeys *EncryptedKeys `yaml:"encryptedKeys"` // left out = nothing in it is encrypted
	Forms         []Form         `yaml:"forms"`
	Attachments   []Attachment   `yaml:"attachments"`
}

// EncryptedKeys is the symmetric key that fields or attachments of a submission
// are encrypted with, as its sender encrypted it: see [rest.EncryptedKeys].
type EncryptedKeys struct {
	Party  rest.Secret `yaml:"party"` // with the party's password
	Owners []OwnerKey  `yaml:"owners"`
}

// OwnerKey is the key as encrypted with a certificate of the service's owner.
type OwnerKey struct {
	Owner       string      `yaml:"owner"`
	Certificate int32       `yaml:"certificate"` // its number
	Key         rest.Secret `yaml:"key"`
}

// Form is a form of a submission.
type Form struct {
	DataFormatID      string `yaml:"dataFormatId"`
	DataFormatVersion int32  `yaml:"dataFormatVersion"`
	Reference         string `yaml:"reference"`
	File              string `yaml:"file"`
	Text              string `yaml:"text"`
}

// Attachment is an attachment of a submission.
type Attachment struct {
	Type      string `yaml:"type"` // legacy attachment type name; may be empty
	Title     string `yaml:"title"`
	FileName  string `yaml:"fileName"` // empty = the file's
	Reference string `yaml:"reference"`
	File      string `yaml:"file"`
	Text      string `yaml:"text"`
	Encrypted bool   `yaml:"encrypted"` // its sender encrypted it: nothing looks into it
}

func (p Person) letter() (time.Time, error) {
	if p.Letter == "" {
		return time.Time{}, nil
	}
	return time.Parse(time.DateOnly, p.Letter)
}

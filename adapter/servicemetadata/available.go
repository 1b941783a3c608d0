package servicemetadata

import (
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"overgang/adapter/language"
	"overgang/rest"
)

// Available is AvailableServiceBEV2, and what AvailableServiceBEV3 has of it.
type Available struct {
	BuildPackageVersion        int32 // internal to the old platform: 1
	ExternalServiceCode        string
	ExternalServiceEditionCode int32
	IsMatched                  bool // internal: false, as recorded
	ServiceEditionVersionId    int32
	ServiceEditionVersionName  string
	ServiceName                string
	ServiceOwnerCode           string
	ServiceOwnerName           string // the code: the registry has no names of owners
	ServiceType                Type
	ValidFrom                  time.Time
	ValidTo                    time.Time
}

// Type is a kind of service, in the documentation's words.
type Type string

// Types of services. There are no lookups and no collaborations in the registry.
const (
	Reporting      Type = "Reporting"
	Correspondence Type = "Correspondence"
	Broker         Type = "Broker" // not among the documented ones, which are older
)

// typeOf is Reporting for a service with forms, Broker for file transfers, and
// else Correspondence: messages are all that is left.
func typeOf(a *rest.Application) Type {
	if a.Broker != nil {
		return Broker
	}
	for i := range a.DataTypes {
		if a.DataTypes[i].IsForm() {
			return Reporting
		}
	}
	return Correspondence
}

// always is the end of what is valid without end. Clients compare it with now,
// and convert it to their own zone, for which the last year needs room.
var always = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

func available(a *rest.Application, languageID int32) Available {
	title := language.Pick(a.Titles, languageID)
	if title == "" {
		title = a.ID.App
	}
	owner := strings.ToUpper(a.ID.Org)
	return Available{
		BuildPackageVersion:        1,
		ExternalServiceCode:        a.Service.Code,
		ExternalServiceEditionCode: a.Service.Edition,
		ServiceEditionVersionId:    EditionVersion(a.Service),
		ServiceEditionVersionName:  title,
		ServiceName:                title,
		ServiceOwnerCode:           owner,
		ServiceOwnerName:           owner,
		ServiceType:                typeOf(a),
		ValidTo:                    always,
	}
}

// EditionVersion is the number that the old platform gave to a version of a
// service's edition. Clients find a service's elements in an inbox by it, so it
// is made from what names the service: the same on every gateway, from 1 on.
func EditionVersion(s rest.ServiceRef) int32 {
	h := fnv.New32a()
	h.Write([]byte(s.Code + "/" + strconv.Itoa(int(s.Edition))))
	return int32(h.Sum32()&0x3fffffff) + 1
}

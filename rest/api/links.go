package api

import (
	"cmp"
	"net/url"
	"strconv"

	"github.com/google/uuid"

	"overgang/rest"
)

// links makes the public addresses of things, from configuration alone.
type links struct {
	apps, platform string
	later          bool // the platform's at the later platform's addresses, which answer in its words
}

func ownerID(id rest.PartyID) string { return strconv.Itoa(int(id)) }

// instanceID is the id of an instance in both vocabularies: owner/guid.
func instanceID(owner rest.PartyID, id uuid.UUID) string { return ownerID(owner) + "/" + id.String() }

func (l links) instance(i *rest.Instance) Links {
	id := instanceID(i.Owner, i.ID)
	return Links{
		Apps:     l.apps + "/" + url.PathEscape(i.App.Org) + "/" + url.PathEscape(i.App.App) + "/instances/" + id,
		Platform: l.platform + l.storage() + "instances/" + id,
	}
}

func (l links) storage() string {
	if l.later {
		return laterPrefix
	}
	return "/storage/"
}

// correspondence is the address of a correspondence.
func (l links) correspondence(id uuid.UUID) string {
	return cmp.Or(l.platform, l.apps) + "/correspondence/api/v1/correspondence/" + id.String()
}

// lookup is the address of a lookup.
func (l links) lookup(id uuid.UUID) string {
	return cmp.Or(l.platform, l.apps) + "/lookup/api/v1/lookup/" + id.String()
}

// transfer is the address of a file transfer.
func (l links) transfer(id uuid.UUID) string {
	return cmp.Or(l.platform, l.apps) + "/broker/api/v1/filetransfer/" + id.String()
}

func (l links) element(i *rest.Instance, element uuid.UUID) Links {
	self := l.instance(i)
	return Links{Apps: self.Apps + "/data/" + element.String(), Platform: self.Platform + "/data/" + element.String()}
}

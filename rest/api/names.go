package api

import (
	"strconv"
	"strings"

	"overgang/rest"
)

// How the newer faces name a party.
const (
	byOrgNumber = "urn:altinn:organization:identifier-no:"
	bySSN       = "urn:altinn:person:identifier-no:"
	byPartyID   = "urn:altinn:party:id:"
)

// PartyURN names a party by its id.
func PartyURN(id rest.PartyID) string { return byPartyID + strconv.Itoa(int(id)) }

// PartyNamed reads how a party is named in a body.
func PartyNamed(name string) (rest.PartyRef, error) {
	for prefix, length := range map[string]int{byOrgNumber: 9, bySSN: 11} {
		if number, ok := strings.CutPrefix(name, prefix); ok && len(number) == length {
			if ref, ok := rest.RefByNumber(number); ok {
				return ref, nil
			}
		}
	}
	if digits, ok := strings.CutPrefix(name, byPartyID); ok {
		if id, err := strconv.ParseInt(digits, 10, 32); err == nil && id > 0 {
			return rest.PartyRef{ID: rest.PartyID(id)}, nil
		}
	}
	return rest.PartyRef{}, rest.Errorf(rest.Invalid, "party-invalid", "A party is %s with 9 digits, %s with 11, or %s with its id.", byOrgNumber, bySSN, byPartyID)
}

// PartyInAddress reads how a party is named in an address.
func PartyInAddress(name string) (rest.PartyRef, error) {
	if strings.HasPrefix(name, bySSN) {
		return rest.PartyRef{}, rest.Errorf(rest.Invalid, "party-invalid", "Identity numbers stay out of addresses: name a person by %s.", byPartyID)
	}
	return PartyNamed(name)
}

// PartyOfList is the party that a list is of: named in the address or in the
// header X-Instance-Owner. Neither = the zero PartyRef.
func PartyOfList(address, header string) (rest.PartyRef, error) {
	switch {
	case address != "" && header != "":
		return rest.PartyRef{}, rest.Errorf(rest.Invalid, "owner-twice", "Name the party by party or by the header, not both.")
	case header != "":
		return OwnerHeader(header)
	case address == "":
		return rest.PartyRef{}, nil
	}
	return PartyInAddress(address)
}

// Resource reads the name of an application, org/app.
func Resource(id string) (rest.AppID, error) {
	org, app, ok := strings.Cut(id, "/")
	if !ok || org == "" || app == "" || strings.Contains(app, "/") {
		return rest.AppID{}, rest.Errorf(rest.Invalid, "resource-invalid", "resourceId is org/app.")
	}
	return rest.AppID{Org: org, App: app}, nil
}

// OwnerHeader reads the header X-Instance-Owner, which keeps identity numbers
// out of addresses.
func OwnerHeader(header string) (rest.PartyRef, error) {
	kind, number, _ := strings.Cut(header, ":")
	ref, ok := rest.RefByNumber(number)
	if !ok || !(strings.EqualFold(kind, "Person") && ref.SSN != "" || strings.EqualFold(kind, "Organisation") && ref.OrgNumber != "") {
		return rest.PartyRef{}, rest.Errorf(rest.Invalid, "owner-header", "X-Instance-Owner is Person: with 11 digits or Organisation: with 9.")
	}
	return ref, nil
}

// PageSize reads how many a page has at most: 1 to 1000, 100 if empty.
func PageSize(text string) (int, error) { return pageSize(text) }

// DateRange is what all the values of a date filter allow together.
func DateRange(name string, values []string) (rest.TimeRange, error) { return dateRange(name, values) }

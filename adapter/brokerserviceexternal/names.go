package brokerserviceexternal

import (
	"strings"

	"github.com/google/uuid"

	"overgang/rest"
)

// party reads an official number.
func party(number string) (rest.PartyRef, error) {
	ref, ok := rest.RefByNumber(strings.TrimSpace(number))
	if !ok {
		return rest.PartyRef{}, errNumber
	}
	return ref, nil
}

// reference reads a file reference: a GUID, as clients got it.
func reference(text string) (uuid.UUID, error) {
	id, err := uuid.Parse(strings.TrimSpace(text))
	if err != nil {
		return uuid.UUID{}, errReference
	}
	return id, nil
}

package core

import (
	"errors"
	"fmt"
	"time"

	"overgang/rest"
)

// longestExpiry is the longest that a service may keep files.
const longestExpiry = 10 * 366 * 24 * time.Hour

// checkBroker says what makes a service of file transfers unfit, or nil.
func checkBroker(app *rest.Application) error {
	b := app.Broker
	switch {
	case len(app.DataTypes)+len(app.Process) > 0 || app.VerifySignatures || app.MaxAttachments != 0:
		return errors.New("a service of file transfers has no data types, steps, signatures or attachments")
	case b.MaxSize < 0:
		return errors.New("the limit on files is negative")
	case b.Expiry < 0 || b.Expiry > longestExpiry:
		return errors.New("files expire after 0 to 3660 days")
	}
	for _, number := range b.Recipients {
		ref, ok := rest.RefByNumber(number)
		if !ok || ref.OrgNumber == "" {
			return fmt.Errorf("the recipient %.20q is no organisation number", number)
		}
	}
	return nil
}

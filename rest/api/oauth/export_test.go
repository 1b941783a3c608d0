package oauth

import (
	"time"

	"overgang/rest"
)

// First is Used's.
func First(u *Used, of rest.EnterpriseID, jti string, now time.Time) (first, ok bool) {
	return u.first(of, jti, now)
}

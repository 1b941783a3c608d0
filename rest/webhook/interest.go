package webhook

import "overgang/rest"

// interest is whose events some subscriptions may want.
type interest struct {
	all  bool
	orgs map[string]bool
	apps map[rest.AppID]bool
}

func newInterest() interest {
	return interest{orgs: map[string]bool{}, apps: map[rest.AppID]bool{}}
}

func (i *interest) add(s *rest.Subscription) {
	org := s.Subscriber.Owner()
	switch {
	case len(s.Filter.Apps) > 0:
		for _, app := range s.Filter.Apps {
			i.apps[app] = true
		}
	case org != "":
		i.orgs[org] = true
	default:
		i.all = true
	}
}

// wants says whether an application's events are of interest.
func (i *interest) wants(app rest.AppID) bool { return i.all || i.orgs[app.Org] || i.apps[app] }

// covers says whether everything that a subscription may want is of interest.
func (i *interest) covers(s *rest.Subscription) bool {
	if i.all {
		return true
	}
	if len(s.Filter.Apps) == 0 {
		org := s.Subscriber.Owner()
		return org != "" && i.orgs[org]
	}
	for _, app := range s.Filter.Apps {
		if !i.wants(app) {
			return false
		}
	}
	return true
}

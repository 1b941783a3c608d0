package events

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api"
)

const (
	resourcePrefix = "urn:altinn:resource:app_"
	partyPrefix    = "/party/"
)

// newSubscription reads what a client wishes. Names that are unknown to the
// platform are refused; what the caller may wish is the core's to say.
func (s *server) newSubscription(ctx context.Context, in *NewSubscription) (rest.NewSubscription, error) {
	n := rest.NewSubscription{Endpoint: in.EndPoint}
	if in.EndPoint == "" {
		return n, rest.Errorf(rest.Invalid, "endpoint-missing", "Name the endPoint that events are posted to.")
	}
	f := &n.Filter
	resources, err := together("resourceFilter", in.ResourceFilter, in.ResourceFilters)
	if err != nil {
		return n, err
	}
	for _, text := range resources {
		app, err := appOf(text)
		if err != nil {
			return n, err
		}
		f.Apps = append(f.Apps, app)
	}
	if f.Types, err = together("typeFilter", in.TypeFilter, in.TypeFilters); err != nil {
		return n, err
	}
	if in.SourceFilter != "" {
		if err := source(in.SourceFilter, f); err != nil {
			return n, err
		}
	}
	return n, s.subject(ctx, in, f)
}

// together is one value, or those of the field that takes several.
func together(name, one string, several []string) ([]string, error) {
	if one != "" && len(several) > 0 {
		return nil, rest.Errorf(rest.Invalid, "filter-twice", "Give %s or %ss, not both.", name, name)
	}
	if one != "" {
		return []string{one}, nil
	}
	list := slices.Clone(several)
	if slices.Contains(list, "") {
		return nil, rest.Errorf(rest.Invalid, "filter-empty", "%ss has an empty value.", name)
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

// appOf reads the name of an application's resource. Neither part of an
// application's name has an underscore at the place where they meet.
func appOf(resource string) (rest.AppID, error) {
	name, ok := strings.CutPrefix(resource, resourcePrefix)
	org, app, parted := strings.Cut(name, "_")
	if !ok || !parted || org == "" || app == "" {
		return rest.AppID{}, rest.Errorf(rest.Invalid, "resource-filter", "A resourceFilter is %s{org}_{app}.", resourcePrefix)
	}
	return rest.AppID{Org: org, App: app}, nil
}

func resource(app rest.AppID) string { return resourcePrefix + app.Org + "_" + app.App }

// source reads the address of an application or an instance; the base does not
// matter.
func source(text string, f *rest.EventFilter) error {
	wrong := rest.Errorf(rest.Invalid, "source-filter",
		"A sourceFilter is the address of an application, https://…/{org}/{app}, or of an instance, https://…/{org}/{app}/instances/{owner}/{guid}.")
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return wrong
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	if n := len(parts); n >= 5 && parts[n-3] == "instances" {
		party, err := partyID(parts[n-2])
		id, err2 := uuid.Parse(parts[n-1])
		if err != nil || err2 != nil || f.Party != 0 && f.Party != party {
			return wrong
		}
		f.Party, f.Instance = party, id
		parts = parts[:n-3]
	}
	n := len(parts)
	if n < 2 || parts[n-2] == "" || parts[n-1] == "" {
		return wrong
	}
	app := rest.AppID{Org: parts[n-2], App: parts[n-1]}
	if len(f.Apps) > 0 && !slices.Contains(f.Apps, app) {
		return rest.Errorf(rest.Invalid, "filter-contradiction", "sourceFilter and resourceFilter name different applications.")
	}
	f.Apps = []rest.AppID{app}
	return nil
}

func partyID(text string) (rest.PartyID, error) {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n <= 0 || text[0] == '+' {
		return 0, rest.Errorf(rest.Invalid, "subject-filter", "A subjectFilter is %s and a party's id.", partyPrefix)
	}
	return rest.PartyID(n), nil
}

// subject reads whose events are wished, by id or by number. A number of nobody
// reads like one that the caller may not act for or has nothing of, and persons
// are not told which number has which id: what contradicts itself is to them
// nobody's.
func (s *server) subject(ctx context.Context, in *NewSubscription, f *rest.EventFilter) error {
	var party rest.PartyID
	if in.SubjectFilter != "" {
		text, ok := strings.CutPrefix(in.SubjectFilter, partyPrefix)
		var err error
		if party, err = partyID(text); err != nil || !ok {
			return rest.Errorf(rest.Invalid, "subject-filter", "A subjectFilter is %s and a party's id.", partyPrefix)
		}
	}
	if in.AlternativeSubjectFilter != "" {
		kind, number, _ := strings.Cut(strings.TrimPrefix(in.AlternativeSubjectFilter, "/"), "/")
		ref, ok := rest.RefByNumber(number)
		if !ok || !strings.HasPrefix(in.AlternativeSubjectFilter, "/") ||
			!(kind == "person" && ref.SSN != "" || (kind == "organisation" || kind == "org") && ref.OrgNumber != "") {
			return rest.Errorf(rest.Invalid, "alternative-subject-filter",
				"An alternativeSubjectFilter is /person/ and 11 digits, or /organisation/ and 9.")
		}
		numbered, err := s.core.SubjectByNumber(ctx, api.CallerOf(ctx), ref)
		if err != nil {
			return err
		}
		if party != 0 && party != numbered {
			if api.CallerOf(ctx).Owner != "" {
				return rest.Errorf(rest.Invalid, "filter-contradiction", "subjectFilter and alternativeSubjectFilter name different parties.")
			}
			numbered = rest.Nobody
		}
		party = numbered
	}
	if party != 0 && f.Party != 0 && party != f.Party {
		if api.CallerOf(ctx).Owner != "" {
			return rest.Errorf(rest.Invalid, "filter-contradiction", "The instance is not the subject's.")
		}
		party = rest.Nobody
	}
	if party != 0 {
		f.Party = party
	}
	return nil
}

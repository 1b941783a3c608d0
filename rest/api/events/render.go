package events

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api"
)

// Types of the notices that receivers get beside events. The first is the
// later platform's.
const (
	validationType = "platform.events.validatesubscription"
	testType       = "platform.events.testsubscription"
)

// subscription renders a subscription.
func (s *server) subscription(in *rest.Subscription) Subscription {
	out := Subscription{
		Id: in.ID, EndPoint: in.Endpoint, Consumer: consumer(in.Subscriber), CreatedBy: createdBy(in.Subscriber), Created: in.Created,
		Validated: in.State == rest.Active || in.State == rest.Disabled && in.Reason != rest.NotValidated,
		State:     string(in.State), Reason: string(in.Reason), FailingSince: in.Health.FailingSince, PausedUntil: in.Health.Resume,
		LastAttempt: attempt(in.Health.Last), Delivered: in.Health.Delivered, Waiting: in.Waiting, DeadLetters: in.Dead,
	}
	var resources []string
	for _, app := range in.Filter.Apps {
		resources = append(resources, resource(app))
	}
	out.ResourceFilter, out.ResourceFilters = oneOrSeveral(resources)
	out.TypeFilter, out.TypeFilters = oneOrSeveral(in.Filter.Types)
	if in.Filter.Party != 0 {
		out.SubjectFilter = partyPrefix + strconv.Itoa(int(in.Filter.Party))
	}
	if in.Filter.Instance != uuid.Nil && len(in.Filter.Apps) == 1 {
		out.SourceFilter = s.urls.Apps + "/" + in.Filter.Apps[0].String() + "/instances/" + strconv.Itoa(int(in.Filter.Party)) + "/" + in.Filter.Instance.String()
	}
	return out
}

func oneOrSeveral(list []string) (string, []string) {
	if len(list) == 1 {
		return list[0], nil
	}
	return "", list
}

// consumer names whose a subscription is as the later platform does.
func consumer(s rest.Subject) string {
	if org := s.Owner(); org != "" {
		return "/org/" + org
	}
	return partyPrefix + strings.TrimPrefix(string(s), "person:")
}

// createdBy names who made it, as instances do.
func createdBy(s rest.Subject) string {
	if org := s.Owner(); org != "" {
		return org
	}
	return string(s)
}

func attempt(a rest.Attempt) Attempt {
	return Attempt{At: a.At, Status: a.Status, Failure: a.Failure, Milliseconds: int(a.Took.Milliseconds())}
}

// Render writes what a delivery posts: the event, or the notice of a validation
// or test, as a CloudEvent 1.0 in JSON.
func (u URLs) Render(d *rest.Delivery, id string, at time.Time) ([]byte, error) {
	var body any
	switch d.Kind {
	case rest.EventDelivery:
		body = api.CloudEventOf(u.Apps, d.Event)
	case rest.ValidationDelivery:
		body = u.notice(d, validationType, id, at)
	case rest.TestDelivery:
		body = u.notice(d, testType, id, at)
	default:
		return nil, fmt.Errorf("events: a delivery of kind %q", d.Kind)
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(body)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// notice is a CloudEvent about a subscription itself.
type notice struct {
	Specversion string    `json:"specversion"`
	ID          string    `json:"id"`
	Type        string    `json:"type"`
	Source      string    `json:"source"`
	Time        time.Time `json:"time"`
}

func (u URLs) notice(d *rest.Delivery, kind, id string, at time.Time) notice {
	return notice{Specversion: "1.0", ID: id, Type: kind, Source: u.address(d.Subscription), Time: at.UTC().Truncate(time.Second)}
}

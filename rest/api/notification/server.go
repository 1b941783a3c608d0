package notification

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"overgang/rest"
	"overgang/rest/api"
)

// Base is where the API has its place.
const Base = "/notifications/api/v1"

// Config of the API.
type Config struct {
	API  api.Config // what all faces share; Core is its own
	Core rest.Outbox
}

// server implements the generated [StrictServerInterface].
type server struct {
	core rest.Outbox
	base string // of addresses, without a slash at the end
}

var _ StrictServerInterface = (*server)(nil)

// New returns the handler of everything below [Base].
func New(c Config) (http.Handler, error) {
	if c.Core == nil {
		return nil, errors.New("notification: Core is required")
	}
	face, err := api.NewFace(c.API)
	if err != nil {
		return nil, err
	}
	s := &server{core: c.Core, base: strings.TrimRight(c.API.PlatformURL, "/")}
	return face.Handler(api.Routes{
		Operations: reflect.TypeFor[StrictServerInterface](),
		Document:   document, DocumentPath: Base + "/openapi.yaml",
		Register: func(e *echo.Echo, guards map[string][]echo.MiddlewareFunc) {
			handler := NewStrictHandler(s, []StrictMiddlewareFunc{api.Guarded[StrictHandlerFunc]})
			RegisterHandlersWithOptions(e, handler, RegisterHandlersOptions{BaseURL: Base, OperationMiddlewares: guards})
		},
	}), nil
}

// answer is an answer in JSON.
type answer struct{ api.Answer }

func (a answer) VisitListNotificationsResponse(w http.ResponseWriter) error { return a.Write(w) }
func (a answer) VisitGetNotificationResponse(w http.ResponseWriter) error   { return a.Write(w) }

// ListNotifications implements [StrictServerInterface].
func (s *server) ListNotifications(ctx context.Context, r ListNotificationsRequestObject) (ListNotificationsResponseObject, error) {
	q, err := query(r.Params)
	if err != nil {
		return nil, err
	}
	list, more, err := s.core.OutboxMessages(ctx, api.CallerOf(ctx), q)
	if err != nil {
		return nil, err
	}
	out := Notifications{Notifications: []Notification{}}
	for i := range list {
		shown := show(&list[i])
		shown.Text = ""
		out.Notifications = append(out.Notifications, shown)
	}
	link := ""
	if more {
		next := api.RequestOf(ctx).URL.Query()
		next.Set("before", strconv.FormatInt(list[len(list)-1].ID, 10))
		out.Next = s.base + Base + "/notification?" + next.Encode()
		link = "<" + out.Next + `>; rel="next"`
	}
	return answer{api.Answer{Status: http.StatusOK, Body: out, Link: link}}, nil
}

// query reads the filters.
func query(p ListNotificationsParams) (q rest.OutboxQuery, err error) {
	q = rest.OutboxQuery{State: rest.OutboxState(p.State), Correspondence: p.CorrespondenceId, Instance: p.InstanceId, After: p.Before, Descending: true}
	if p.ResourceId != "" {
		org, app, ok := strings.Cut(p.ResourceId, "/")
		if !ok || org == "" || app == "" {
			return q, rest.Errorf(rest.Invalid, "resource-invalid", "resourceId is org/app.")
		}
		q.Org, q.App = org, app
	}
	if p.State != "" && !slices.Contains(rest.OutboxStates, q.State) {
		return q, rest.Errorf(rest.Invalid, "state-invalid", "state is pending, sent or failed.")
	}
	if p.Before < 0 {
		return q, rest.Errorf(rest.Invalid, "before-invalid", "before is a notification's id.")
	}
	q.Limit, err = api.PageSize(p.Size)
	return q, err
}

// GetNotification implements [StrictServerInterface].
func (s *server) GetNotification(ctx context.Context, r GetNotificationRequestObject) (GetNotificationResponseObject, error) {
	m, err := s.core.OutboxMessage(ctx, api.CallerOf(ctx), r.NotificationId)
	if err != nil {
		return nil, err
	}
	return answer{api.Answer{Status: http.StatusOK, Body: show(m)}}, nil
}

// show is a message as its application's owner sees it.
func show(m *rest.OutboxMessage) Notification {
	n := Notification{
		Id: m.ID, Channel: string(m.Channel), Recipient: m.To, Subject: m.Subject, Text: m.Text.Reveal(), Purpose: string(m.Purpose),
		ResourceId: m.App.String(), CorrespondenceId: m.Correspondence, InstanceId: m.Instance,
		State: string(m.State), Attempts: m.Attempts, Created: m.At.UTC(), Settled: utc(m.Settled), Problem: m.Problem,
	}
	if m.Party != 0 {
		n.Party = api.PartyURN(m.Party)
	}
	if m.State == rest.OutboxPending {
		n.NextAttempt = utc(m.Next)
	}
	return n
}

// utc is the time as answers show it; the zero time stays absent.
func utc(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC()
}

package events

import (
	"context"
	"net/http"

	"overgang/rest/api"
)

// Subscribe implements [StrictServerInterface].
func (s *server) Subscribe(ctx context.Context, r SubscribeRequestObject) (SubscribeResponseObject, error) {
	n, err := s.newSubscription(ctx, r.Body)
	if err != nil {
		return nil, err
	}
	made, secret, err := s.core.Subscribe(ctx, api.CallerOf(ctx), n)
	if err != nil {
		return nil, err
	}
	out := s.subscription(made)
	out.Secret = secret.Reveal()
	a := answer(http.StatusCreated, out)
	a.Location, a.secret = s.urls.address(made.ID), true
	return a, nil
}

// ListSubscriptions implements [StrictServerInterface].
func (s *server) ListSubscriptions(ctx context.Context, _ ListSubscriptionsRequestObject) (ListSubscriptionsResponseObject, error) {
	list, err := s.core.Subscriptions(ctx, api.CallerOf(ctx))
	if err != nil {
		return nil, err
	}
	out := SubscriptionList{Count: len(list), Subscriptions: []Subscription{}}
	for i := range list {
		out.Subscriptions = append(out.Subscriptions, s.subscription(&list[i]))
	}
	return answer(http.StatusOK, out), nil
}

// GetSubscription implements [StrictServerInterface].
func (s *server) GetSubscription(ctx context.Context, r GetSubscriptionRequestObject) (GetSubscriptionResponseObject, error) {
	one, err := s.core.Subscription(ctx, api.CallerOf(ctx), r.Id)
	if err != nil {
		return nil, err
	}
	return answer(http.StatusOK, s.subscription(one)), nil
}

// Unsubscribe implements [StrictServerInterface].
func (s *server) Unsubscribe(ctx context.Context, r UnsubscribeRequestObject) (UnsubscribeResponseObject, error) {
	one, err := s.core.Unsubscribe(ctx, api.CallerOf(ctx), r.Id)
	if err != nil {
		return nil, err
	}
	return answer(http.StatusOK, s.subscription(one)), nil
}

// ValidateSubscription implements [StrictServerInterface].
func (s *server) ValidateSubscription(ctx context.Context, r ValidateSubscriptionRequestObject) (ValidateSubscriptionResponseObject, error) {
	one, err := s.core.ValidateSubscription(ctx, api.CallerOf(ctx), r.Id)
	if err != nil {
		return nil, err
	}
	return answer(http.StatusAccepted, s.subscription(one)), nil
}

// TestSubscription implements [StrictServerInterface].
func (s *server) TestSubscription(ctx context.Context, r TestSubscriptionRequestObject) (TestSubscriptionResponseObject, error) {
	one, err := s.core.TestSubscription(ctx, api.CallerOf(ctx), r.Id)
	if err != nil {
		return nil, err
	}
	return answer(http.StatusAccepted, s.subscription(one)), nil
}

// RotateSecret implements [StrictServerInterface].
func (s *server) RotateSecret(ctx context.Context, r RotateSecretRequestObject) (RotateSecretResponseObject, error) {
	_, secrets, err := s.core.RotateSecret(ctx, api.CallerOf(ctx), r.Id)
	if err != nil {
		return nil, err
	}
	out := Secret{Secret: secrets[0].Secret.Reveal()}
	if len(secrets) > 1 {
		out.PreviousValidUntil = secrets[1].Until
	}
	a := answer(http.StatusOK, out)
	a.secret = true
	return a, nil
}

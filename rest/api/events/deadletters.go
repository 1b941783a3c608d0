package events

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"overgang/rest"
	"overgang/rest/api"
)

// Sizes of a page of dead letters.
const (
	defaultSize = 100
	largestSize = 1000
)

// ListDeadLetters implements [StrictServerInterface].
func (s *server) ListDeadLetters(ctx context.Context, r ListDeadLettersRequestObject) (ListDeadLettersResponseObject, error) {
	after, err := number("after", r.Params.After, 0, 0, 1<<62)
	if err != nil {
		return nil, err
	}
	size, err := number("size", r.Params.Size, defaultSize, 1, largestSize)
	if err != nil {
		return nil, err
	}
	list, next, err := s.core.DeadLetters(ctx, api.CallerOf(ctx), r.Id, after, int(size))
	if err != nil {
		return nil, err
	}
	out := DeadLetterList{Count: len(list), DeadLetters: []DeadLetter{}}
	for _, d := range list {
		out.DeadLetters = append(out.DeadLetters, DeadLetter{
			Id: d.ID, WebhookId: d.MessageID(), Attempts: d.Attempts, FirstAttempt: d.First, LastAttempt: attempt(d.Last),
			Event: api.CloudEventOf(s.urls.Apps, d.Event),
		})
	}
	a := answer(http.StatusOK, out)
	if next != 0 {
		query := url.Values{"after": {strconv.FormatInt(next, 10)}, "size": {strconv.FormatInt(size, 10)}}
		a.Link = "<" + s.urls.address(r.Id) + "/deadletters?" + query.Encode() + `>; rel="next"`
	}
	return a, nil
}

func number(name, text string, absent, least, most int64) (int64, error) {
	if text == "" {
		return absent, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < least || n > most || text[0] == '+' {
		return 0, rest.Errorf(rest.Invalid, name+"-invalid", "%s is a number from %d to %d.", name, least, most)
	}
	return n, nil
}

// DropDeadLetters implements [StrictServerInterface].
func (s *server) DropDeadLetters(ctx context.Context, r DropDeadLettersRequestObject) (DropDeadLettersResponseObject, error) {
	n, err := s.core.DropDeadLetters(ctx, api.CallerOf(ctx), r.Id, 0)
	if err != nil {
		return nil, err
	}
	return answer(http.StatusOK, Count{n}), nil
}

// DropDeadLetter implements [StrictServerInterface].
func (s *server) DropDeadLetter(ctx context.Context, r DropDeadLetterRequestObject) (DropDeadLetterResponseObject, error) {
	if r.Letter == 0 {
		return nil, noLetter()
	}
	n, err := s.core.DropDeadLetters(ctx, api.CallerOf(ctx), r.Id, r.Letter)
	if err != nil {
		return nil, err
	}
	return answer(http.StatusOK, Count{n}), nil
}

// RedeliverAll implements [StrictServerInterface].
func (s *server) RedeliverAll(ctx context.Context, r RedeliverAllRequestObject) (RedeliverAllResponseObject, error) {
	n, err := s.core.Redeliver(ctx, api.CallerOf(ctx), r.Id, 0)
	if err != nil {
		return nil, err
	}
	return answer(http.StatusAccepted, Count{n}), nil
}

// RedeliverOne implements [StrictServerInterface].
func (s *server) RedeliverOne(ctx context.Context, r RedeliverOneRequestObject) (RedeliverOneResponseObject, error) {
	if r.Letter == 0 {
		return nil, noLetter()
	}
	n, err := s.core.Redeliver(ctx, api.CallerOf(ctx), r.Id, r.Letter)
	if err != nil {
		return nil, err
	}
	return answer(http.StatusAccepted, Count{n}), nil
}

// noLetter is for the id 0, which to the core means all.
func noLetter() error {
	return rest.Errorf(rest.NotFound, "dead-letter-unknown", "There is no such dead letter.")
}

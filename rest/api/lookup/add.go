package lookup

import (
	"cmp"
	"context"
	"net/http"

	"overgang/rest"
	"overgang/rest/api"
)

// pdf is the media type of every answer.
const pdf = "application/pdf"

// AddLookup implements [StrictServerInterface]. The document streams; nothing is
// kept of it unless it is added.
func (s *server) AddLookup(ctx context.Context, r AddLookupRequestObject) (AddLookupResponseObject, error) {
	parts := s.face.Parts(r.Body)
	first, err := parts.Next(ctx)
	if err != nil {
		return nil, err
	}
	if first == nil || first.Name != "lookup" {
		return nil, rest.Errorf(rest.Invalid, "multipart-lookup", "The first part is named lookup and describes the answer in JSON.")
	}
	var body NewLookup
	if err := parts.JSON(first, &body); err != nil {
		return nil, err
	}
	n, err := template(&body)
	if err != nil {
		return nil, err
	}
	if err := s.receive(ctx, parts, &n); err != nil {
		return nil, err
	}
	l, _, err := s.core.AddLookup(ctx, api.CallerOf(ctx), n)
	if err != nil {
		return nil, err
	}
	return answer{api.Answer{Status: http.StatusOK, Body: shown(l)}}, nil
}

func template(body *NewLookup) (n rest.NewLookup, err error) {
	n = rest.NewLookup{
		Key: body.Key, Title: body.Title, Question: body.Question, Language: body.Language, Forwarding: body.AllowForwarding,
		FileName: body.FileName, Archived: body.Archived,
	}
	if n.App, err = api.Resource(body.ResourceId); err != nil {
		return n, err
	}
	n.Party, err = api.PartyNamed(body.Party)
	return n, err
}

// receive takes the document in, which is the second part and the last.
func (s *server) receive(ctx context.Context, parts *api.Parts, n *rest.NewLookup) error {
	wrong := rest.Errorf(rest.Invalid, "multipart-content", "One part follows, which is named content and holds the document.")
	part, err := parts.Next(ctx)
	switch {
	case err != nil:
		return err
	case part == nil || part.Name != "content":
		return wrong
	}
	n.FileName = cmp.Or(n.FileName, part.FileName)
	if n.Content, err = parts.Receive(ctx, s.core, part, s.face.Limits().Element); err != nil {
		return err
	}
	more, err := parts.Next(ctx)
	if err == nil && more != nil {
		err = wrong
	}
	if err != nil {
		s.core.Discard(ctx, n.Content)
	}
	return err
}

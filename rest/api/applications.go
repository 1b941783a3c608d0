package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"

	"overgang/rest"
)

// ListApplications implements [StrictServerInterface].
func (s *server) ListApplications(ctx context.Context, _ ListApplicationsRequestObject) (ListApplicationsResponseObject, error) {
	all, err := s.core.Applications(ctx)
	if err != nil {
		return nil, err
	}
	return s.ok(ctx, s.words(ctx).applications(all), ""), nil
}

// GetApplication implements [StrictServerInterface].
func (s *server) GetApplication(ctx context.Context, r GetApplicationRequestObject) (GetApplicationResponseObject, error) {
	app, err := s.core.Application(ctx, rest.AppID{Org: r.Org, App: r.App})
	if err != nil {
		return nil, err
	}
	return s.ok(ctx, s.words(ctx).application(app), ""), nil
}

// GetApplicationTexts implements [StrictServerInterface].
func (s *server) GetApplicationTexts(ctx context.Context, r GetApplicationTextsRequestObject) (GetApplicationTextsResponseObject, error) {
	app, err := s.core.Application(ctx, rest.AppID{Org: r.Org, App: r.App})
	if err != nil {
		return nil, err
	}
	title, ok := app.Titles[r.Language]
	signing := app.SigningTexts[r.Language]
	if !ok && signing == "" {
		return nil, rest.Errorf(rest.NotFound, "language-unknown", "The application has no texts in this language.")
	}
	texts := ApplicationTexts{
		Id: app.ID.Org + "-" + app.ID.App + "-" + r.Language, Org: app.ID.Org, Language: r.Language,
		Resources: []Text{},
	}
	if ok {
		texts.Resources = append(texts.Resources, Text{Id: "appName", Value: title}) // as the later platform names an application's title
	}
	if signing != "" {
		texts.Resources = append(texts.Resources, Text{Id: "signingText", Value: signing})
	}
	return s.ok(ctx, texts, ""), nil
}

// GetApplicationSchema implements [StrictServerInterface].
func (s *server) GetApplicationSchema(ctx context.Context, r GetApplicationSchemaRequestObject) (GetApplicationSchemaResponseObject, error) {
	app, err := s.core.Application(ctx, rest.AppID{Org: r.Org, App: r.App})
	if err != nil {
		return nil, err
	}
	d := app.Type(r.DataType)
	if d == nil || len(d.Schema) == 0 {
		return nil, rest.Errorf(rest.NotFound, "schema-unknown", "The application has no schema for such a type.")
	}
	sum := sha256.Sum256(d.Schema)
	tag := `"` + hex.EncodeToString(sum[:16]) + `"`
	if noneMatch(of(ctx).request.Header, tag) {
		return schemaReply{tag: tag}, nil
	}
	return schemaReply{tag: tag, text: d.Schema}, nil
}

// schemaReply answers with a schema, or with 304 and nothing.
type schemaReply struct {
	tag  string
	text []byte
}

func (r schemaReply) VisitGetApplicationSchemaResponse(w http.ResponseWriter) error {
	h := w.Header()
	h.Set("ETag", r.tag)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Vary", "Authorization")
	if r.text == nil {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", "application/xml")
	h.Set("Content-Length", strconv.Itoa(len(r.text)))
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(r.text)
	return err
}

package api

import (
	"context"
	"net/http"

	"overgang/rest"
)

// laterActions are the later platform's names of actions.
var laterActions = map[string]string{"write": rest.ActionComplete, "confirm": rest.ActionSend}

// StartProcess implements [StrictServerInterface].
func (s *server) StartProcess(ctx context.Context, r StartProcessRequestObject) (StartProcessResponseObject, error) {
	match, err := s.version(ctx, address{r.Org, r.App, r.Owner, r.Guid}, r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	p, err := s.core.StartProcess(ctx, of(ctx).caller, r.Guid) // which changes nothing
	if err != nil {
		return nil, err
	}
	if match != 0 && match != p.Version {
		return nil, errStale("instance")
	}
	return s.processNow(ctx, p), nil
}

// NextStep implements [StrictServerInterface].
func (s *server) NextStep(ctx context.Context, r NextStepRequestObject) (NextStepResponseObject, error) {
	i, err := s.find(ctx, address{r.Org, r.App, r.Owner, r.Guid})
	if err != nil {
		return nil, err
	}
	match, err := instanceVersion(r.Params.IfMatch, i)
	if err != nil {
		return nil, err
	}
	var action string
	if r.Body != nil {
		action = r.Body.Action
	}
	if later, ok := laterActions[action]; ok {
		action = later
	}
	if r.Body != nil && (len(r.Body.DataElements) > 0 || r.Body.Text != "") {
		return s.sign(ctx, i, action, *r.Body, match)
	}
	p, err := s.core.NextStep(ctx, of(ctx).caller, i.ID, action, match)
	if err != nil {
		return nil, err
	}
	return s.processNow(ctx, p), nil
}

// sign signs as the body says, which is about nothing else.
func (s *server) sign(ctx context.Context, i *rest.Instance, action string, body NextStep, match int64) (NextStepResponseObject, error) {
	if action != "" && action != rest.ActionSign {
		return nil, rest.Errorf(rest.Invalid, "action-unknown", "dataElements and text belong to the action %s.", rest.ActionSign)
	}
	p, err := s.core.SignStep(ctx, of(ctx).caller, i.ID, rest.Signature{Elements: body.DataElements, Text: body.Text}, match)
	if err != nil {
		return nil, err
	}
	return s.processNow(ctx, p), nil
}

// processNow answers where an instance stands after a request to move it. The
// ETag is the instance's, ready for the next If-Match.
func (s *server) processNow(ctx context.Context, p *rest.Process) reply {
	w := s.words(ctx)
	return reply{status: http.StatusOK, kind: w.mediaType(), body: w.process(p), etag: w.etag(p.Version)}
}

// ValidateInstance implements [StrictServerInterface].
func (s *server) ValidateInstance(ctx context.Context, r ValidateInstanceRequestObject) (ValidateInstanceResponseObject, error) {
	i, err := s.find(ctx, address{r.Org, r.App, r.Owner, r.Guid})
	if err != nil {
		return nil, err
	}
	issues, err := s.core.ValidateInstance(ctx, of(ctx).caller, i.ID)
	if err != nil {
		return nil, err
	}
	return s.issues(ctx, issues), nil
}

// ValidateElement implements [StrictServerInterface].
func (s *server) ValidateElement(ctx context.Context, r ValidateElementRequestObject) (ValidateElementResponseObject, error) {
	i, e, err := s.findElement(ctx, address{r.Org, r.App, r.Owner, r.Guid}, r.DataGuid)
	if err != nil {
		return nil, err
	}
	issues, err := s.core.ValidateElement(ctx, of(ctx).caller, i.ID, e.ID)
	if err != nil {
		return nil, err
	}
	return s.issues(ctx, issues), nil
}

func (s *server) issues(ctx context.Context, issues []rest.Issue) reply {
	out := make([]Issue, 0, len(issues))
	for _, i := range issues {
		out = append(out, issueOf(i))
	}
	return s.ok(ctx, out, "")
}

// The operations that reply answers.

func (r reply) VisitNextStepResponse(w http.ResponseWriter) error         { return r.write(w) }
func (r reply) VisitStartProcessResponse(w http.ResponseWriter) error     { return r.write(w) }
func (r reply) VisitValidateElementResponse(w http.ResponseWriter) error  { return r.write(w) }
func (r reply) VisitValidateInstanceResponse(w http.ResponseWriter) error { return r.write(w) }

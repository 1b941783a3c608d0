package core

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
)

// applicationOf is the application of an instance, fit for use.
func (c *Core) applicationOf(in *rest.Instance) (*application, error) {
	app := c.registry.now().apps[in.App]
	switch {
	case app == nil:
		return nil, rest.Errorf(rest.Conflict, "application-gone", "The application is no longer registered.")
	case app.broken != nil:
		return nil, unavailable("application", time.Minute, app.broken)
	}
	return app, nil
}

// ValidateInstance implements [rest.Processes].
func (c *Core) ValidateInstance(ctx context.Context, caller rest.Caller, id uuid.UUID) ([]rest.Issue, error) {
	in, err := c.Instance(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	app, err := c.applicationOf(in)
	if err != nil {
		return nil, err
	}
	return c.issues(ctx, app, in)
}

// ValidateElement implements [rest.Processes].
func (c *Core) ValidateElement(ctx context.Context, caller rest.Caller, instance, element uuid.UUID) ([]rest.Issue, error) {
	in, err := c.Instance(ctx, caller, instance)
	if err != nil {
		return nil, err
	}
	e := elementOf(in, element)
	if e == nil {
		return nil, notFound("element")
	}
	app, err := c.applicationOf(in)
	if err != nil {
		return nil, err
	}
	return c.elementIssues(ctx, app, *e)
}

// issues is everything that is wrong with an instance that is to move on.
func (c *Core) issues(ctx context.Context, app *application, in *rest.Instance) ([]rest.Issue, error) {
	all := app.countIssues(in.Elements, true)
	for _, e := range in.Elements {
		found, err := c.elementIssues(ctx, app, e)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// elementIssues validates an element as the store lists it.
func (c *Core) elementIssues(ctx context.Context, app *application, e rest.Element) ([]rest.Issue, error) {
	if e.Encrypted || !e.Form && app.schemas[e.Type] == nil {
		return nil, nil
	}
	if err := c.load(ctx, &e); err != nil {
		return nil, err
	}
	return c.validate(ctx, app, e)
}

// mustBeValid refuses to let an instance move on while something is wrong with it.
func (c *Core) mustBeValid(ctx context.Context, app *application, in *rest.Instance) error {
	issues, err := c.issues(ctx, app, in)
	if err != nil || !failed(issues) {
		return err
	}
	first := slices.IndexFunc(issues, func(i rest.Issue) bool { return i.Severity == rest.SeverityError })
	e := rest.Errorf(rest.Conflict, "validation", "The instance fails validation: %s", issueText(issues[first:first+1]))
	e.Issues = issues
	return e
}

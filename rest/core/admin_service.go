package core

import (
	"context"
	"crypto/sha256"
	"fmt"
	"mime"
	"regexp"
	"strings"

	"overgang/rest"
	"overgang/rest/core/xsdform"
	"overgang/store"
)

var (
	appNames     = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)
	serviceCodes = regexp.MustCompile(`^[A-Za-z0-9_-]{1,20}$`)
	typeNames    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
)

// CheckApplication says what makes an application unfit to be registered, or
// nil. Its schemas are compiled and its trusted signers parsed.
func (a *Admin) CheckApplication(ctx context.Context, app *rest.Application) error {
	return CheckApplication(ctx, a.cfg.Schemas, app)
}

// CheckApplication says what makes an application unfit to be registered, or nil.
func CheckApplication(ctx context.Context, schemas xsdform.Compiler, app *rest.Application) error {
	wrong := func(format string, args ...any) error {
		return rest.Errorf(rest.Invalid, "application", "%s: %s", app.ID, fmt.Sprintf(format, args...))
	}
	switch {
	case !appNames.MatchString(app.ID.Org) || !appNames.MatchString(app.ID.App):
		return wrong("an application is named org/app, in lower case letters, digits and hyphens")
	case !serviceCodes.MatchString(app.Service.Code):
		return wrong("the service code has 1 to 20 letters, digits, hyphens or underscores")
	case app.Service.Edition <= 0:
		return wrong("the service edition is a positive number")
	case app.MaxAttachments < 0:
		return wrong("the limit on attachments is negative")
	case app.Broker != nil:
		if err := checkBroker(app); err != nil {
			return wrong("%v", err)
		}
	case len(app.DataTypes) == 0:
		return wrong("it declares no data types")
	}
	switch app.Validation {
	case "", rest.ValidationOff, rest.ValidationReport, rest.ValidationEnforce:
	default:
		return wrong("the validation mode %.20q is unknown: use off, report or enforce", app.Validation)
	}
	for i := range app.DataTypes {
		if err := checkDataType(app, i); err != nil {
			return wrong("data type %.60q: %v", app.DataTypes[i].ID, err)
		}
	}
	if err := checkServiceCertificates(app); err != nil {
		return wrong("%v", err)
	}
	if err := checkProcess(app.Process); err != nil {
		return wrong("%v", err)
	}
	// Compiled even where validation is off: switching it on must not fail later.
	all := *app
	all.Validation = rest.ValidationEnforce
	none := map[[sha256.Size]byte]xsdform.Validator{}
	if c := compileApplication(ctx, schemas, &all, none, none); c.broken != nil {
		return wrong("%v", c.broken)
	}
	return nil
}

func checkDataType(app *rest.Application, i int) error {
	d := &app.DataTypes[i]
	switch {
	case !typeNames.MatchString(d.ID):
		return fmt.Errorf("the id has 1 to 64 letters, digits, dots, hyphens or underscores")
	case d.MaxSize < 0 || d.MinCount < 0 || d.MaxCount < 0:
		return fmt.Errorf("a limit is negative")
	case d.MaxCount > 0 && d.MinCount > d.MaxCount:
		return fmt.Errorf("at least %d and at most %d elements cannot be", d.MinCount, d.MaxCount)
	case d.IsForm() && d.AttachmentTypeName != "":
		return fmt.Errorf("it has a data format and an attachment type: a form has the first, an attachment the second")
	case !d.IsForm() && d.DataFormatVersion != 0:
		return fmt.Errorf("a version without a data format")
	}
	for _, t := range d.ContentTypes {
		if media, _, err := mime.ParseMediaType(t); err != nil || media != t {
			return fmt.Errorf("%.60q is no content type in lower case without parameters", t)
		}
	}
	for _, e := range d.Extensions {
		if e == "" || e != strings.ToLower(e) || strings.ContainsAny(e, "./\\ ") {
			return fmt.Errorf("%.20q is no file name extension in lower case without its dot", e)
		}
	}
	for j := range i {
		o := &app.DataTypes[j]
		switch {
		case o.ID == d.ID:
			return fmt.Errorf("declared twice")
		case d.IsForm() && o.DataFormatID == d.DataFormatID && o.DataFormatVersion == d.DataFormatVersion:
			return fmt.Errorf("it has the data format of %s", o.ID)
		case d.AttachmentTypeName != "" && o.AttachmentTypeName == d.AttachmentTypeName:
			return fmt.Errorf("it has the attachment type of %s", o.ID)
		}
	}
	return nil
}

// PutService is the change that adds or replaces an application. Certificates
// are added to those that it has.
func (a *Admin) PutService(ctx context.Context, app rest.Application) (Change, error) {
	if err := a.CheckApplication(ctx, &app); err != nil {
		return nil, err
	}
	return func(tx store.Tx) error {
		put := app
		if err := keepCertificates(tx, &put); err != nil {
			return err
		}
		return tx.PutApplication(&put)
	}, nil
}

// Services lists the registered applications.
func (a *Admin) Services(ctx context.Context) (list []*rest.Application, err error) {
	err = a.view(ctx, func(r store.Reader) (err error) {
		list, err = r.Applications()
		return err
	})
	return list, err
}

// RemoveService removes an application that has no instances.
func (a *Admin) RemoveService(ctx context.Context, id rest.AppID) error {
	return a.Apply(ctx, func(tx store.Tx) error {
		page, err := tx.Instances(rest.Query{Org: id.Org, App: id.App, Limit: 1}, nil)
		if err != nil {
			return err
		}
		if len(page.Instances) > 0 {
			return rest.Errorf(rest.Conflict, "service-in-use", "%s has instances: it cannot be removed.", id)
		}
		if has, err := tx.HasTransfers(id); err != nil || has {
			if has {
				return rest.Errorf(rest.Conflict, "service-in-use", "%s has file transfers: it cannot be removed.", id)
			}
			return err
		}
		return tx.DeleteApplication(id)
	})
}

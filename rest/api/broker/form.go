package broker

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"overgang/rest"
	"overgang/rest/api"
)

// InitializeAndUpload implements [StrictServerInterface].
func (f *face) InitializeAndUpload(ctx context.Context, r InitializeAndUploadRequestObject) (InitializeAndUploadResponseObject, error) {
	form := uploadForm{parts: f.base.Parts(r.Body)}
	file, err := form.read(ctx)
	if err != nil {
		return nil, err
	}
	n, err := newTransfer(&form.fields)
	if err != nil {
		return nil, err
	}
	if n.FileName == "" {
		n.FileName = file.FileName
	}
	caller := api.CallerOf(ctx)
	t, err := f.core.InitiateTransfer(ctx, caller, n)
	if err != nil {
		return nil, err
	}
	if err := f.uploadPart(ctx, t, form.parts, file); err != nil {
		// The caller knows no id to go on with. Where even that fails, it expires.
		_, _ = f.core.CancelTransfer(context.WithoutCancel(ctx), caller, t.ID)
		return nil, err
	}
	return answer{Status: http.StatusOK, Body: FileTransferResponse{FileTransferId: t.ID}}, nil
}

// uploadPart uploads a form's last part.
func (f *face) uploadPart(ctx context.Context, t *rest.Transfer, parts *api.Parts, file *api.Part) error {
	up, err := f.core.UploadTransfer(ctx, api.CallerOf(ctx), t.ID, rest.TransferUploadOptions{})
	if err != nil {
		return err
	}
	defer up.Abort()
	if _, err := parts.Stream(up, file); err != nil {
		return err
	}
	switch behind, err := parts.Next(ctx); {
	case err != nil:
		return err
	case behind != nil:
		return formError("Nothing comes behind the part FileTransfer.")
	}
	_, err = up.Commit()
	return err
}

// uploadForm reads the form as clients of the later platform write it: a part
// for each field, "Metadata.ResourceId", names in any case. Lists are repeated
// parts, or numbered ones; a property is "Metadata.PropertyList[key]", or two
// parts "Metadata.PropertyList[0].Key" and ".Value".
type uploadForm struct {
	parts  *api.Parts
	fields FileTransferInitialize
	seen   map[string]bool
	keys   map[string]string // of properties that come in two parts
}

func formError(format string, args ...any) error {
	return rest.Errorf(rest.Invalid, "upload-form", format, args...)
}

// mostFields is how many parts come before the file: a thousand recipients, and
// properties in two parts each.
const mostFields = 1500

// read reads everything in front of the file and returns the file's part.
func (u *uploadForm) read(ctx context.Context) (*api.Part, error) {
	u.seen, u.keys = map[string]bool{}, map[string]string{}
	for range mostFields {
		part, err := u.parts.Next(ctx)
		switch {
		case err != nil:
			return nil, err
		case part == nil:
			return nil, formError("The part FileTransfer is missing.")
		case strings.EqualFold(part.Name, "FileTransfer"):
			return part, nil
		}
		if err := u.take(part); err != nil {
			return nil, err
		}
	}
	return nil, formError("More than %d parts come before the file.", mostFields)
}

// take takes one field.
func (u *uploadForm) take(part *api.Part) error {
	if strings.EqualFold(part.Name, "Metadata") {
		if len(u.seen) > 0 {
			return formError("Metadata comes as one part of JSON, or as a part for each field.")
		}
		u.seen["metadata"] = true
		return u.parts.JSON(part, &u.fields)
	}
	name, rest, _ := strings.Cut(part.Name, ".")
	field, index, indexed := strings.Cut(rest, "[")
	field = strings.ToLower(field)
	if !strings.EqualFold(name, "Metadata") || u.seen["metadata"] {
		return formError("The form has no part %.60q here.", part.Name)
	}
	text, err := u.parts.Text(part)
	if err != nil {
		return err
	}
	switch field {
	case "recipients":
		u.fields.Recipients = append(u.fields.Recipients, text)
		u.seen[field] = true
		return nil
	case "propertylist":
		if indexed {
			u.seen[field] = true
			return u.property(part.Name, index, text)
		}
	}
	if indexed || u.seen[field] || !u.set(field, text) {
		return formError("The form has no part %.60q, or has it once.", part.Name)
	}
	u.seen[field] = true
	return nil
}

// set sets a field that is a value.
func (u *uploadForm) set(field, text string) (ok bool) {
	switch field {
	case "resourceid":
		u.fields.ResourceId = text
	case "filename":
		u.fields.FileName = text
	case "sender":
		u.fields.Sender = text
	case "sendersfiletransferreference":
		u.fields.SendersFileTransferReference = text
	case "checksum":
		u.fields.Checksum = text
	case "disablevirusscan":
		disable, err := strconv.ParseBool(strings.ToLower(text))
		u.fields.DisableVirusScan = disable
		return err == nil
	default:
		return false
	}
	return true
}

// property takes a property, or one half of it; index is what is behind "[".
func (u *uploadForm) property(name, index, text string) error {
	at, half, ok := strings.Cut(index, "]")
	key := at
	switch strings.ToLower(half) {
	case "":
	case ".key":
		u.keys[at] = text
		return nil
	case ".value":
		key, ok = u.keys[at]
	default:
		ok = false
	}
	if _, twice := u.fields.PropertyList[key]; !ok || twice {
		return formError("%.60q is no property: write Metadata.PropertyList[key], each once.", name)
	}
	if u.fields.PropertyList == nil {
		u.fields.PropertyList = map[string]string{}
	}
	u.fields.PropertyList[key] = text
	return nil
}

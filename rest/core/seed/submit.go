package seed

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"overgang/rest"
)

// Submit sends the file's submissions in, in order. Those that the core has
// already, by their references, are recognised and not counted. The core must
// have seen the registry that Apply left.
func (f *File) Submit(ctx context.Context, core rest.Core) (stored int, err error) {
	for i, s := range f.Submissions {
		out, err := f.submit(ctx, core, s)
		if err == nil && out.Instance == nil {
			err = rejection(out.Receipt)
		}
		if err != nil {
			return stored, f.wrong("submissions", i, err)
		}
		if !out.Repeated {
			stored++
		}
	}
	return stored, nil
}

func rejection(r rest.Receipt) error {
	text := fmt.Sprintf("%s: %s", r.Status, r.Text)
	for _, sub := range r.Sub {
		if sub.Status != rest.StatusOK {
			text += "; " + sub.Text
		}
	}
	return errors.New(text)
}

func (f *File) submit(ctx context.Context, core rest.Core, s Submission) (rest.Submission, error) {
	owner, ok := rest.RefByNumber(s.Party.Reveal())
	switch {
	case s.Reference == "":
		return rest.Submission{}, errors.New("a submission needs a reference, or every import would repeat it")
	case s.System <= 0:
		return rest.Submission{}, errors.New("a submission needs a system that sends it")
	case !ok:
		return rest.Submission{}, errors.New("party is no organisation number or national identity number")
	}
	number, err := f.caseOf(s.Party, s.CaseReference)
	if err != nil {
		return rest.Submission{}, err
	}
	n := rest.NewSubmission{
		Case:    number,
		Service: rest.ServiceRef{Code: s.Service, Edition: s.Edition}, Reference: s.Reference, Completed: s.Completed,
		Instance: rest.NewInstance{Owner: owner, Presentation: s.Title, Keys: s.EncryptedKeys.keys()},
	}
	for _, form := range s.Forms {
		content, err := f.content(ctx, core, form.File, form.Text)
		if err != nil {
			return rest.Submission{}, err
		}
		n.Instance.Elements = append(n.Instance.Elements, rest.NewElement{
			DataFormatID: form.DataFormatID, DataFormatVersion: form.DataFormatVersion, SenderReference: form.Reference, Content: content,
		})
	}
	for _, a := range s.Attachments {
		content, err := f.content(ctx, core, a.File, a.Text)
		if err != nil {
			return rest.Submission{}, err
		}
		name := a.FileName
		if name == "" && a.File != "" {
			name = filepath.Base(a.File)
		}
		n.Instance.Elements = append(n.Instance.Elements, rest.NewElement{
			AttachmentTypeName: a.Type, FileName: name, Title: a.Title, SenderReference: a.Reference, Content: content, Encrypted: a.Encrypted,
		})
	}
	return core.Submit(ctx, rest.Caller{System: rest.SystemID(s.System)}, n)
}

func (k *EncryptedKeys) keys() *rest.EncryptedKeys {
	if k == nil {
		return nil
	}
	out := &rest.EncryptedKeys{Party: k.Party}
	for _, o := range k.Owners {
		out.Owners = append(out.Owners, rest.OwnerKey(o))
	}
	return out
}

// content takes a file or a text in.
func (f *File) content(ctx context.Context, core rest.Uploads, path, text string) (rest.Content, error) {
	data := []byte(text)
	if (path == "") == (text == "") {
		return rest.Content{}, errors.New("give either file or text")
	}
	if path != "" {
		var err error
		if data, err = f.read(path); err != nil {
			return rest.Content{}, err
		}
	}
	u, err := core.Upload(ctx, rest.UploadOptions{})
	if err != nil {
		return rest.Content{}, err
	}
	defer u.Abort()
	if _, err := u.Write(data); err != nil {
		return rest.Content{}, err
	}
	return u.Commit()
}

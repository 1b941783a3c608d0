package core

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
	"overgang/store/blobfs"
)

// What is uploaded and then not taken in does not stay on the disk; what is
// taken in does.
func TestContentThatIsNotTakenInIsRemoved(t *testing.T) {
	large := strings.Repeat("x", rest.InlineLimit+1)
	largeForm := strings.Replace(validForm, "</melding>", "<!--"+large+"--></melding>", 1)
	invalid := strings.Replace(largeForm, "<antall>3", "<antall>tre", 1)
	for name, c := range map[string]struct {
		do   func(w *world, active *rest.Instance) error
		more int // blobs that stay
	}{
		"accepted": {func(w *world, _ *rest.Instance) error {
			s := w.shipment("NEW")
			s.Instance.Elements[1] = w.attachment("a.pdf", large)
			_, err := w.Submit(w.ctx, w.system, s)
			return err
		}, 1},
		"repeated": {func(w *world, _ *rest.Instance) error {
			s := w.shipment("REF")
			s.Instance.Elements[1] = w.attachment("a.pdf", large)
			_, err := w.Submit(w.ctx, w.system, s)
			return err
		}, 0},
		"rejected": {func(w *world, _ *rest.Instance) error {
			s := w.shipment("NEW")
			s.Service.Code = "9999"
			s.Instance.Elements[1] = w.attachment("a.pdf", large)
			_, err := w.Submit(w.ctx, w.system, s)
			return err
		}, 0},
		"invalid": {func(w *world, _ *rest.Instance) error {
			s := w.shipment("NEW")
			s.Instance.Elements = []rest.NewElement{w.form(invalid), w.attachment("a.pdf", large)}
			_, err := w.Submit(w.ctx, w.system, s)
			return err
		}, 0},
		"somebody else's party": {func(w *world, _ *rest.Instance) error {
			s := w.shipment("NEW")
			s.Instance.Owner = rest.PartyRef{OrgNumber: orgB}
			s.Instance.Elements[1] = w.attachment("a.pdf", large)
			_, err := w.Submit(w.ctx, w.system, s)
			return err
		}, 0},
		"update": {func(w *world, in *rest.Instance) error {
			_, err := w.UpdateElements(w.ctx, w.system, in.Number, "", []rest.ElementUpdate{{Number: in.Elements[0].Number, Element: w.form(largeForm)}})
			return err
		}, 1},
		"invalid update": {func(w *world, in *rest.Instance) error {
			_, err := w.UpdateElements(w.ctx, w.system, in.Number, "", []rest.ElementUpdate{{Element: w.form(largeForm)}, {Element: w.form(invalid)}})
			return err
		}, 0},
		"rejected update": {func(w *world, in *rest.Instance) error {
			_, err := w.UpdateElements(w.ctx, w.system, in.Number, "", []rest.ElementUpdate{{Number: 7, Element: w.form(largeForm)}})
			return err
		}, 0},
		"created": {func(w *world, in *rest.Instance) error {
			_, err := w.CreateInstance(w.ctx, w.system, rest.NewInstance{App: in.App, Owner: rest.PartyRef{OrgNumber: orgA}, Elements: []rest.NewElement{w.form(largeForm)}})
			return err
		}, 1},
		"not created": {func(w *world, in *rest.Instance) error {
			_, err := w.CreateInstance(w.ctx, w.system, rest.NewInstance{App: in.App, Owner: rest.PartyRef{OrgNumber: orgA}, Elements: []rest.NewElement{w.form(largeForm), w.form(invalid)}})
			wantKind(w.t, err, rest.Unprocessable)
			return nil
		}, 0},
		"not added": {func(w *world, in *rest.Instance) error {
			_, _, err := w.AddElement(w.ctx, w.system, in.ID, w.form(invalid))
			wantKind(w.t, err, rest.Unprocessable)
			return nil
		}, 0},
		"not replaced": {func(w *world, in *rest.Instance) error {
			_, _, err := w.ReplaceElement(w.ctx, w.system, in.ID, in.Elements[0].ID, w.form(largeForm), 99)
			wantKind(w.t, err, rest.PreconditionFailed)
			return nil
		}, 0},
		"added to nothing": {func(w *world, _ *rest.Instance) error {
			_, _, err := w.AddElement(w.ctx, w.system, uuid.New(), w.form(largeForm))
			wantKind(w.t, err, rest.NotFound)
			return nil
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			s := w.shipment("REF")
			s.Completed = false
			s.Instance.Elements[0] = w.form(largeForm)
			in := w.submit(s).Instance
			before := w.blobs.count()
			if before != 1 {
				t.Fatalf("%d blobs", before)
			}
			if err := c.do(w, in); err != nil {
				wantKind(t, err, rest.Forbidden)
			}
			if got := w.blobs.count() - before; got != c.more {
				t.Errorf("%d more blobs, want %d", got, c.more)
			}
			// The first submission's content is there.
			for _, e := range in.Elements {
				if _, r, err := w.Content(w.ctx, w.system, in.ID, e.ID); err != nil {
					t.Error(err)
				} else {
					r.Close()
				}
			}
		})
	}
}

// hasty are blobs whose sender leaves once one is there.
type hasty struct {
	*blobfs.Blobs
	leave *context.CancelFunc
}

type hastyWriter struct {
	store.BlobWriter
	leave *context.CancelFunc
}

func (h hasty) Create(ctx context.Context) (store.BlobWriter, error) {
	w, err := h.Blobs.Create(ctx)
	return hastyWriter{w, h.leave}, err
}

func (w hastyWriter) Commit() (string, error) {
	key, err := w.BlobWriter.Commit()
	(*w.leave)()
	return key, err
}

// TestSenderLeavesBeforeTheRow: a sender who has sent everything and goes before
// the answer leaves no content behind that no row refers to.
func TestSenderLeavesBeforeTheRow(t *testing.T) {
	var leave context.CancelFunc
	p := newPost(t, func(c *Config) { c.Blobs = hasty{c.Blobs.(*blobfs.Blobs), &leave} })
	tr := p.initiate()
	for name, send := range map[string]func(context.Context) error{
		"file": func(ctx context.Context) error {
			u, err := p.UploadTransfer(ctx, p.mine, tr.ID, rest.TransferUploadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			defer u.Abort()
			if _, err := u.Write([]byte(large)); err != nil {
				t.Fatal(err)
			}
			_, err = u.Commit()
			return err
		},
		"attachment": func(ctx context.Context) error {
			s := p.shipment("REF")
			s.Instance.Elements[1] = p.attachment("a.pdf", large)
			_, err := p.Submit(ctx, p.system, s)
			return err
		},
	} {
		ctx, end := context.WithCancel(p.ctx)
		defer end()
		leave = end
		if err := send(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
		p.wantFiles(0, 0)
	}
}

// After an unknown failure a row may refer to the content all the same. After one
// that the store knows it does not.
func TestContentStaysAfterAFailure(t *testing.T) {
	w := newWorld(t)
	e := w.attachment("a.pdf", strings.Repeat("x", rest.InlineLimit+1))
	for _, c := range []struct {
		err   error
		stays int
	}{
		{nil, 1},
		{failure(errors.New("disk")), 1},
		{failure(store.ErrBusy), 0},
	} {
		w.discardIfRefused(w.ctx, c.err, e)
		if got := w.blobs.count(); got != c.stays {
			t.Errorf("%v: %d blobs, want %d", c.err, got, c.stays)
		}
	}
}

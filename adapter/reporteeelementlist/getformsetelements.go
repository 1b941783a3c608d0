package reporteeelementlist

import (
	"cmp"
	"context"
	"time"

	"overgang/adapter/actor"
	"overgang/adapter/attachment"
	"overgang/adapter/credential"
	"overgang/adapter/language"
	"overgang/rest"
	"overgang/soap"
)

// GetFormSetElements lists the forms and attachments of an element, in both of
// its versions.
type GetFormSetElements struct {
	credential.SYS
	credential.USR
	ReporteeElementID int32
	LanguageID        int32
}

// GetFormSetElementsResponse is the list.
type GetFormSetElementsResponse struct{ Result []FormSetElement }

// FormSetElement is FormSetElementBEV2, and what FormSetElementBE has of it.
// ItemID is the FormId or the AttachmentId that other operations ask for.
type FormSetElement struct {
	CreatedByUserID        int32 // V2: the person; 0 = a system or somebody else
	CreatedDateTime        time.Time
	DestinationType        string
	IconFileName           string
	IsAddedAfterFormFillin bool
	IsAssociatedToFormSet  bool
	IsSigningMandatory     bool
	ItemID                 int32
	ItemName               string
	ItemType               string
	ItemURL                *string // there is no portal
	ValidationStatusType   string
}

func (s *service) getFormSetElements(ctx context.Context, call *soap.Call, req any) (any, error) {
	in := req.(*GetFormSetElements)
	i, err := s.core.InstanceByNumber(ctx, credential.Of(call), in.ReporteeElementID)
	if err != nil {
		return nil, err
	}
	app, err := s.application(ctx, i.App)
	if err != nil {
		return nil, err
	}
	title, forms := language.Pick(app.Titles, language.For(call, in.LanguageID)), 0
	list := make([]FormSetElement, 0, len(i.Elements))
	for n := range i.Elements {
		e := &i.Elements[n]
		f := FormSetElement{
			CreatedDateTime: e.Created, DestinationType: attachment.ShowToAll, IconFileName: attachment.Type(e.ContentType), IsAssociatedToFormSet: true,
			IsSigningMandatory: signed(app), ItemID: e.Number, ItemName: cmp.Or(e.Title, e.FileName, e.Type), ItemType: "BinaryAttachment", ValidationStatusType: "NotApplicable",
			CreatedByUserID: actor.Person(e.CreatedBy),
		}
		if e.Form {
			f.ItemName, f.ItemType, f.ValidationStatusType = cmp.Or(e.Title, title, e.Type), "SubForm", validity(app, e)
			if forms++; forms == 1 {
				f.ItemType = "MainForm"
			}
		}
		list = append(list, f)
	}
	return &GetFormSetElementsResponse{list}, nil
}

// application is one by its id. One that is no longer registered has nothing
// but its name.
func (s *service) application(ctx context.Context, id rest.AppID) (*rest.Application, error) {
	app, err := s.core.Application(ctx, id)
	if rest.KindOf(err) == rest.NotFound {
		return &rest.Application{ID: id}, nil
	}
	return app, err
}

// signed says that the process demands a signature, which covers everything.
func signed(app *rest.Application) bool {
	for _, s := range app.Steps() {
		if s.Kind == rest.Signing && !s.Optional {
			return true
		}
	}
	return false
}

// validity is Valid where what is not would have been refused.
func validity(app *rest.Application, e *rest.Element) string {
	if d := app.Type(e.Type); d != nil && len(d.Schema) > 0 && app.Validation == rest.ValidationEnforce {
		return "Valid"
	}
	return "NotValidated"
}

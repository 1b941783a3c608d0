package reporteearchiveexternal

import (
	"context"
	"strconv"
	"time"

	"overgang/adapter/credential"
	"overgang/adapter/language"
	"overgang/adapter/optional"
	"overgang/rest"
	"overgang/soap"
)

// GetArchivedFormTaskV2 gets an archived form set, without its attachments' bytes.
type GetArchivedFormTaskV2 struct {
	credential.SYS
	credential.USR
	ReporteeElementID int32
	LanguageID        int32
}

// GetArchivedFormTaskV2Response is the form set.
type GetArchivedFormTaskV2Response struct{ Result *FormTask }

// FormTask is ArchivedFormTaskV2. Lists are always there, if empty.
type FormTask struct {
	ArchiveTaskList                 []Task
	ArchivedAttachmentList          []Attachment
	ArchivedDateTime                time.Time
	ArchivedFormList                []Form
	ArchivedFormTaskSigningStepList []SigningStep
	ExternalServiceCode             string
	ExternalServiceEditionCode      int32
	InvoiceInformation              *float64 // nothing is paid for here
	LastChanged                     time.Time
	PasswordEncryptedSymmetricKey   *Key // nil = none came with the form set
	ReporteeElementID               int32
	ReporteeID                      int32
	SOEncryptedSymmetricdKey        *Key
	ServiceOwner                    string
	SsnOrgNumber                    string
}

// Task is ArchiveTaskV2.
type Task struct {
	EndUserSystemID                       *int32
	LastChanged                           time.Time
	NumberOfSignaturesAdded               int32
	ProcessStepID_FK                      *int32 // internal to the old platform
	SentComplete                          *bool  // not kept
	TaskID                                int32
	UserDefinedNumberOfSignaturesRequired *int32 // left out where nobody was named to sign
	WorkflowReference                     string // as in receipts
}

func (s *service) getArchivedFormTaskV2(ctx context.Context, call *soap.Call, req any) (any, error) {
	in := req.(*GetArchivedFormTaskV2)
	i, err := s.core.InstanceByNumber(ctx, credential.Of(call), in.ReporteeElementID)
	if err != nil {
		return nil, err
	}
	if i.Archived.IsZero() {
		return nil, errNotArchived
	}
	party, err := s.core.Party(ctx, rest.PartyRef{ID: i.Owner})
	if err != nil {
		return nil, err
	}
	app, err := s.core.Application(ctx, i.App)
	if rest.KindOf(err) == rest.NotFound {
		app, err = &rest.Application{ID: i.App}, nil
	}
	if err != nil {
		return nil, err
	}
	out := &FormTask{
		ArchiveTaskList: []Task{{
			EndUserSystemID: optional.Of(int32(max(i.Sender, 0))), LastChanged: i.Changed, NumberOfSignaturesAdded: int32(len(i.Signatures)),
			TaskID: i.Number, WorkflowReference: strconv.Itoa(int(i.Number)),
		}},
		ArchivedAttachmentList: attachments(i), ArchivedDateTime: i.Archived,
		ExternalServiceCode: app.Service.Code, ExternalServiceEditionCode: app.Service.Edition,
		LastChanged: i.Changed, ReporteeElementID: i.Number, ReporteeID: int32(i.Owner), ServiceOwner: owner(i.App), SsnOrgNumber: party.Number(),
		PasswordEncryptedSymmetricKey: partyKey(i), SOEncryptedSymmetricdKey: ownerKey(i, app),
	}
	if out.ArchivedFormList, err = s.forms(ctx, call, i, app, language.Pick(app.Titles, language.For(call, in.LanguageID))); err != nil {
		return nil, err
	}
	process, err := s.core.Process(ctx, credential.Of(call), i.ID)
	if err != nil {
		return nil, err
	}
	if d := process.Delegation; d != nil {
		out.ArchiveTaskList[0].UserDefinedNumberOfSignaturesRequired = optional.Of(int32(d.Required))
	}
	if out.ArchivedFormTaskSigningStepList, err = s.signingSteps(ctx, i, app.Steps()); err != nil {
		return nil, err
	}
	return &GetArchivedFormTaskV2Response{Result: out}, nil
}

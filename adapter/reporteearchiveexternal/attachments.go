package reporteearchiveexternal

import (
	"cmp"
	"time"

	"overgang/adapter/actor"
	"overgang/adapter/attachment"
	"overgang/rest"
)

// Attachment is ArchivedAttachmentBEV2.
type Attachment struct {
	AttachmentFunctionType string
	AttachmentID           int32
	AttachmentName         string
	CreatedByUserID        int32 // 0 = no person
	CreatedDateTime        time.Time
	IsAddedAfterFormFillin bool // never: the process does not allow it
	IsEncrypted            bool
	MimeTypeName           string
}

// attachments are the form set's, without their bytes.
func attachments(i *rest.Instance) []Attachment {
	list := []Attachment{}
	for n := range i.Elements {
		if e := &i.Elements[n]; !e.Form {
			list = append(list, Attachment{
				AttachmentFunctionType: attachment.Unspecified, AttachmentID: e.Number, AttachmentName: cmp.Or(e.Title, e.FileName),
				CreatedByUserID: actor.Person(e.CreatedBy), CreatedDateTime: e.Created, MimeTypeName: attachment.FileType(e.ContentType, e.FileName), IsEncrypted: e.Encrypted,
			})
		}
	}
	return list
}

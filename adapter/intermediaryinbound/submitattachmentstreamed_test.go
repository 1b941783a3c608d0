package intermediaryinbound

import (
	"testing"
	"time"

	"overgang/adapter/credential"
	"overgang/rest"
	"overgang/soap"
	"overgang/soap/codec"
)

// attach runs the operation as the server does.
func attach(t *testing.T, f *fakeCore, in *SubmitAttachmentStreamed, data string) error {
	t.Helper()
	s := &service{core: f, zone: time.UTC}
	call := &soap.Call{}
	in.SYS = credential.SYS{SystemUserName: "1001", SystemPassword: "secret"}
	if err := s.beginAttachment(t.Context(), call, in); err != nil {
		return err
	}
	sink, err := s.attachmentSink(t.Context(), call, in, "DataStream")
	if err != nil {
		return err
	}
	if _, err := sink.Write([]byte(data)); err != nil {
		return err
	}
	if err := sink.Close(); err != nil {
		return err
	}
	in.DataStream = &codec.Large{Sink: sink, Size: int64(len(data))}
	_, err = s.submitAttachmentStreamed(t.Context(), call, in)
	return err
}

func TestSubmitAttachmentStreamed(t *testing.T) {
	f := &fakeCore{allowed: true}
	in := &SubmitAttachmentStreamed{ReporteeElementId: 7, FileName: "a.pdf", Name: "Tegning", EndUserSystemreference: "v-1", AttachmentTypeName: "\n  Kart\n",
		CheckSum: "5D-41-40-2A-BC-4B-2A-76-B9-71-9D-91-10-17-C5-92"}
	if err := attach(t, f, in, "hello"); err != nil {
		t.Fatal(err)
	}
	if len(f.attached) != 1 || f.attached[0].FileName != "a.pdf" || f.attached[0].Title != "Tegning" || f.attached[0].SenderReference != "v-1" || f.attached[0].Content.Size != 5 {
		t.Errorf("%+v", f.attached)
	}
	// Its type is found as that of a shipment's attachment is, whatever white space is around it.
	if f.attached[0].AttachmentTypeName != "Kart" || f.uploadOpts[0].MaxSize != 1000 {
		t.Errorf("of type %q, %+v", f.attached[0].AttachmentTypeName, f.uploadOpts)
	}
}

// TestAttachmentRefused: another checksum is refused, and the content goes; an
// unknown form set is refused before anything is read.
func TestAttachmentRefused(t *testing.T) {
	f := &fakeCore{allowed: true}
	err := attach(t, f, &SubmitAttachmentStreamed{ReporteeElementId: 7, CheckSum: "5d41402abc4b2a76b9719d911017c592"}, "hullo")
	if rest.KindOf(err) != rest.Invalid || len(f.discarded) != 1 || len(f.attached) != 0 {
		t.Errorf("%v, %d discarded", err, len(f.discarded))
	}
	f = &fakeCore{} // who may only read
	if err := attach(t, f, &SubmitAttachmentStreamed{ReporteeElementId: 7}, "hello"); rest.KindOf(err) != rest.Forbidden || len(f.uploadOpts) != 0 {
		t.Errorf("%v, %d uploads", err, len(f.uploadOpts))
	}
	f = &fakeCore{allowed: true}
	if err := attach(t, f, &SubmitAttachmentStreamed{ReporteeElementId: 8}, "hello"); rest.KindOf(err) != rest.NotFound || len(f.uploadOpts) != 0 {
		t.Errorf("%v, %d uploads", err, len(f.uploadOpts))
	}
}

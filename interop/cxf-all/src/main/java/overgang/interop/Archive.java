package overgang.interop;

import static overgang.interop.Environment.get;

/** ReporteeArchiveExternal and its streamed endpoint. */
final class Archive {
    private final Caller caller;

    Archive(Caller caller) {
        this.caller = caller;
    }

    void read(Submissions.Sent sent, int message) {
        Tree formTask = caller.call(caller.named("GetArchivedFormTaskBasicV2", "GetArchivedFormTaskExternalV2", "GetArchivedFormTaskEC"),
                "reporteeElementId", sent.element(), "languageID", 1044);
        int attachment = formTask.number("AttachmentID");
        String data = caller.named("GetAttachmentDataBasicV2", "GetAttachmentDataExternalV2", "GetAttachmentDataEC");
        Tree read = caller.call(data, "attachmentId", attachment);
        caller.that(data, "the attachment", read.number("AttachmentID") == attachment, read.text("AttachmentID"));
        stream(attachment, caller.named("GetAttachmentDataStreamedBasic", "GetAttachmentDataExternalStreamed", "GetAttachmentDataECStreamed"));
        if (caller.flavour == Flavour.EC2) {
            stream(attachment, "GetAttachmentDataStreamedEC");
        }
        caller.call(caller.named("GetArchivedLookupBasic", "GetArchivedLookupExternal", "GetArchivedLookupEC"),
                "reporteeElementId", get("LOOKUP_ID"), "languageID", 1044);
        caller.call(caller.named("GetArchivedCorrespondenceBasic", "GetArchivedCorrespondence", "GetArchivedCorrespondenceEC"),
                "archiveId", message);
    }

    private void stream(int attachment, String operation) {
        Tree streamed = caller.call(operation, "attachmentId", attachment);
        caller.that(operation, "content", streamed.value() instanceof byte[] content && content.length > 0, streamed);
    }
}

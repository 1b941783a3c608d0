package overgang.interop;

import static overgang.interop.Environment.get;
import static overgang.interop.Given.ABSENT;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.UUID;

/** IntermediaryInbound and its streamed endpoint: what is sent in, and so what others can be asked about. */
final class Submissions {
    /** What a shipment's receipt tells. */
    record Sent(int receipt, String reference, int element, String archived) {}

    private static final byte[] ATTACHMENT = "Vedlegg æøå".getBytes(StandardCharsets.UTF_8);
    private static final Given WAGES = Given.of("ServiceCode", get("SERVICE_CODE"), "ServiceEdition", get("SERVICE_EDITION"));

    private static final Given STEPS = Given.of("ServiceEdition", 1, "DataFormatId", get("STEPS_FORMAT"), "DataFormatVersion", 1,
            "FormData", "<skjema><felt>Blåbær</felt></skjema>", "Signatures", ABSENT);

    /** Who shall sign, as a shipment and as PrepareUserControlledSigning name them. */
    static final Given SIGNER = Given.of("SSN", get("SIGNER_SSN"), "Name", get("SIGNER_NAME"), "NumberOfSignaturesAllowed", 1,
            "UserDefinedNumberOfSignaturesRequired", 1, "SigningOptions", "UserControlled");

    private final Caller caller;

    Submissions(Caller caller) {
        this.caller = caller;
    }

    /** A form of the wages service, completed and signed: it is archived at once. */
    Sent archived(int caseNumber) throws Exception {
        return submit(WAGES.and("CaseID", caseNumber));
    }

    /** A form of the wages service that is not filled in yet. */
    Sent open() throws Exception {
        return submit(WAGES.and("Completed", false, "Signatures", ABSENT));
    }

    /** A completed form that waits for a signature, of a service with a way back. */
    Sent unsigned() throws Exception {
        return submit(STEPS.and("ServiceCode", get("STEPS_SERVICE")));
    }

    /** A completed form that waits for those who are named, here or later. */
    Sent forNamed(boolean named) throws Exception {
        Given tax = Given.of("ServiceCode", get("TAX_SERVICE_CODE"), "ServiceEdition", get("TAX_SERVICE_EDITION"), "DataFormatId",
                get("TAX_DATA_FORMAT_ID"), "DataFormatVersion", get("TAX_DATA_FORMAT_VERSION"), "FormData", form("TAX_DEMO_FORM"), "Signatures", ABSENT);
        return submit(named ? tax.and("Users", null, "Attachment.Name", "Vedlegg").and(SIGNER) : tax);
    }

    /** A completed form, sent by the system alone, of a service whose last step is for persons. */
    Sent unattended() throws Exception {
        return submit(STEPS.and("ServiceCode", get("SENDING_SERVICE"), "Attachments", ABSENT,
                "userSSN", ABSENT, "userPassword", ABSENT, "userPinCode", ABSENT, "authMethod", ABSENT));
    }

    /** Fills in, attaches to, completes and signs what is open. */
    void complete(Sent open, int form) throws Exception {
        String update = caller.named("UpdateFormDataBasic", "UpdateFormData", "UpdateFormDataEC");
        caller.call(update, "ReporteeElementId", open.element(), "ExternalShipmentReference", open.reference(), "DataFormatId",
                get("DATA_FORMAT_ID"), "DataFormatVersion", get("DATA_FORMAT_VERSION"), "EndUserSystemReference", "form-1",
                "FormData", form("DEMO_FORM"), "FormId", form);
        caller.call(caller.named("SubmitAttachmentStreamedBasic", "SubmitAttachmentStreamed", "SubmitAttachmentStreamedEC"),
                "ReporteeElementId", open.element(), "EndUserSystemreference", "attachment-2", "FileName", "vedlegg.txt",
                "AttachmentTypeName", "", "CheckSum", checksum(), "dataStream", ATTACHMENT);
        caller.call(caller.named("CompleteAndSignShipmentBasic", "CompleteAndSignShipment", "CompleteAndSignShipmentEC"),
                "reporteeElementId", open.element(), "languageId", 1044);
    }

    void status() {
        caller.call(caller.named("GetAltinnSubmissionStatusBasic", "GetAltinnSubmissionStatus", "GetAltinnSubmissionStatusEC"));
    }

    private Sent submit(Given given) throws Exception {
        String reference = "cxf-all-" + UUID.randomUUID();
        Given all = Given.of("Reportee", get("ORG"), "ExternalShipmentReference", reference, "Completed", true,
                "DataFormatId", get("DATA_FORMAT_ID"), "DataFormatVersion", get("DATA_FORMAT_VERSION"),
                "Form.EndUserSystemReference", "form-1", "Form.ParentReference", 0, "FormData", form("DEMO_FORM"),
                "Attachment.EndUserSystemReference", "attachment-1", "Attachment.ParentReference", ABSENT, "FileName", "vedlegg.txt",
                "AttachementData", ATTACHMENT, "Checksum", checksum(), "AttachmentTypeName", ABSENT,
                "CaseID", ABSENT, "Users", ABSENT, "EncryptedKey", ABSENT, "UserDefinedNumberOfSignaturesRequired", 0).and(given);
        Tree receipt = caller.call(caller.named("SubmitFormTaskBasic", "SubmitFormTask", "SubmitFormTaskEC"), all);
        String element = receipt.reference("WorkFlowReference");
        return new Sent(receipt.number("ReceiptId"), reference, element.isEmpty() ? 0 : Integer.parseInt(element),
                receipt.reference("ArchiveReference"));
    }

    private static String form(String variable) throws Exception {
        return Files.readString(Path.of(get(variable)));
    }

    private static String checksum() throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(ATTACHMENT));
    }
}

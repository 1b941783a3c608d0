package overgang.interop;

import static overgang.interop.Environment.get;

import jakarta.activation.DataHandler;
import jakarta.activation.FileDataSource;
import java.util.UUID;
import overgang.basic.attach.IIntermediaryInboundExternalBasicStreamed;
import overgang.basic.attach.IntermediaryInboundBasicStreamedSF;
import overgang.basic.attach.ReceiptExternalStreamedBE;
import overgang.basic.attach.StreamedAttachmentBasicBE;
import overgang.basic.inbound.ArrayOfForm;
import overgang.basic.inbound.Form;
import overgang.basic.inbound.FormTask;
import overgang.basic.inbound.FormTaskShipmentBE;
import overgang.basic.inbound.IIntermediaryInboundExternalBasic;
import overgang.basic.inbound.IntermediaryInboundBasicSF;
import overgang.basic.inbound.ReceiptExternalBE;
import overgang.basic.inbound.ReferenceTypeExternal;

/** SubmitAttachmentStreamed into a form set that is not sent in yet. */
final class Attaching {
    private Attaching() {}

    static void run(Checks checks, Content content) throws Exception {
        ReceiptExternalBE sent = submit();
        int element = sent.getReferences().getReferenceBE().stream()
                .filter(r -> r.getReferenceTypeName() == ReferenceTypeExternal.WORK_FLOW_REFERENCE)
                .mapToInt(r -> Integer.parseInt(r.getReferenceValue())).findFirst().orElseThrow();
        ReceiptExternalStreamedBE receipt = attach(content, element, content.sha256());
        checks.that("SubmitAttachmentStreamed is OK", "OK".equals(receipt.getReceiptStatusCode().getValue()), receipt.getReceiptText().getValue());
        checks.fails("an attachment with a wrong checksum is a fault", "An error occurred", () -> attach(content, element, "00"));
    }

    private static ReceiptExternalStreamedBE attach(Content content, int element, String checksum) throws Exception {
        IIntermediaryInboundExternalBasicStreamed port = Ports.streamed(Ports.basic(
                new IntermediaryInboundBasicStreamedSF(Ports.document("IntermediaryInboundBasicStreamed"))
                        .getBasicHttpBindingIIntermediaryInboundExternalBasicStreamed(),
                "/IntermediaryExternal/IntermediaryInboundBasicStreamed.svc"));
        StreamedAttachmentBasicBE body = new StreamedAttachmentBasicBE();
        body.setDataStream(new DataHandler(new FileDataSource(content.path().toFile())));
        return port.submitAttachmentStreamedBasic(body, null, checksum, "attachment-1", "vedlegg.bin", "Vedlegg", element,
                "AltinnPin", get("SYSTEM_PASSWORD"), get("SYSTEM_USER"), get("PERSON_PASSWORD"), get("PERSON_PIN"), get("PERSON_SSN"));
    }

    private static ReceiptExternalBE submit() throws Exception {
        Form form = new Form();
        form.setCompleted(false);
        form.setDataFormatId(get("DATA_FORMAT_ID"));
        form.setDataFormatVersion(Integer.valueOf(get("DATA_FORMAT_VERSION")));
        form.setEndUserSystemReference("form-1");
        form.setParentReference(0);
        form.setFormData(new String(Environment.form(), "UTF-8"));
        FormTask task = new FormTask();
        task.setServiceCode(get("SERVICE_CODE"));
        task.setServiceEdition(Integer.valueOf(get("SERVICE_EDITION")));
        task.setForms(new ArrayOfForm());
        task.getForms().getForm().add(form);
        FormTaskShipmentBE shipment = new FormTaskShipmentBE();
        shipment.setReportee(get("ORG"));
        shipment.setExternalShipmentReference("cxf-streams-" + UUID.randomUUID());
        shipment.setFormTasks(task);
        IIntermediaryInboundExternalBasic port = Ports.basic(
                new IntermediaryInboundBasicSF(Ports.document("IntermediaryInboundBasic")).getBasicHttpBindingIIntermediaryInboundExternalBasic(),
                "/IntermediaryExternal/IntermediaryInboundBasic.svc");
        return port.submitFormTaskBasic(get("SYSTEM_USER"), get("SYSTEM_PASSWORD"), get("PERSON_SSN"), get("PERSON_PASSWORD"),
                get("PERSON_PIN"), "AltinnPin", shipment);
    }
}

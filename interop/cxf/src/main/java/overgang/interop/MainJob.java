package overgang.interop;

import static overgang.interop.Environment.get;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import javax.xml.datatype.DatatypeFactory;
import java.time.OffsetDateTime;
import overgang.intermediary.ArrayOfAttachment;
import overgang.intermediary.ArrayOfForm;
import overgang.intermediary.Attachment;
import overgang.intermediary.Form;
import overgang.intermediary.FormTask;
import overgang.intermediary.FormTaskShipmentBE;
import overgang.intermediary.IIntermediaryInboundExternalBasic;
import overgang.intermediary.IntermediaryInboundBasicSF;
import overgang.intermediary.ReceiptExternalBE;
import overgang.intermediary.ReceiptStatusExternal;
import overgang.intermediary.ReferenceTypeExternal;
import overgang.intermediary.Signature;
import overgang.receipt.IReceiptExternalBasic;
import overgang.receipt.IReceiptExternalBasicGetReceiptBasicV2AltinnFaultFaultFaultMessage;
import overgang.receipt.ReceiptExternalBasicSF;
import overgang.receipt.v2.Receipt;

/** Submits a form as an old SOAP 1.1 client would, then reads it as a REST client would. */
public final class MainJob {
    private static final byte[] ATTACHMENT = new byte[10_240];

    private final Checks checks = new Checks();
    private final IReceiptExternalBasic receipts = new ReceiptExternalBasicSF().getBasicHttpBindingIReceiptExternalBasic();

    public static void main(String[] args) throws Exception {
        Arrays.fill(ATTACHMENT, (byte) 0xAB);
        new MainJob().run();
    }

    private void run() throws Exception {
        Challenges.check(checks);
        ReceiptExternalBE receipt = submit();
        Map<ReferenceTypeExternal, String> references = new EnumMap<>(ReferenceTypeExternal.class);
        receipt.getReferences().getReferenceBE().forEach(r -> references.put(r.getReferenceTypeName(), r.getReferenceValue()));
        for (ReferenceTypeExternal kind : new ReferenceTypeExternal[] {
            ReferenceTypeExternal.EXTERNAL_SHIPMENT_REFERENCE, ReferenceTypeExternal.OWNER_PARTY_REFERENCE,
            ReferenceTypeExternal.PARTY_REFERENCE, ReferenceTypeExternal.WORK_FLOW_REFERENCE,
            ReferenceTypeExternal.ARCHIVE_REFERENCE}) {
            checks.that("receipt is final: it has " + kind, references.containsKey(kind), references);
        }
        Receipt found = byId(receipt.getReceiptId());
        checks.that("receipt by id", found.getReceiptId().equals(receipt.getReceiptId()), found);
        for (Map.Entry<ReferenceTypeExternal, String> reference : references.entrySet()) {
            Receipt seen = Searches.byReference(receipts, reference.getKey().value(), reference.getValue());
            checks.that("receipt by " + reference.getKey(), seen.getReceiptId().equals(receipt.getReceiptId()), seen);
        }
        wrongPassword(receipt.getReceiptId());
        download(references.get(ReferenceTypeExternal.ARCHIVE_REFERENCE));
        Receipt told = byId(receipt.getReceiptId());
        checks.that("the receipt tells of the confirmation",
                !told.getReceiptText().getValue().equals(found.getReceiptText().getValue())
                        && told.getReceiptHistory().getValue().contains(found.getReceiptText().getValue()),
                told.getReceiptText().getValue());
        checks.done("cxf");
    }

    private ReceiptExternalBE submit() throws Exception {
        IIntermediaryInboundExternalBasic port =
                new IntermediaryInboundBasicSF().getBasicHttpBindingIIntermediaryInboundExternalBasic();
        FormTaskShipmentBE shipment = shipment();
        ReceiptExternalBE receipt = submit(port, shipment);
        checks.that("submission is OK", receipt.getReceiptStatusCode() == ReceiptStatusExternal.OK, receipt.getReceiptText());
        checks.that("a repeated submission gets the same receipt",
                submit(port, shipment).getReceiptId().equals(receipt.getReceiptId()), receipt.getReceiptId());
        return receipt;
    }

    private static ReceiptExternalBE submit(IIntermediaryInboundExternalBasic port, FormTaskShipmentBE shipment) throws Exception {
        return port.submitFormTaskBasic(get("SYSTEM_USER"), get("SYSTEM_PASSWORD"), get("PERSON_SSN"),
                get("PERSON_PASSWORD"), get("PERSON_PIN"), "AltinnPin", shipment);
    }

    private static FormTaskShipmentBE shipment() throws Exception {
        Form form = new Form();
        form.setCompleted(true);
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

        Attachment attachment = new Attachment();
        attachment.setName("Vedlegg");
        attachment.setEndUserSystemReference("attachment-1");
        attachment.setFileName("vedlegg.bin");
        attachment.setEncrypted(false);
        attachment.setAttachementData(ATTACHMENT);

        Signature signature = new Signature();
        signature.setEndUserSystemReference("signature-1");
        signature.setEndUserSystemUserId("cxf");
        signature.setEndUserSystemLoginDateTime(DatatypeFactory.newInstance().newXMLGregorianCalendar(OffsetDateTime.now().toString()));
        signature.setEndUserSystemSignatureDateTime(signature.getEndUserSystemLoginDateTime());
        signature.setEndUserSystemVersion("1.0");
        signature.setEndUserSystemSignatureLogId("log-1");

        FormTaskShipmentBE shipment = new FormTaskShipmentBE();
        shipment.setReportee(get("ORG"));
        shipment.setExternalShipmentReference("cxf-" + UUID.randomUUID());
        shipment.setFormTasks(task);
        shipment.setAttachments(new ArrayOfAttachment());
        shipment.getAttachments().getAttachment().add(attachment);
        shipment.setSignatures(signature);
        return shipment;
    }

    private Receipt byId(int id) throws Exception {
        return Searches.byId(receipts, get("SYSTEM_PASSWORD"), id);
    }

    private void wrongPassword(int id) throws Exception {
        try {
            checks.that("a wrong password is refused", false, Searches.byId(receipts, "wrong", id));
        } catch (IReceiptExternalBasicGetReceiptBasicV2AltinnFaultFaultFaultMessage fault) {
            checks.that("a wrong password is an AltinnFault", fault.getFaultInfo().getErrorID() != null, fault);
        }
    }

    private void download(String archiveReference) throws Exception {
        RestClient rest = new RestClient();
        JsonNode page = rest.get(get("OVERGANG_URL") + "/storage/instances?appId=" + get("APP").replace("/", "%2F")
                + "&archiveReference=" + archiveReference);
        JsonNode listed = page.path("_embedded").path("instances");
        checks.that("REST lists the instance", listed.size() == 1, page);
        String url = listed.path(0).path("selfLinks").path("platform").asText();
        byte[] form = Environment.form();
        for (JsonNode element : rest.get(url).path("data")) {
            String name = element.path("fileName").asText();
            byte[] content = rest.bytes(element.path("dataLinks").path("platform").asText());
            checks.that(name + " downloads byte for byte",
                    Arrays.equals(content, name.equals("vedlegg.bin") ? ATTACHMENT : form), content.length);
        }
        checks.that("REST confirms the download", rest.post(url + "/confirmDownload").statusCode() == 200, url);
    }
}

package overgang.interop;

import static overgang.interop.Environment.get;

import java.util.UUID;
import overgang.ws.inbound.ArrayOfAttachment;
import overgang.ws.inbound.ArrayOfForm;
import overgang.ws.inbound.Attachment;
import overgang.ws.inbound.Form;
import overgang.ws.inbound.FormTask;
import overgang.ws.inbound.FormTaskShipmentBE;
import overgang.ws.inbound.IIntermediaryInboundExternal;
import overgang.ws.inbound.IntermediaryInboundSF;
import overgang.ws.inbound.ReceiptExternalBE;
import overgang.ws.receipt.IReceiptExternal;
import overgang.ws.receipt.ReceiptExternalSF;
import overgang.ws.receipt.v2.Receipt;
import overgang.ws.receipt.v2.ReceiptSearch;

/** The main job in WS: SOAP 1.2 and a UsernameToken. */
final class Ws {
    private static final String INBOUND = "/IntermediaryExternal/IntermediaryInbound.svc";
    private static final String RECEIPTS = "/IntermediaryExternal/ReceiptExternal.svc";

    private Ws() {}

    static void run(Checks checks) throws Exception {
        ReceiptExternalBE sent = inbound(get("SYSTEM_PASSWORD"))
                .submitFormTask(get("PERSON_SSN"), get("PERSON_PASSWORD"), get("PERSON_PIN"), "AltinnPin", shipment());
        checks.that("WS: submission is OK", "OK".equals(sent.getReceiptStatusCode().value()), sent.getReceiptText());
        Receipt found = receipt(receipts(get("SYSTEM_PASSWORD")), sent.getReceiptId());
        checks.that("WS: receipt by id", found.getReceiptId().equals(sent.getReceiptId()), found.getReceiptId());
        checks.that("WS: the receipt has its sub-receipts", found.getSubReceipts().getValue().getReceipt().size() == 2,
                found.getSubReceipts());
        checks.fails("WS: a receipt that is not there is a fault", "An error occurred",
                () -> receipt(receipts(get("SYSTEM_PASSWORD")), 1));
        checks.fails("WS: a wrong password is a security fault", Ports.refusal(),
                () -> receipt(receipts("wrong"), sent.getReceiptId()));
        receipts(get("SYSTEM_PASSWORD")).test();
        checks.that("WS: Test", true, "");
    }

    private static IIntermediaryInboundExternal inbound(String password) throws Exception {
        return Ports.ws(new IntermediaryInboundSF(Ports.document("IntermediaryInbound")).getCustomBindingIIntermediaryInboundExternal(),
                INBOUND, get("SYSTEM_USER"), password);
    }

    private static IReceiptExternal receipts(String password) throws Exception {
        return Ports.ws(new ReceiptExternalSF(Ports.document("ReceiptExternal")).getCustomBindingIReceiptExternal(),
                RECEIPTS, get("SYSTEM_USER"), password);
    }

    private static Receipt receipt(IReceiptExternal port, int id) throws Exception {
        ReceiptSearch search = new ReceiptSearch();
        search.setReceiptId(id);
        return port.getReceiptV2(search);
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
        attachment.setAttachementData(new byte[20_000]);

        FormTaskShipmentBE shipment = new FormTaskShipmentBE();
        shipment.setReportee(get("ORG"));
        shipment.setExternalShipmentReference("cxf-ws-" + UUID.randomUUID());
        shipment.setFormTasks(task);
        shipment.setAttachments(new ArrayOfAttachment());
        shipment.getAttachments().getAttachment().add(attachment);
        return shipment;
    }
}

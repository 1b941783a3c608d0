package overgang.interop;

import static overgang.interop.Environment.get;

import java.util.UUID;
import overgang.ec2.inbound.ArrayOfAttachment;
import overgang.ec2.inbound.ArrayOfForm;
import overgang.ec2.inbound.Attachment;
import overgang.ec2.inbound.Form;
import overgang.ec2.inbound.FormTask;
import overgang.ec2.inbound.FormTaskShipmentBE;
import overgang.ec2.inbound.IIntermediaryInboundExternalEC2;
import overgang.ec2.inbound.IntermediaryInboundExternalEC2;
import overgang.ec2.inbound.ReceiptExternalBE;
import overgang.ec2.receipt.IReceiptExternalEC2;
import overgang.ec2.receipt.ReceiptExternalEC2;
import overgang.ec2.receipt.v2.Receipt;
import overgang.ec2.receipt.v2.ReceiptSearch;

/** The main job in EC2: a certificate opens a session, whose key signs every call. */
final class Ec2 {
    private static final String INBOUND = "/IntermediaryExternal/IntermediaryInboundExternalEC2.svc";
    private static final String RECEIPTS = "/IntermediaryExternal/ReceiptExternalEC2.svc";

    private Ec2() {}

    static void run(Checks checks) throws Exception {
        ReceiptExternalBE sent = inbound().submitFormTaskEC(get("ENTERPRISE_USER"), get("ENTERPRISE_PASSWORD"), shipment());
        checks.that("EC2: submission is OK", "OK".equals(sent.getReceiptStatusCode().value()), sent.getReceiptText());
        IReceiptExternalEC2 receipts = receipts("ReceiptExternalEC2");
        Receipt found = receipt(receipts, get("ENTERPRISE_PASSWORD"), sent.getReceiptId());
        checks.that("EC2: receipt by id", found.getReceiptId().equals(sent.getReceiptId()), found.getReceiptId());
        for (int i = 0; i < 5; i++) {
            receipt(receipts, get("ENTERPRISE_PASSWORD"), sent.getReceiptId());
        }
        checks.that("EC2: five more calls in the session", true, "");
        checks.fails("EC2: a receipt that is not there is a fault", "An error occurred", () -> receipt(receipts, get("ENTERPRISE_PASSWORD"), 1));
        checks.fails("EC2: a wrong password is a fault", "An error occurred", () -> receipt(receipts, "wrong", sent.getReceiptId()));
        receipts.test();
        checks.that("EC2: Test", true, "");
        IReceiptExternalEC2 derived = receipts("ReceiptExternalEC2-derived");
        checks.that("EC2 with derived keys: receipt by id",
                receipt(derived, get("ENTERPRISE_PASSWORD"), sent.getReceiptId()).getReceiptId().equals(sent.getReceiptId()), "");
    }

    static IReceiptExternalEC2 receipts(String document) throws Exception {
        return Ports.ec2(new ReceiptExternalEC2(Ports.document(document)).getCustomBindingIReceiptExternalEC2(), RECEIPTS);
    }

    private static IIntermediaryInboundExternalEC2 inbound() throws Exception {
        return Ports.ec2(new IntermediaryInboundExternalEC2(Ports.document("IntermediaryInboundExternalEC2"))
                .getCustomBindingIIntermediaryInboundExternalEC2(), INBOUND);
    }

    private static Receipt receipt(IReceiptExternalEC2 port, String password, int id) throws Exception {
        ReceiptSearch search = new ReceiptSearch();
        search.setReceiptId(id);
        return port.getReceiptECV2(get("ENTERPRISE_USER"), password, search);
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
        shipment.setExternalShipmentReference("cxf-ec2-" + UUID.randomUUID());
        shipment.setFormTasks(task);
        shipment.setAttachments(new ArrayOfAttachment());
        shipment.getAttachments().getAttachment().add(attachment);
        return shipment;
    }
}

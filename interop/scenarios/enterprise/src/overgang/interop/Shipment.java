package overgang.interop;

import static overgang.interop.Environment.get;

import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.util.GregorianCalendar;
import javax.xml.datatype.DatatypeFactory;
import javax.xml.datatype.XMLGregorianCalendar;
import overgang.inbound.ArrayOfAttachment;
import overgang.inbound.ArrayOfForm;
import overgang.inbound.Attachment;
import overgang.inbound.Form;
import overgang.inbound.FormTask;
import overgang.inbound.FormTaskShipmentBE;
import overgang.inbound.Signature;

/** What the system sends in: one form, one attachment, and the enterprise's signature. */
final class Shipment {
    private Shipment() {}

    static FormTaskShipmentBE of(String reference, byte[] form, byte[] attachment) throws Exception {
        FormTask task = new FormTask();
        task.setServiceCode(get("SIGNED_SERVICE_CODE"));
        task.setServiceEdition(Integer.valueOf(get("SIGNED_SERVICE_EDITION")));
        task.setForms(new ArrayOfForm());
        task.getForms().getForm().add(form(reference, form));

        FormTaskShipmentBE shipment = new FormTaskShipmentBE();
        shipment.setReportee(get("ORG"));
        shipment.setExternalShipmentReference(reference);
        shipment.setFormTasks(task);
        shipment.setAttachments(new ArrayOfAttachment());
        shipment.getAttachments().getAttachment().add(attachment(reference, attachment));
        shipment.setSignatures(signature(reference));
        return shipment;
    }

    private static Form form(String reference, byte[] data) {
        Form form = new Form();
        form.setCompleted(true);
        form.setDataFormatId(get("SIGNED_DATA_FORMAT_ID"));
        form.setDataFormatVersion(Integer.valueOf(get("SIGNED_DATA_FORMAT_VERSION")));
        form.setEndUserSystemReference(reference + "-1");
        form.setParentReference(0);
        form.setFormData(new String(data, StandardCharsets.UTF_8));
        return form;
    }

    private static Attachment attachment(String reference, byte[] data) {
        Attachment attachment = new Attachment();
        attachment.setName("Målinger");
        attachment.setFileName("maalinger.bin");
        attachment.setEndUserSystemReference(reference + "-2");
        attachment.setEncrypted(false);
        attachment.setAttachementData(data);
        return attachment;
    }

    /** Who signs is the enterprise, by its certificate; the rest is the system's own. */
    private static Signature signature(String reference) throws Exception {
        XMLGregorianCalendar now = DatatypeFactory.newInstance().newXMLGregorianCalendar(GregorianCalendar.from(ZonedDateTime.now()));
        Signature signature = new Signature();
        signature.setEndUserSystemReference(reference);
        signature.setEndUserSystemUserId("nattjobb");
        signature.setEndUserSystemVersion("3.1");
        signature.setEndUserSystemSignatureLogId(reference);
        signature.setEndUserSystemLoginDateTime(now);
        signature.setEndUserSystemSignatureDateTime(now);
        return signature;
    }
}

package overgang.interop;

import static overgang.interop.Environment.get;

import jakarta.activation.DataHandler;
import java.util.List;
import overgang.archive.IReporteeArchiveExternalEC2;
import overgang.archive.ReporteeArchiveExternalEC2;
import overgang.archive.task.ArchivedFormTaskV2;
import overgang.inbound.FormTaskShipmentBE;
import overgang.inbound.IIntermediaryInboundExternalEC2;
import overgang.inbound.IntermediaryInboundExternalEC2;
import overgang.inbound.ReceiptExternalBE;
import overgang.inbox.IReporteeElementListEC2;
import overgang.inbox.ReporteeElementBEV2;
import overgang.inbox.ReporteeElementListEC2SF;
import overgang.inbox.search.ExternalSearchBEV2;
import overgang.message.CorrespondenceExternalEC2SF;
import overgang.message.ICorrespondenceExternalEC2;
import overgang.message.correspondence.CorrespondenceForEndUserSystemV2;
import overgang.receipt.IReceiptExternalEC2;
import overgang.receipt.ReceiptExternalEC2;
import overgang.receipt.v2.Receipt;
import overgang.receipt.v2.ReceiptSearch;
import overgang.streamed.IReporteeArchiveExternalStreamedEC2;
import overgang.streamed.ReporteeArchiveExternalStreamedEC2;

/**
 * The enterprise's system: six services in EC2, each with a session of its own,
 * which CXF opens with the certificate at the first call. Every call has user
 * name and password beside.
 */
final class Legacy {
    private static final int BOKMAAL = 1044;

    private final String user = get("ENTERPRISE_USER");
    private final String password = get("ENTERPRISE_PASSWORD");

    private final IReporteeElementListEC2 elements = Ports.ec2(
            new ReporteeElementListEC2SF(Ports.document("ReporteeElementListEC2")).getCustomBindingIReporteeElementListEC2(),
            "/ServiceEngineExternal/ReporteeElementListEC2.svc");
    private final IIntermediaryInboundExternalEC2 inbound = Ports.ec2(
            new IntermediaryInboundExternalEC2(Ports.document("IntermediaryInboundExternalEC2")).getCustomBindingIIntermediaryInboundExternalEC2(),
            "/IntermediaryExternal/IntermediaryInboundExternalEC2.svc");
    private final IReceiptExternalEC2 receipts = Ports.ec2(
            new ReceiptExternalEC2(Ports.document("ReceiptExternalEC2")).getCustomBindingIReceiptExternalEC2(),
            "/IntermediaryExternal/ReceiptExternalEC2.svc");
    private final ICorrespondenceExternalEC2 messages = Ports.ec2(
            new CorrespondenceExternalEC2SF(Ports.document("CorrespondenceExternalEC2")).getCustomBindingICorrespondenceExternalEC2(),
            "/ServiceEngineExternal/CorrespondenceExternalEC2.svc");
    private final IReporteeArchiveExternalEC2 archive = Ports.ec2(
            new ReporteeArchiveExternalEC2(Ports.document("ReporteeArchiveExternalEC2")).getCustomBindingIReporteeArchiveExternalEC2(),
            "/ArchiveExternal/ReporteeArchiveExternalEC2.svc");
    private final IReporteeArchiveExternalStreamedEC2 streamed = Ports.streamed(Ports.ec2(
            new ReporteeArchiveExternalStreamedEC2(Ports.document("ReporteeArchiveExternalStreamedEC2"))
                    .getCustomBindingIReporteeArchiveExternalStreamedEC2(),
            "/ArchiveExternal/ReporteeArchiveExternalStreamedEC2.svc"));

    /** What waits for the enterprise, or what it has in its archive. */
    List<ReporteeElementBEV2> inbox(boolean archived) throws Exception {
        ExternalSearchBEV2 search = new ExternalSearchBEV2();
        search.setReportee(get("ORG"));
        search.setToBeProcessed(!archived);
        search.setSentAndArchived(archived);
        return elements.getReporteeElementListEC(user, password, search, BOKMAAL).getReporteeElementBEV2();
    }

    ReceiptExternalBE submit(FormTaskShipmentBE shipment) throws Exception {
        return inbound.submitFormTaskEC(user, password, shipment);
    }

    Receipt receipt(int id) throws Exception {
        ReceiptSearch search = new ReceiptSearch();
        search.setReceiptId(id);
        return receipts.getReceiptECV2(user, password, search);
    }

    CorrespondenceForEndUserSystemV2 message(int number) throws Exception {
        return messages.getCorrespondenceForEndUserSystemsEC(user, password, number, BOKMAAL);
    }

    void confirm(int number) throws Exception {
        messages.saveCorrespondenceConfirmationEC(user, password, number);
    }

    overgang.message.receipt.Receipt archive(int number) throws Exception {
        return messages.archiveCorrespondenceForEndUserSystemEC(user, password, number);
    }

    ArchivedFormTaskV2 archivedForms(int number) throws Exception {
        return archive.getArchivedFormTaskEC(user, password, number, BOKMAAL);
    }

    /** An attachment as a field of the answer. */
    byte[] attachment(int number) throws Exception {
        return archive.getAttachmentDataEC(user, password, number).getAttachmentData().getValue();
    }

    /** The same, in a part of its own (MTOM). */
    DataHandler stream(int number) throws Exception {
        return streamed.getAttachmentDataECStreamed(user, password, number);
    }
}

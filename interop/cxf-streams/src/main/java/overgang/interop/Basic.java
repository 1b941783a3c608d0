package overgang.interop;

import static overgang.interop.Environment.get;

import jakarta.activation.DataHandler;
import java.util.List;
import overgang.basic.broker.BrokerServiceExternalBasicSF;
import overgang.basic.broker.IBrokerServiceExternalBasic;
import overgang.basic.receipt.IReceiptExternalBasic;
import overgang.basic.receipt.ReceiptExternalBasicSF;
import overgang.basic.streamed.BrokerServiceExternalBasicStreamedSF;
import overgang.basic.streamed.IBrokerServiceExternalBasicStreamed;
import overgang.basic.streamed.ReceiptExternalStreamedBE;
import overgang.basic.streamed.StreamedPayloadBasicBE;
import overgang.broker.arrays.ArrayOfstring;
import overgang.broker.poll.BrokerServicePoll;
import overgang.broker.types.BrokerServiceAvailableFile;
import overgang.broker.types.BrokerServiceInitiation;
import overgang.broker.types.BrokerServiceSearch;
import overgang.receipt.v2.Receipt;
import overgang.receipt.v2.ReceiptSearch;

/** Basic: SOAP 1.1, credentials in the message. */
final class Basic implements Flavour {
    private final String user = get("SYSTEM_USER");
    private final String password = get("SYSTEM_PASSWORD");
    private final IBrokerServiceExternalBasic broker = Ports.basic(
            new BrokerServiceExternalBasicSF(Ports.document("BrokerServiceExternalBasic")).getBasicHttpBindingIBrokerServiceExternalBasic(),
            "/ServiceEngineExternal/BrokerServiceExternalBasic.svc");
    private final IBrokerServiceExternalBasicStreamed streamed = Ports.streamed(Ports.basic(
            new BrokerServiceExternalBasicStreamedSF(Ports.document("BrokerServiceExternalBasicStreamed"))
                    .getBasicHttpBindingIBrokerServiceExternalBasicStreamed(),
            "/ServiceEngineExternal/BrokerServiceExternalBasicStreamed.svc"));
    private final IReceiptExternalBasic receipts = Ports.basic(
            new ReceiptExternalBasicSF(Ports.document("ReceiptExternalBasic")).getBasicHttpBindingIReceiptExternalBasic(),
            "/IntermediaryExternal/ReceiptExternalBasic.svc");

    @Override
    public String name() {
        return "Basic";
    }

    @Override
    public String recipient() {
        return get("BROKER_RECIPIENT");
    }

    @Override
    public String initiate(BrokerServiceInitiation initiation) throws Exception {
        return broker.initiateBrokerServiceBasic(user, password, initiation);
    }

    @Override
    public Sent upload(DataHandler content, String fileName, String reference, String reportee) throws Exception {
        StreamedPayloadBasicBE body = new StreamedPayloadBasicBE();
        body.setDataStream(content);
        ReceiptExternalStreamedBE r = streamed.uploadFileStreamedBasic(body, fileName, reference, reportee, password, user);
        return new Sent(r.getReceiptStatusCode().getValue(), r.getReceiptText().getValue(), r.getReceiptId());
    }

    @Override
    public boolean available(String recipient) throws Exception {
        BrokerServicePoll poll = new BrokerServicePoll();
        poll.setRecipients(new ArrayOfstring());
        poll.getRecipients().getString().add(recipient);
        return broker.checkIfAvailableFilesBasic(user, password, poll);
    }

    @Override
    public List<BrokerServiceAvailableFile> list(BrokerServiceSearch search) throws Exception {
        return broker.getAvailableFilesBasic(user, password, search).getBrokerServiceAvailableFile();
    }

    @Override
    public DataHandler download(String reference, String reportee) throws Exception {
        return streamed.downloadFileStreamedBasic(user, password, reference, reportee);
    }

    @Override
    public void confirm(String reference, String reportee) throws Exception {
        broker.confirmDownloadedBasic(user, password, reference, reportee);
    }

    @Override
    public Receipt receipt(ReceiptSearch search) throws Exception {
        return receipts.getReceiptBasicV2(user, password, search);
    }
}

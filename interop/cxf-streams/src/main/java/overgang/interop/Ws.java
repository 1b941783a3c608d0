package overgang.interop;

import static overgang.interop.Environment.get;

import jakarta.activation.DataHandler;
import java.util.List;
import overgang.broker.arrays.ArrayOfstring;
import overgang.broker.poll.BrokerServicePoll;
import overgang.broker.types.BrokerServiceAvailableFile;
import overgang.broker.types.BrokerServiceInitiation;
import overgang.broker.types.BrokerServiceSearch;
import overgang.receipt.v2.Receipt;
import overgang.receipt.v2.ReceiptSearch;
import overgang.ws.broker.BrokerServiceExternalSF;
import overgang.ws.broker.IBrokerServiceExternal;
import overgang.ws.receipt.IReceiptExternal;
import overgang.ws.receipt.ReceiptExternalSF;
import overgang.ws.streamed.BrokerServiceExternalStreamedSF;
import overgang.ws.streamed.IBrokerServiceExternalStreamed;
import overgang.ws.streamed.ReceiptExternalStreamedBE;
import overgang.ws.streamed.StreamedPayloadExternalBE;

/** WS: SOAP 1.2 and a UsernameToken. */
final class Ws implements Flavour {
    private final IBrokerServiceExternal broker = Ports.ws(
            new BrokerServiceExternalSF(Ports.document("BrokerServiceExternal")).getCustomBindingIBrokerServiceExternal(),
            "/ServiceEngineExternal/BrokerServiceExternal.svc");
    private final IBrokerServiceExternalStreamed streamed = Ports.streamed(Ports.ws(
            new BrokerServiceExternalStreamedSF(Ports.document("BrokerServiceExternalStreamed"))
                    .getCustomBindingIBrokerServiceExternalStreamed(),
            "/ServiceEngineExternal/BrokerServiceExternalStreamed.svc"));
    private final IReceiptExternal receipts = Ports.ws(
            new ReceiptExternalSF(Ports.document("ReceiptExternal")).getCustomBindingIReceiptExternal(),
            "/IntermediaryExternal/ReceiptExternal.svc");

    @Override
    public String name() {
        return "WS";
    }

    @Override
    public String recipient() {
        return get("BROKER_RECIPIENT");
    }

    @Override
    public String initiate(BrokerServiceInitiation initiation) throws Exception {
        return broker.initiateBrokerService(initiation);
    }

    @Override
    public Sent upload(DataHandler content, String fileName, String reference, String reportee) throws Exception {
        StreamedPayloadExternalBE body = new StreamedPayloadExternalBE();
        body.setDataStream(content);
        ReceiptExternalStreamedBE r = streamed.uploadFileStreamed(body, fileName, reference, reportee);
        return new Sent(r.getReceiptStatusCode().getValue(), r.getReceiptText().getValue(), r.getReceiptId());
    }

    @Override
    public boolean available(String recipient) throws Exception {
        BrokerServicePoll poll = new BrokerServicePoll();
        poll.setRecipients(new ArrayOfstring());
        poll.getRecipients().getString().add(recipient);
        return broker.checkIfAvailableFiles(poll);
    }

    @Override
    public List<BrokerServiceAvailableFile> list(BrokerServiceSearch search) throws Exception {
        return broker.getAvailableFiles(search).getBrokerServiceAvailableFile();
    }

    @Override
    public DataHandler download(String reference, String reportee) throws Exception {
        return streamed.downloadFileStreamed(reference, reportee);
    }

    @Override
    public void confirm(String reference, String reportee) throws Exception {
        broker.confirmDownloaded(reference, reportee);
    }

    @Override
    public Receipt receipt(ReceiptSearch search) throws Exception {
        return receipts.getReceiptV2(search);
    }
}

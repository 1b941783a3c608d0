package overgang.interop;

import static overgang.interop.Environment.get;

import jakarta.activation.DataHandler;
import java.util.List;
import overgang.broker.arrays.ArrayOfstring;
import overgang.broker.types.BrokerServiceAvailableFile;
import overgang.broker.types.BrokerServiceInitiation;
import overgang.broker.types.BrokerServiceSearch;
import overgang.ec2.broker.BrokerServiceExternalEC2SF;
import overgang.ec2.broker.IBrokerServiceExternalEC2;
import overgang.ec2.poll.BrokerServicePoll;
import overgang.ec2.receipt.IReceiptExternalEC2;
import overgang.ec2.receipt.ReceiptExternalEC2;
import overgang.ec2.streamed.BrokerServiceExternalEC2StreamedSF;
import overgang.ec2.streamed.IBrokerServiceExternalEC2Streamed;
import overgang.ec2.streamed.ReceiptExternalStreamedBE;
import overgang.ec2.streamed.StreamedPayloadECBE;
import overgang.receipt.v2.Receipt;
import overgang.receipt.v2.ReceiptSearch;

/** EC2: a session opened by a certificate. The enterprise user acts for its own organisation only, which sends to itself. */
final class Ec2 implements Flavour {
    private final String user = get("ENTERPRISE_USER");
    private final String password = get("ENTERPRISE_PASSWORD");
    private final IBrokerServiceExternalEC2 broker = Ports.ec2(
            new BrokerServiceExternalEC2SF(Ports.document("BrokerServiceExternalEC2")).getCustomBindingIBrokerServiceExternalEC2(),
            "/ServiceEngineExternal/BrokerServiceExternalEC2.svc");
    private final IBrokerServiceExternalEC2Streamed streamed = Ports.streamed(Ports.ec2(
            new BrokerServiceExternalEC2StreamedSF(Ports.document("BrokerServiceExternalEC2Streamed"))
                    .getCustomBindingIBrokerServiceExternalEC2Streamed(),
            "/ServiceEngineExternal/BrokerServiceExternalEC2Streamed.svc"));
    private final IReceiptExternalEC2 receipts = Ports.ec2(
            new ReceiptExternalEC2(Ports.document("ReceiptExternalEC2")).getCustomBindingIReceiptExternalEC2(),
            "/IntermediaryExternal/ReceiptExternalEC2.svc");

    @Override
    public String name() {
        return "EC2";
    }

    @Override
    public String recipient() {
        return get("ORG");
    }

    @Override
    public String initiate(BrokerServiceInitiation initiation) throws Exception {
        return broker.initiateBrokerServiceEC(user, password, initiation);
    }

    @Override
    public Sent upload(DataHandler content, String fileName, String reference, String reportee) throws Exception {
        StreamedPayloadECBE body = new StreamedPayloadECBE();
        body.setDataStream(content);
        ReceiptExternalStreamedBE r = streamed.uploadFileStreamedEC(body, fileName, password, reference, reportee, user);
        return new Sent(r.getReceiptStatusCode().getValue(), r.getReceiptText().getValue(), r.getReceiptId());
    }

    @Override
    public boolean available(String recipient) throws Exception {
        BrokerServicePoll poll = new BrokerServicePoll();
        poll.setRecipients(new ArrayOfstring());
        poll.getRecipients().getString().add(recipient);
        return broker.checkIfAvailableFilesEC(user, password, poll);
    }

    @Override
    public List<BrokerServiceAvailableFile> list(BrokerServiceSearch search) throws Exception {
        return broker.getAvailableFilesEC(user, password, search).getBrokerServiceAvailableFile();
    }

    @Override
    public DataHandler download(String reference, String reportee) throws Exception {
        return streamed.downloadFileStreamedEC(user, password, reference, reportee);
    }

    @Override
    public void confirm(String reference, String reportee) throws Exception {
        broker.confirmDownloadedEC(user, password, reference, reportee);
    }

    @Override
    public Receipt receipt(ReceiptSearch search) throws Exception {
        return receipts.getReceiptECV2(user, password, search);
    }
}

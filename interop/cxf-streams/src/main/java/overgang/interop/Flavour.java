package overgang.interop;

import jakarta.activation.DataHandler;
import java.util.List;
import overgang.broker.types.BrokerServiceAvailableFile;
import overgang.broker.types.BrokerServiceInitiation;
import overgang.broker.types.BrokerServiceSearch;
import overgang.receipt.v2.Receipt;
import overgang.receipt.v2.ReceiptSearch;

/** BrokerService and its receipts, as one flavour has them. */
interface Flavour {
    /** What an upload is answered with. */
    record Sent(String status, String text, int receipt) {}

    String name();

    /** Who receives what this flavour's user sends. */
    String recipient();

    String initiate(BrokerServiceInitiation initiation) throws Exception;

    Sent upload(DataHandler content, String fileName, String reference, String reportee) throws Exception;

    boolean available(String recipient) throws Exception;

    List<BrokerServiceAvailableFile> list(BrokerServiceSearch search) throws Exception;

    DataHandler download(String reference, String reportee) throws Exception;

    void confirm(String reference, String reportee) throws Exception;

    Receipt receipt(ReceiptSearch search) throws Exception;
}

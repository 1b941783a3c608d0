package overgang.interop;

import static overgang.interop.Environment.get;

import jakarta.activation.DataHandler;
import jakarta.activation.FileDataSource;
import java.io.InputStream;
import java.util.List;
import java.util.UUID;
import overgang.broker.entity.BrokerServiceAvailableFileStatus;
import overgang.broker.types.ArrayOfRecipient;
import overgang.broker.types.BrokerServiceAvailableFile;
import overgang.broker.types.BrokerServiceInitiation;
import overgang.broker.types.BrokerServiceSearch;
import overgang.broker.types.Manifest;
import overgang.broker.types.Recipient;
import overgang.receipt.v2.Receipt;
import overgang.receipt.v2.ReceiptSearch;

/** A file from its sender to its recipient, in one flavour. */
final class Journey {
    private final Checks checks;
    private final Flavour flavour;
    private final Content content;

    Journey(Checks checks, Flavour flavour, Content content) {
        this.checks = checks;
        this.flavour = flavour;
        this.content = content;
    }

    void run() throws Exception {
        String reference = initiate();
        Flavour.Sent sent = upload(reference);
        // A small one: CXF reads no fault while it writes, and gives up when the connection ends.
        Content small = Content.make(1 << 20);
        checks.fails(flavour.name() + ": a second upload is a fault", "An error occurred",
                () -> new Journey(checks, flavour, small).upload(reference));
        that("the upload is OK", "OK".equals(sent.status()), sent);
        Receipt after = receipt(sent.receipt());
        that("the sender's receipt tells of the upload", after.getReceiptText().getValue().equals(sent.text()), text(after));
        that("the recipient's poll says that there are files", flavour.available(flavour.recipient()), false);
        List<BrokerServiceAvailableFile> found = list().stream().filter(f -> f.getFileReference().equals(reference)).toList();
        that("the list has the file with its size", found.size() == 1 && found.get(0).getFileSize() == content.size(), found.size());
        download(reference);
        flavour.confirm(reference, flavour.recipient());
        Receipt told = receipt(sent.receipt());
        that("the sender's receipt tells of the confirmation",
                text(told).startsWith("All recipients have confirmed") && told.getReceiptHistory().getValue().contains(sent.text()), text(told));
        that("so does the recipient's below it", told.getSubReceipts().getValue().getReceipt().stream()
                .anyMatch(r -> text(r).startsWith("The recipient has confirmed")), told.getSubReceipts());
    }

    /** Announces the file and returns its reference. */
    String initiate() throws Exception {
        Manifest manifest = new Manifest();
        manifest.setExternalServiceCode(get("BROKER_SERVICE_CODE"));
        manifest.setExternalServiceEditionCode(Integer.parseInt(get("BROKER_SERVICE_EDITION")));
        manifest.setReportee(get("ORG"));
        manifest.setSendersReference("cxf-" + UUID.randomUUID());
        Recipient recipient = new Recipient();
        recipient.setPartyNumber(flavour.recipient());
        BrokerServiceInitiation initiation = new BrokerServiceInitiation();
        initiation.setManifest(manifest);
        initiation.setRecipientList(new ArrayOfRecipient());
        initiation.getRecipientList().getRecipient().add(recipient);
        return flavour.initiate(initiation);
    }

    Flavour.Sent upload(String reference) throws Exception {
        DataHandler file = new DataHandler(new FileDataSource(content.path().toFile()));
        return flavour.upload(file, "sending æøå.bin", reference, get("ORG"));
    }

    void download(String reference) throws Exception {
        try (InputStream in = flavour.download(reference, flavour.recipient()).getInputStream()) {
            String seen = Content.digest(in);
            that("the download has the same SHA-256", seen.equals(content.sha256()), seen);
        }
    }

    private List<BrokerServiceAvailableFile> list() throws Exception {
        BrokerServiceSearch search = new BrokerServiceSearch();
        search.setReportee(flavour.recipient());
        search.setFileStatus(BrokerServiceAvailableFileStatus.UPLOADED);
        return flavour.list(search);
    }

    private Receipt receipt(int id) throws Exception {
        ReceiptSearch search = new ReceiptSearch();
        search.setReceiptId(id);
        return flavour.receipt(search);
    }

    private static String text(Receipt r) {
        return r.getReceiptText().getValue();
    }

    private void that(String what, boolean ok, Object seen) {
        checks.that(flavour.name() + ": " + what, ok, seen);
    }
}

package overgang.interop;

import static overgang.interop.Environment.get;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.UUID;

/** BrokerService and its streamed endpoint: a file from its sender to its recipient. */
final class Transfers {
    private static final String CONTENT = "En liten fil æøå";

    private final Caller caller;

    Transfers(Caller caller) {
        this.caller = caller;
    }

    void run() {
        String recipient = caller.flavour.recipient();
        Object[] service = {"ExternalServiceCode", get("BROKER_SERVICE_CODE"), "ExternalServiceEditionCode", get("BROKER_SERVICE_EDITION")};
        Tree initiated = caller.call(caller.named("InitiateBrokerServiceBasic", "InitiateBrokerService", "InitiateBrokerServiceEC"),
                Given.of(service).and("Manifest.Reportee", get("ORG"), "SendersReference", "cxf-all-" + UUID.randomUUID(),
                        "FileName", "fil.txt", "CheckSum", Given.ABSENT, "PartyNumber", recipient));
        String reference = String.valueOf(initiated.value());
        caller.call(caller.named("UploadFileStreamedBasic", "UploadFileStreamed", "UploadFileStreamedEC"), "FileName", "fil.txt",
                "Reference", reference, "Reportee", get("ORG"), "DataStream", CONTENT.getBytes(StandardCharsets.UTF_8));

        String poll = caller.named("CheckIfAvailableFilesBasic", "CheckIfAvailableFiles", "CheckIfAvailableFilesEC");
        Tree available = caller.call(poll, Given.of(service).and("string", recipient));
        caller.that(poll, "files", Boolean.TRUE.equals(available.value()), available);
        String list = caller.named("GetAvailableFilesBasic", "GetAvailableFiles", "GetAvailableFilesEC");
        Tree files = caller.call(list, Given.of(service).and("Reportee", recipient, "FileStatus", "Uploaded",
                "MinSentDateTime", OffsetDateTime.now().minusDays(1), "MaxSentDateTime", OffsetDateTime.now().plusDays(1)));
        caller.that(list, "the file", files.all().anyMatch(t -> reference.equals(t.value())), reference);
        String download = caller.named("DownloadFileStreamedBasic", "DownloadFileStreamed", "DownloadFileStreamedEC");
        Tree content = caller.call(download, "fileReference", reference, "reportee", recipient);
        caller.that(download, "the file", content.value() instanceof byte[] b && CONTENT.equals(new String(b, StandardCharsets.UTF_8)), content);
        caller.call(caller.named("ConfirmDownloadedBasic", "ConfirmDownloaded", "ConfirmDownloadedEC"),
                "fileReference", reference, "reportee", recipient);
    }
}

package overgang.interop;

import java.nio.file.Path;
import java.util.List;

/**
 * What answers under another name: addresses in lower case, addresses as clients write them beside the published ones,
 * and the operations and addresses in which the published table of endpoints errs.
 */
final class Spellings {
    private Spellings() {}

    static void call(Caller caller, Clients clients, Path repository) throws Exception {
        for (Document document : clients.documents()) {
            if (document.flavour() == caller.flavour && document.spelling().isEmpty()) {
                caller.test(document);
                caller.at(document.endpoint(), document.path().toLowerCase()).test(document);
            }
        }
        names(caller);
        for (String[] line : Variants.lines(Coverage.addresses(repository))) {
            List<Document> at = clients.documents().stream().filter(d -> d.endpoint().equals(line[1]) && d.spelling().isEmpty()).toList();
            if (at.get(0).flavour() == caller.flavour) {
                elsewhere(caller.at(line[1], line[0]), at.get(0));
            }
        }
    }

    /** Calls everything that an endpoint has, at another address. */
    private static void elsewhere(Caller caller, Document document) throws Exception {
        caller.test(document);
        switch (document.endpoint()) {
            case "BrokerServiceExternalBasicStreamed", "BrokerServiceExternalEC2Streamed", "BrokerServiceExternalStreamed" ->
                new Transfers(caller).run();
            case "WorkflowServiceExternalBasic" -> new Process(caller).run();
            default -> throw new IllegalStateException(document.endpoint() + " has another address, at which nothing is called");
        }
    }

    private static void names(Caller caller) throws Exception {
        Registers registers = new Registers(caller);
        switch (caller.flavour) {
            case BASIC -> {
                new Messages(caller).read(new Owner().send("CXF-ALL-3", false, ""), "GetCorrespondenceForEndUserSystemBasicV2");
                registers.certificates("GetCertificatesBasic");
                new Process(caller).text(new Submissions(caller).unsigned().element(), "GetSigningTextBasic");
            }
            case WS -> registers.certificates("GetCertificatesExternal");
            case EC2 -> { } // Archive has called GetAttachmentDataStreamedEC
        }
    }
}

package overgang.interop;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Every operation with arguments that were only made up, by a caller who is logged in: it is answered, or refused by the
 * fault that it declares, and both are valid.
 */
final class Nonsense {
    private final List<String> lines = new ArrayList<>(List.of("flavour\taddress\toperation\toutcome"));
    private final List<String> failed = new ArrayList<>();
    private int refused;
    private int answered;

    void call(Clients clients) {
        for (Document document : clients.documents()) {
            if (!document.spelling().isEmpty()) {
                continue;
            }
            for (String operation : document.operations()) {
                String outcome = outcome(clients, document, operation);
                lines.add(String.join("\t", document.flavour().name().toLowerCase(), document.path(), operation, outcome));
            }
        }
    }

    private String outcome(Clients clients, Document document, String operation) {
        try {
            clients.of(document).call(operation, document.flavour().credentials(), document.path());
            answered++;
            return "answered";
        } catch (Throwable thrown) {
            try {
                Tree fault = Client.declaredFault(thrown);
                if (fault != null && !fault.text("AltinnErrorMessage").isEmpty()) {
                    refused++;
                    return "fault " + fault.text("ErrorID") + ": " + fault.text("AltinnErrorMessage");
                }
            } catch (ReflectiveOperationException e) {
                thrown.addSuppressed(e);
            }
            failed.add(document.flavour() + " " + operation + ": " + thrown);
            return "FAILED: " + thrown.toString().replaceAll("\\s+", " ");
        }
    }

    void check(Checks checks, Path table) throws Exception {
        Files.write(table, lines);
        checks.that("made-up arguments are refused as declared (" + refused + ") or answered (" + answered + ")", failed.isEmpty(), failed);
    }
}

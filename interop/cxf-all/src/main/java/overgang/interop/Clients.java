package overgang.interop;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The clients of all documents, each made when it is first called. */
final class Clients {
    private final List<Document> documents;
    private final Path classes;
    private final Map<Document, Client> made = new HashMap<>();

    Clients(List<Document> documents, Path classes) {
        this.documents = documents;
        this.classes = classes;
    }

    List<Document> documents() {
        return documents;
    }

    /** The document that lists an operation in a flavour; one that was served before one in another spelling. */
    Document listing(Flavour flavour, String operation) {
        return documents.stream()
                .filter(d -> d.flavour() == flavour && d.operations().contains(operation)
                        && (d.spelling().isEmpty() || d.spelling().equals(operation)))
                .min((a, b) -> a.spelling().compareTo(b.spelling()))
                .orElseThrow(() -> new IllegalStateException("no document of " + flavour + " has " + operation));
    }

    Client of(Document document) throws Exception {
        Client client = made.get(document);
        if (client == null) {
            client = new Client(document, classes);
            made.put(document, client);
        }
        return client;
    }
}

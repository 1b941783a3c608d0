package overgang.interop;

import java.util.HashMap;
import java.util.Map;

/** Calls operations in one flavour, as the demonstration's users, and enters what comes of it. */
final class Caller {
    final Flavour flavour;
    private final Clients clients;
    private final Table table;
    private final Map<String, String> addresses;

    Caller(Flavour flavour, Clients clients, Table table) {
        this(flavour, clients, table, Map.of());
    }

    private Caller(Flavour flavour, Clients clients, Table table, Map<String, String> addresses) {
        this.flavour = flavour;
        this.clients = clients;
        this.table = table;
        this.addresses = addresses;
    }

    /** The same, but that what is the endpoint's goes to another address. */
    Caller at(String endpoint, String path) {
        Map<String, String> more = new HashMap<>(addresses);
        more.put(endpoint, path);
        return new Caller(flavour, clients, table, more);
    }

    /** What an operation is called in this flavour; null where there is none. */
    String named(String basic, String ws, String ec2) {
        return switch (flavour) {
            case BASIC -> basic;
            case WS -> ws;
            case EC2 -> ec2;
        };
    }

    /** Calls an operation that has to answer; one that this flavour does not have is not called. */
    Tree call(String operation, Object... given) {
        return call(operation, Given.of(given));
    }

    Tree call(String operation, Given given) {
        return operation == null ? Tree.NOTHING : call(clients.listing(flavour, operation), operation, given);
    }

    /** Calls the operation that all endpoints have. */
    void test(Document document) {
        call(document, "Test", Given.of());
    }

    /** Marks what an operation answered as wrong, unless it is right. */
    void that(String operation, String what, boolean right, Object seen) {
        if (operation != null && !right) {
            enter(clients.listing(flavour, operation), operation, Table.Outcome.FAILED, "not " + what + ": " + seen);
        }
    }

    private Tree call(Document document, String operation, Given given) {
        try {
            Client client = clients.of(document);
            Tree answer = client.call(operation, flavour.credentials().and(given), address(document));
            String wrong = client.answersNothing(operation) ? "" : wrong(answer);
            enter(document, operation, wrong.isEmpty() ? Table.Outcome.ANSWERED : Table.Outcome.FAILED, wrong);
            return answer;
        } catch (Throwable thrown) {
            failed(document, operation, thrown);
            return Tree.NOTHING;
        }
    }

    /** What an answer cannot be here: empty, or a receipt of something that was refused. */
    private static String wrong(Tree answer) {
        for (String name : new String[] {"ReceiptStatusCode", "ReceiptStatus"}) {
            String status = answer.text(name);
            if (!status.isEmpty() && !status.equals("OK")) {
                return status + ": " + answer.text("ReceiptText");
            }
        }
        return answer.values() == 0 ? "an empty answer" : "";
    }

    private void failed(Document document, String operation, Throwable thrown) {
        String seen = thrown.toString();
        try {
            Tree detail = Client.declaredFault(thrown);
            if (detail != null) {
                seen = "fault " + detail.text("ErrorID") + ": " + detail.text("AltinnErrorMessage") + " / "
                        + detail.text("AltinnLocalizedErrorMessage");
            }
        } catch (ReflectiveOperationException e) {
            seen += ", whose detail is unreadable: " + e;
        }
        for (Throwable cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
            seen += " <- " + cause;
        }
        enter(document, operation, Table.Outcome.FAILED, seen.replaceAll("\\s+", " "));
    }

    private void enter(Document document, String operation, Table.Outcome outcome, String remark) {
        table.add(flavour, address(document), operation, outcome, remark);
    }

    private String address(Document document) {
        return addresses.getOrDefault(document.endpoint(), document.path());
    }
}

package overgang.interop;

/** That the clients do validate: what they took is refused against schemas that were narrowed. */
final class Validation {
    private Validation() {}

    static void check(Checks checks, Clients clients) throws Exception {
        Given credentials = Flavour.BASIC.credentials();
        fails(checks, "an answer that its schema does not allow is refused", clients, "SystemAuthentication", Variants.NARROWED,
                "GetAuthenticationChallenge", credentials.and("AuthMethod", "AltinnPin"), false);
        Given nothing = credentials.and("ReceiptId", 1, "References", Given.ABSENT);
        fails(checks, "a fault is read by its class", clients, "ReceiptExternalBasic", "", "GetReceiptBasicV2", nothing, true);
        fails(checks, "a fault that its schema does not allow is refused", clients, "ReceiptExternalBasic", Variants.NARROWED,
                "GetReceiptBasicV2", nothing, false);
    }

    private static void fails(Checks checks, String what, Clients clients, String endpoint, String spelling, String operation, Given given,
            boolean declared) throws Exception {
        Document document = clients.documents().stream()
                .filter(d -> d.endpoint().equals(endpoint) && d.spelling().equals(spelling)).findFirst().orElseThrow();
        try {
            checks.that(what, false, clients.of(document).call(operation, given, document.path()));
        } catch (Throwable thrown) {
            Tree fault = Client.declaredFault(thrown);
            checks.that(what, declared ? fault != null && fault.number("ErrorID") == 30008 : String.valueOf(thrown.getMessage()).contains("cvc-"), thrown);
        }
    }
}

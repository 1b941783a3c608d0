package overgang.interop;

/** Counts checks and prints one line for each. */
final class Checks {
    private int passed;
    private int failed;

    void that(String what, boolean ok, Object seen) {
        if (ok) {
            passed++;
            System.out.println("ok   " + what);
        } else {
            failed++;
            System.out.println("FAIL " + what + ": " + seen);
        }
    }

    /** What must fail, and with a message that has the text in it. */
    void fails(String what, String text, Call call) {
        try {
            that(what, false, call.run());
        } catch (Exception e) {
            that(what, e.getMessage() != null && e.getMessage().contains(text), e);
        }
    }

    /** What may fail. */
    interface Call {
        Object run() throws Exception;
    }

    void done(String client) {
        System.out.printf("%s: %d passed, %d failed%n", client, passed, failed);
        System.exit(failed == 0 ? 0 : 1);
    }
}

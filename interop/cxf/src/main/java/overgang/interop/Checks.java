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

    void done() {
        System.out.printf("cxf: %d passed, %d failed%n", passed, failed);
        System.exit(failed == 0 ? 0 : 1);
    }
}

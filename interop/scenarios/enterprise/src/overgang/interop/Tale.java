package overgang.interop;

/** Tells what happens, step by step, and counts what was checked. */
final class Tale {
    private final String name;
    private int steps;
    private int passed;
    private int failed;

    Tale(String name) {
        this.name = name;
    }

    /** Says what was just done, with the ids that one would look for. */
    void step(String text, Object... of) {
        System.out.printf("%3d. %s%n", ++steps, text.formatted(of));
    }

    /** One line for a check; a failed one shows what was seen instead. */
    void that(String what, boolean ok, Object seen) {
        if (ok) {
            passed++;
            System.out.println("     ok   " + what);
        } else {
            failed++;
            System.out.println("     FAIL " + what + ": " + seen);
        }
    }

    /** Ends the program. */
    void done() {
        System.out.printf("%s: %d passed, %d failed%n", name, passed, failed);
        System.exit(failed == 0 ? 0 : 1);
    }
}

package overgang.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the gateway holds in memory at most while something is done. */
final class Resident {
    private static final double MOST = 64; // MB
    private static final double START = 57; // MB that it has of its own accord, between requests
    private static final double MORE = 16; // MB beside what was resident, where other suites have left more

    private Resident() {}

    /** What is done. */
    interface Work {
        void run() throws Exception;
    }

    /** Where the gateway is another machine's, nothing is known of its memory. */
    static void within(Checks checks, String what, Work work) throws Exception {
        String pid = System.getenv("GATEWAY_PID");
        if (pid != null) {
            Files.writeString(Path.of("/proc", pid, "clear_refs"), "5"); // the peak begins here (proc(5))
        }
        double before = pid == null ? 0 : megabytes(pid, "VmRSS:");
        double limit = before > START ? before + MORE : MOST;
        long begun = System.nanoTime();
        work.run();
        double seconds = (System.nanoTime() - begun) / 1e9;
        if (pid == null) {
            System.out.printf("     %s: %.1f s%n", what, seconds);
            return;
        }
        double peak = megabytes(pid, "VmHWM:");
        System.out.printf("     %s: %.1f s, from %.1f to at most %.1f MB resident, %.1f of them its own%n", what, seconds, before, peak, megabytes(pid, "RssAnon:"));
        checks.that(String.format("%s: the gateway stays below %.0f MB", what, limit), peak < limit, peak);
    }

    private static double megabytes(String pid, String field) throws IOException {
        return Files.readAllLines(Path.of("/proc", pid, "status")).stream().filter(l -> l.startsWith(field))
                .mapToDouble(l -> Long.parseLong(l.replaceAll("\\D", "")) * 1024 / 1e6).findFirst().orElseThrow();
    }
}

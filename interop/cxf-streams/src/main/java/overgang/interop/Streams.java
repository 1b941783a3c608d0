package overgang.interop;

import java.nio.file.Files;
import java.nio.file.Path;

/** Sends large files through streamed endpoints. */
public final class Streams {
    private static final int MOST_MEMORY = 128; // MB, of the gateway

    private Streams() {}

    public static void main(String[] args) throws Exception {
        Checks checks = new Checks();
        Content content = Content.make(Long.getLong("size"));
        for (Flavour flavour : new Flavour[] {new Basic(), new Ws(), new Ec2()}) {
            long begun = System.nanoTime();
            new Journey(checks, flavour, content).run();
            System.out.printf("     %s: %.1f s, %d MB resident%n", flavour.name(), (System.nanoTime() - begun) / 1e9, resident());
        }
        between(checks);
        Attaching.run(checks, Content.make(8 << 20));
        checks.that("the gateway's memory stays under " + MOST_MEMORY + " MB", resident() < MOST_MEMORY, resident() + " MB");
        checks.done("cxf-streams");
    }

    /** What goes in over SOAP comes out over HTTP, and the other way round. */
    private static void between(Checks checks) throws Exception {
        Content content = Content.make(16 << 20);
        Rest rest = new Rest();
        Journey soap = new Journey(checks, new Basic(), content);
        String sent = soap.initiate();
        soap.upload(sent);
        String seen = rest.download(sent);
        checks.that("sent over SOAP, fetched over REST", seen.equals(content.sha256()), seen);
        String id = rest.initialize();
        int status = rest.upload(id, content);
        checks.that("REST takes a file", status == 200, status);
        soap.download(id);
    }

    /** The most that the gateway ever had in memory since the run began, in MB; 0 when it is elsewhere. */
    private static long resident() throws Exception {
        String pid = System.getenv("GATEWAY_PID");
        if (pid == null) {
            return 0;
        }
        return Files.readAllLines(Path.of("/proc", pid, "status")).stream().filter(l -> l.startsWith("VmHWM:"))
                .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) >> 10).findFirst().orElseThrow();
    }
}

package overgang.interop;

/** Sends large files through streamed endpoints. */
public final class Streams {
    private Streams() {}

    public static void main(String[] args) throws Exception {
        Checks checks = new Checks();
        Content content = Content.make(Long.getLong("size"));
        for (Flavour flavour : new Flavour[] {new Basic(), new Ws(), new Ec2()}) {
            Resident.within(checks, flavour.name(), () -> new Journey(checks, flavour, content).run());
        }
        Resident.within(checks, "HTTP", () -> between(checks, content));
        Attaching.run(checks, Content.make(8 << 20));
        checks.done("cxf-streams");
    }

    /** What goes in over SOAP comes out over HTTP, and the other way round. */
    private static void between(Checks checks, Content content) throws Exception {
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
}

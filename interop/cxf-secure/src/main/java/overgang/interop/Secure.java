package overgang.interop;

/** Calls WS and EC2 as old clients do. */
public final class Secure {
    private Secure() {}

    public static void main(String[] args) throws Exception {
        Checks checks = new Checks();
        switch (args[0]) {
            case "main" -> {
                Ws.run(checks);
                Ec2.run(checks);
            }
            case "renews" -> Renewal.renews(checks);
            case "loses" -> Renewal.loses(checks);
            default -> throw new IllegalArgumentException(args[0]);
        }
        checks.done("cxf-secure");
    }
}

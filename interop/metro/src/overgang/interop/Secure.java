package overgang.interop;

/** The main job in WS and EC2. */
public final class Secure {
    private Secure() {}

    public static void main(String[] args) throws Exception {
        Checks checks = new Checks();
        Ws.run(checks);
        Ec2.run(checks);
        checks.done("metro");
    }
}

package overgang.interop;

import static overgang.interop.Environment.get;

import jakarta.xml.ws.soap.SOAPFaultException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.Base64;
import javax.xml.namespace.QName;
import org.apache.cxf.frontend.ClientProxy;
import overgang.ec2.receipt.IReceiptExternalEC2;

/** A session that outlives its token, and a gateway that forgets the session's key. */
final class Renewal {
    private static final QName BAD_CONTEXT_TOKEN =
            new QName("http://schemas.xmlsoap.org/ws/2005/02/sc", "BadContextToken");

    private Renewal() {}

    static void renews(Checks checks) throws Exception {
        IReceiptExternalEC2 receipts = Ec2.receipts("ReceiptExternalEC2");
        receipts.test();
        checks.that("a session begins", true, "");
        Thread.sleep(11_000); // the token lives 8 seconds, clocks may differ by 1
        receipts.test();
        checks.that("a call after the token's end renews it", true, "");
    }

    static void loses(Checks checks) throws Exception {
        IReceiptExternalEC2 receipts = Ec2.receipts("ReceiptExternalEC2");
        receipts.test();
        replaceKey();
        try {
            for (int i = 0; i < 200; i++) { // until the ring is read again
                Thread.sleep(300);
                receipts.test();
            }
            checks.that("a token of a lost key is refused", false, "");
        } catch (SOAPFaultException e) {
            QName subcode = e.getFault().getFaultSubcodes().next();
            checks.that("a token of a lost key is refused with BadContextToken", subcode.equals(BAD_CONTEXT_TOKEN), subcode);
        }
        forget(receipts);
        receipts.test();
        checks.that("the client negotiates again and goes on", true, "");
    }

    private static void replaceKey() throws Exception {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        Path ring = Path.of(get("KEY_RING"));
        Path next = Path.of(get("KEY_RING") + ".next");
        Files.writeString(next, Base64.getEncoder().encodeToString(key) + "\n");
        Files.move(next, ring, StandardCopyOption.ATOMIC_MOVE);
    }

    /** What clients of this service do on BadContextToken: CXF leaves it to them. */
    private static void forget(IReceiptExternalEC2 port) {
        var endpoint = ClientProxy.getClient(port).getEndpoint();
        endpoint.remove("ws-security.token");
        endpoint.remove("ws-security.token.id");
    }
}

package overgang.interop;

import static overgang.interop.Environment.get;

import jakarta.xml.ws.BindingProvider;
import jakarta.xml.ws.soap.SOAPBinding;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import javax.security.auth.callback.CallbackHandler;
import org.apache.cxf.frontend.ClientProxy;
import org.apache.cxf.transport.http.HTTPConduit;
import org.apache.cxf.transports.http.configuration.HTTPClientPolicy;
import org.apache.wss4j.common.ext.WSPasswordCallback;

/** What CXF needs beside the policies of the WSDL: addresses and credentials. */
final class Ports {
    private Ports() {}

    /** A document as it was served, or edited, in this run. */
    static URL document(String name) {
        try {
            return Path.of(System.getProperty("wsdls"), name + ".wsdl").toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A port of the flavour Basic at an address of the gateway, without TLS. */
    static <P> P basic(P port, String path) {
        at(get("OVERGANG_URL"), port, path);
        return port;
    }

    /** The port sends content as it is read, in a part of its own, in chunks. */
    static <P> P streamed(P port) {
        ((SOAPBinding) ((BindingProvider) port).getBinding()).setMTOMEnabled(true);
        HTTPClientPolicy policy = ((HTTPConduit) ClientProxy.getClient(port).getConduit()).getClient();
        policy.setAllowChunking(true);
        policy.setChunkingThreshold(0);
        return port;
    }

    /** How the client tells of a message that was refused for its security. */
    static String refusal() {
        return "An error occurred when verifying security for the message.";
    }

    /** A port of the flavour WS at an address of the gateway, of the demonstration's system. */
    static <P> P ws(P port, String path) {
        return ws(port, path, get("SYSTEM_USER"), get("SYSTEM_PASSWORD"));
    }

    /** A port of the flavour WS at an address of the gateway. */
    static <P> P ws(P port, String path, String user, String password) {
        Map<String, Object> context = at(get("OVERGANG_TLS_URL"), port, path);
        context.put("ws-security.username", user);
        context.put("ws-security.password", password);
        return port;
    }

    /** A port of the flavour EC2 at an address of the gateway. */
    static <P> P ec2(P port, String path) {
        Map<String, Object> context = at(get("OVERGANG_TLS_URL"), port, path);
        context.put("ws-security.signature.properties.sct", keystore());
        context.put("ws-security.signature.username.sct", get("ENTERPRISE_P12_ALIAS"));
        context.put("ws-security.callback-handler.sct", (CallbackHandler) callbacks -> {
            for (var callback : callbacks) {
                ((WSPasswordCallback) callback).setPassword(get("ENTERPRISE_P12_PASSWORD"));
            }
        });
        return port;
    }

    private static <P> Map<String, Object> at(String gateway, P port, String path) {
        Map<String, Object> context = ((BindingProvider) port).getRequestContext();
        HTTPClientPolicy policy = new HTTPClientPolicy();
        policy.setReceiveTimeout(120_000);
        ((HTTPConduit) ClientProxy.getClient(port).getConduit()).setClient(policy);
        context.put(BindingProvider.ENDPOINT_ADDRESS_PROPERTY, gateway + path);
        return context;
    }

    private static Properties keystore() {
        Properties p = new Properties();
        p.put("org.apache.wss4j.crypto.provider", "org.apache.wss4j.common.crypto.Merlin");
        p.put("org.apache.wss4j.crypto.merlin.keystore.type", "PKCS12");
        p.put("org.apache.wss4j.crypto.merlin.keystore.file", get("ENTERPRISE_P12"));
        p.put("org.apache.wss4j.crypto.merlin.keystore.password", get("ENTERPRISE_P12_PASSWORD"));
        p.put("org.apache.wss4j.crypto.merlin.keystore.alias", get("ENTERPRISE_P12_ALIAS"));
        return p;
    }
}

package overgang.interop;

import static overgang.interop.Environment.get;

import jakarta.xml.ws.BindingProvider;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.nio.file.Path;
import java.util.Map;

/** What Metro needs beside the policies of the WSDL. It stands before the class of this name that CXF's suites share. */
final class Ports {
    private Ports() {}

    static URL document(String name) throws Exception {
        return Path.of(System.getProperty("wsdls"), name + ".wsdl").toUri().toURL();
    }

    /** Metro reads no fault that has no Security header, and this one has none: nobody was proved. */
    static String refusal() {
        return "Error in Verifying Security in the Inbound Message";
    }

    static <P> P ws(P port, String path, String user, String password) {
        Map<String, Object> context = at(port, path);
        context.put(BindingProvider.USERNAME_PROPERTY, user);
        context.put(BindingProvider.PASSWORD_PROPERTY, password);
        return port;
    }

    /**
     * The key is where META-INF/wsit-client.xml says. Metro's Timestamps have whole seconds and are all that is
     * signed, so two calls in one second have one signature, and the second is refused as a replay.
     */
    @SuppressWarnings("unchecked")
    static <P> P ec2(P port, String path) {
        at(port, path);
        return (P) Proxy.newProxyInstance(Ports.class.getClassLoader(), port.getClass().getInterfaces(), (proxy, method, arguments) -> {
            Thread.sleep(1_050 - System.currentTimeMillis() % 1_000);
            try {
                return method.invoke(port, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }

    private static <P> Map<String, Object> at(P port, String path) {
        if (!(port instanceof com.sun.xml.ws.developer.WSBindingProvider)) {
            throw new IllegalStateException("not Metro's: " + port.getClass());
        }
        Map<String, Object> context = ((BindingProvider) port).getRequestContext();
        context.put(BindingProvider.ENDPOINT_ADDRESS_PROPERTY, get("OVERGANG_TLS_URL") + path);
        return context;
    }
}

package overgang.bench;

import java.util.concurrent.Executors;
import javax.jws.WebService;
import javax.xml.ws.Endpoint;

/** Publishes the service on the JDK's HTTP server. */
public final class Server {
    private Server() {}

    /** The service with the annotation by which JAX-WS finds its contract. */
    @WebService(
            endpointInterface = "overgang.intermediary.IIntermediaryInboundExternalBasic",
            targetNamespace = "http://www.altinn.no/services/Intermediary/Shipment/IntermediaryInbound/2009/10",
            serviceName = "IntermediaryInboundBasicSF",
            portName = "BasicHttpBinding_IIntermediaryInboundExternalBasic")
    public static final class Published extends Intermediary {}

    public static void main(String[] args) {
        Endpoint endpoint = Endpoint.create(new Published());
        endpoint.setExecutor(Executors.newFixedThreadPool(32));
        endpoint.publish("http://127.0.0.1:" + args[0] + "/IntermediaryExternal/IntermediaryInboundBasic.svc");
        Endpoint files = Endpoint.create(new Files());
        files.setExecutor(Executors.newFixedThreadPool(32));
        files.publish("http://127.0.0.1:" + args[0] + Files.PATH);
    }
}

package overgang.bench;

import java.util.Map;
import overgang.intermediary.IIntermediaryInboundExternalBasic;
import org.apache.cxf.jaxws.JaxWsServerFactoryBean;

/** Publishes the service on Jetty. */
public final class Server {
    private Server() {}

    public static void main(String[] args) {
        JaxWsServerFactoryBean factory = new JaxWsServerFactoryBean();
        factory.setServiceClass(IIntermediaryInboundExternalBasic.class);
        factory.setServiceBean(new Intermediary());
        factory.setAddress("http://127.0.0.1:" + args[0] + "/IntermediaryExternal/IntermediaryInboundBasic.svc");
        factory.create();
        JaxWsServerFactoryBean files = new JaxWsServerFactoryBean();
        files.setServiceBean(new Files());
        files.setProperties(Map.of("mtom-enabled", true));
        files.setAddress("http://127.0.0.1:" + args[0] + Files.PATH);
        files.create();
    }
}

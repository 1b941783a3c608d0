package overgang.bench;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.xml.namespace.QName;
import org.apache.cxf.jaxws.JaxWsServerFactoryBean;
import org.apache.cxf.ws.security.SecurityConstants;
import org.apache.cxf.message.Message;
import org.apache.cxf.phase.AbstractPhaseInterceptor;
import org.apache.cxf.phase.Phase;
import org.apache.cxf.security.transport.TLSSessionInfo;
import org.apache.cxf.ws.addressing.WSAddressingFeature;
import org.apache.cxf.ws.security.wss4j.WSS4JInInterceptor;
import org.apache.wss4j.common.ext.WSPasswordCallback;
import overgang.ec2.IIntermediaryInboundExternalEC2;
import overgang.ws.IIntermediaryInboundExternal;

/** Publishes SubmitFormTask in WS and in EC2 on Jetty, over plain HTTP. */
public final class Server {
    private Server() {}

    public static void main(String[] args) throws Exception {
        String base = "http://127.0.0.1:" + args[1] + "/IntermediaryExternal/";
        ec2(base + "IntermediaryInboundExternalEC2.svc", args[0] + "/ec2.wsdl", args[2]);
        ws(base + "IntermediaryInbound.svc", args[3]);
    }

    /** WS: UsernameToken with the password in text, Timestamp, addressing. */
    private static void ws(String address, String password) throws Exception {
        JaxWsServerFactoryBean factory = new JaxWsServerFactoryBean();
        factory.setServiceClass(IIntermediaryInboundExternal.class);
        factory.setServiceBean(Receipts.of(IIntermediaryInboundExternal.class, "submitFormTask"));
        factory.setBindingId("http://schemas.xmlsoap.org/wsdl/soap12/");
        factory.setAddress(address);
        factory.getFeatures().add(new WSAddressingFeature());
        Map<String, Object> security = new HashMap<>();
        security.put("action", "UsernameToken Timestamp");
        security.put("passwordType", "PasswordText");
        security.put("passwordCallbackRef", passwords(password));
        factory.getInInterceptors().add(new WSS4JInInterceptor(security));
        factory.create();
    }

    /** EC2: what the WSDL's policy says; the trusted certificates are in a key store. */
    private static void ec2(String address, String wsdl, String certificates) throws Exception {
        Properties trusted = new Properties();
        trusted.put("org.apache.wss4j.crypto.provider", "org.apache.wss4j.common.crypto.Merlin");
        trusted.put("org.apache.wss4j.crypto.merlin.keystore.type", "PKCS12");
        trusted.put("org.apache.wss4j.crypto.merlin.keystore.file", certificates);
        trusted.put("org.apache.wss4j.crypto.merlin.keystore.password", "changeit");
        JaxWsServerFactoryBean factory = new JaxWsServerFactoryBean();
        factory.setServiceClass(IIntermediaryInboundExternalEC2.class);
        factory.setServiceBean(Receipts.of(IIntermediaryInboundExternalEC2.class, "submitFormTaskEC"));
        factory.setWsdlLocation(wsdl);
        String space = "http://www.altinn.no/services/Intermediary/Shipment/IntermediaryInbound/2010/10";
        factory.setServiceName(new QName(space, "IntermediaryInboundExternalEC2"));
        factory.setEndpointName(new QName(space, "CustomBinding_IIntermediaryInboundExternalEC2"));
        factory.setAddress(address);
        factory.getInInterceptors().add(new AbstractPhaseInterceptor<Message>(Phase.RECEIVE) {
            @Override
            public void handleMessage(Message message) { // a proxy ended TLS
                message.put(TLSSessionInfo.class, new TLSSessionInfo("TLS_AES_128_GCM_SHA256", null, null));
            }
        });
        Map<String, Object> security = new HashMap<>();
        // Messages are told apart by nanoseconds, of which the Basic Security Profile has none.
        security.put(SecurityConstants.IS_BSP_COMPLIANT, "false");
        security.put(SecurityConstants.IS_BSP_COMPLIANT + ".sct", "false");
        security.put(SecurityConstants.SIGNATURE_PROPERTIES + ".sct", trusted);
        security.put(SecurityConstants.SIGNATURE_PROPERTIES, trusted);
        factory.setProperties(security);
        factory.create();
    }

    /** Every user's password is the same. */
    private static CallbackHandler passwords(String password) {
        return callbacks -> {
            for (Callback c : callbacks) {
                if (c instanceof WSPasswordCallback p) {
                    p.setPassword(password);
                }
            }
        };
    }
}

package overgang.wss;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.wss4j.dom.WSConstants;
import org.apache.wss4j.dom.engine.WSSConfig;
import org.apache.wss4j.dom.engine.WSSecurityEngine;
import org.apache.wss4j.dom.engine.WSSecurityEngineResult;
import org.apache.wss4j.dom.handler.RequestData;
import org.apache.wss4j.dom.message.token.SignatureConfirmation;
import org.apache.wss4j.dom.validate.Validator;
import org.w3c.dom.Document;

/** Reads DIRECTORY/answer.xml, whose Security header the gateway wrote, with every rule of the Basic Security Profile on. */
public final class Check {
  public static void main(String[] arguments) throws Exception {
    WSSConfig.init();
    DocumentBuilderFactory f = DocumentBuilderFactory.newInstance();
    f.setNamespaceAware(true);
    Document doc;
    try (var in = Files.newInputStream(Path.of(arguments[0], "answer.xml"))) {
      doc = f.newDocumentBuilder().parse(in);
    }
    RequestData data = new RequestData();
    WSSConfig config = WSSConfig.getNewInstance();
    Validator whenever = (credential, request) -> credential; // its time is not now
    config.setValidator(WSConstants.TIMESTAMP, whenever);
    data.setWssConfig(config);
    List<WSSecurityEngineResult> results = new WSSecurityEngine().processSecurityHeader(doc, data).getResults();
    boolean timestamp = false;
    int confirmations = 0;
    for (WSSecurityEngineResult r : results) {
      int action = (Integer) r.get(WSSecurityEngineResult.TAG_ACTION);
      timestamp |= action == WSConstants.TS;
      if (action == WSConstants.SC) {
        byte[] value = ((SignatureConfirmation) r.get(WSSecurityEngineResult.TAG_SIGNATURE_CONFIRMATION)).getSignatureValue();
        if (!Arrays.equals(value, new byte[] {1, 2, 3})) {
          throw new IllegalStateException("confirms " + Arrays.toString(value));
        }
        confirmations++;
      }
    }
    if (!timestamp || confirmations != 1 || results.size() != 2) {
      throw new IllegalStateException("read " + results);
    }
    System.out.println("WSS4J reads the answer's Security header");
  }
}

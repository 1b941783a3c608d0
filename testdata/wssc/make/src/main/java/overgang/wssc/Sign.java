package overgang.wssc;

import java.io.ByteArrayInputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.apache.cxf.BusFactory;
import org.apache.cxf.ws.security.tokenstore.SecurityToken;
import org.apache.cxf.ws.security.trust.STSClient;
import org.apache.wss4j.common.WSEncryptionPart;
import org.apache.wss4j.common.derivedKey.ConversationConstants;
import org.apache.wss4j.common.token.SecurityTokenReference;
import org.apache.wss4j.common.bsp.BSPEnforcer;
import org.apache.wss4j.dom.WSConstants;
import org.apache.wss4j.dom.engine.WSSConfig;
import org.apache.wss4j.dom.message.WSSecDKSign;
import org.apache.wss4j.dom.message.WSSecHeader;
import org.apache.wss4j.dom.message.WSSecSignature;
import org.apache.wss4j.dom.message.WSSecTimestamp;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Reads DIRECTORY/answers as Apache CXF's client does, and writes DIRECTORY/calls, which WSS4J signs with the tokens. */
public final class Sign extends STSClient {
  private static final String ENVELOPE = "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Header/><s:Body/></s:Envelope>";
  private static final String WSC = "http://schemas.xmlsoap.org/ws/2005/02/sc";
  private final Path to;
  private Document doc;
  private WSSecHeader security;

  private Sign(Path to) {
    super(BusFactory.getDefaultBus());
    setNamespace("http://schemas.xmlsoap.org/ws/2005/02/trust");
    this.to = to;
  }

  public static void main(String[] arguments) throws Exception {
    WSSConfig.init();
    Sign s = new Sign(Path.of(arguments[0]));
    Files.createDirectories(s.to.resolve("calls"));
    s.calls("issue", s.token("issue", 256), true);
    s.calls("issue-128", s.token("issue-128", 128), false);
    s.calls("renew", s.token("renew", 256), false);
    System.exit(0);
  }

  private static Document parse(byte[] xml) throws Exception {
    DocumentBuilderFactory f = DocumentBuilderFactory.newInstance();
    f.setNamespaceAware(true);
    return f.newDocumentBuilder().parse(new ByteArrayInputStream(xml));
  }

  /** What CXF makes of an answer to the request of that name. */
  private SecurityToken token(String name, int keySize) throws Exception {
    Element answer = parse(Files.readAllBytes(to.resolve("answers/" + name + ".xml"))).getDocumentElement();
    Element request = parse(Files.readAllBytes(to.resolve("requests/" + name + ".xml"))).getDocumentElement();
    var secrets = request.getElementsByTagNameNS(request.getNamespaceURI(), "BinarySecret");
    byte[] entropy = secrets.getLength() == 0 ? null : Base64.getDecoder().decode(secrets.item(0).getTextContent());
    SecurityToken t = createSecurityToken(answer, entropy);
    String identifier = answer.getElementsByTagNameNS(WSC, "Identifier").item(0).getTextContent();
    demand(t.getId().equals(identifier), "identifier " + t.getId());
    demand(t.getSecret().length == keySize / 8, "key of " + t.getSecret().length);
    demand(Service.SCT.equals(t.getTokenType()), "type " + t.getTokenType());
    demand(t.getCreated() != null && t.getExpires().isAfter(t.getCreated()), "lifetime");
    // The BSP enforcer refuses references that are not as the profile wants them.
    String attached = new SecurityTokenReference(t.getAttachedReference(), new BSPEnforcer()).getReference().getURI();
    demand(attached.equals("#" + t.getToken().getAttributeNS(WSConstants.WSU_NS, "Id")), "attached " + attached);
    String unattached = new SecurityTokenReference(t.getUnattachedReference(), new BSPEnforcer()).getReference().getURI();
    demand(unattached.equals(identifier), "unattached " + unattached);
    return t;
  }

  private static void demand(boolean ok, String what) {
    if (!ok) {
      throw new IllegalStateException(what);
    }
  }

  private void calls(String name, SecurityToken t, boolean all) throws Exception {
    start(t);
    signature(t, t.getAttachedReference(), WSConstants.HMAC_SHA1);
    write(name + "-attached");
    if (!all) {
      return;
    }
    start(t);
    signature(t, t.getAttachedReference(), WSConstants.HMAC_SHA256);
    write(name + "-attached-sha256");
    start(null);
    signature(t, t.getUnattachedReference(), WSConstants.HMAC_SHA1);
    write(name + "-unattached");
    for (int length : new int[] {0, 20, 32, 64}) {
      start(t);
      derived(t, length);
      write(name + "-derived" + (length == 0 ? "" : "-" + length));
    }
  }

  private void start(SecurityToken t) throws Exception {
    doc = parse(ENVELOPE.getBytes(StandardCharsets.UTF_8));
    security = new WSSecHeader(doc);
    security.insertSecurityHeader();
    WSSecTimestamp stamp = new WSSecTimestamp(security);
    stamp.setTimeToLive(300);
    stamp.build();
    if (t != null) {
      Element header = security.getSecurityHeaderElement();
      header.insertBefore(doc.importNode(t.getToken(), true), header.getFirstChild());
    }
  }

  private void signature(SecurityToken t, Element reference, String algorithm) throws Exception {
    WSSecSignature s = new WSSecSignature(security);
    s.setSecretKey(t.getSecret());
    s.setKeyIdentifierType(WSConstants.CUSTOM_KEY_IDENTIFIER);
    s.setSecurityTokenReference(new SecurityTokenReference((Element) doc.importNode(reference, true), new BSPEnforcer()));
    s.setSignatureAlgorithm(algorithm);
    s.setSigCanonicalization(WSConstants.C14N_EXCL_OMIT_COMMENTS);
    s.prepare(null);
    s.getParts().add(new WSEncryptionPart("Timestamp", WSConstants.WSU_NS, ""));
    s.computeSignature(s.addReferencesToSign(s.getParts()), false, null);
  }

  private void derived(SecurityToken t, int length) throws Exception {
    WSSecDKSign s = new WSSecDKSign(security);
    s.setWscVersion(ConversationConstants.VERSION_05_02);
    s.setTokenIdentifier(t.getToken().getAttributeNS(WSConstants.WSU_NS, "Id"));
    s.setCustomValueType(Service.SCT);
    s.setSignatureAlgorithm(WSConstants.HMAC_SHA1);
    s.setSigCanonicalization(WSConstants.C14N_EXCL_OMIT_COMMENTS);
    if (length > 0) {
      s.setDerivedKeyLength(length);
    }
    s.getParts().add(new WSEncryptionPart("Timestamp", WSConstants.WSU_NS, ""));
    s.prepare(t.getSecret());
    s.computeSignature(s.addReferencesToSign(s.getParts()));
    s.prependDKElementToHeader();
    Element header = security.getSecurityHeaderElement(); // the token stands before what refers to it
    header.insertBefore(header.getElementsByTagNameNS(WSC, "SecurityContextToken").item(0), header.getFirstChild());
  }

  private void write(String name) throws Exception {
    Transformer t = TransformerFactory.newInstance().newTransformer();
    t.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
    StringWriter xml = new StringWriter();
    t.transform(new DOMSource(doc), new StreamResult(xml));
    Files.writeString(to.resolve("calls/" + name + ".xml"), xml + "\n");
  }
}

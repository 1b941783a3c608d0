package overgang.wss;

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
import org.apache.wss4j.common.WSEncryptionPart;
import org.apache.wss4j.common.crypto.Merlin;
import org.apache.wss4j.common.derivedKey.ConversationConstants;
import org.apache.wss4j.dom.WSConstants;
import org.apache.wss4j.dom.engine.WSSConfig;
import org.apache.wss4j.dom.message.WSSecDKSign;
import org.apache.wss4j.dom.message.WSSecHeader;
import org.apache.wss4j.dom.message.WSSecSecurityContextToken;
import org.apache.wss4j.dom.message.WSSecSignature;
import org.apache.wss4j.dom.message.WSSecTimestamp;
import org.apache.wss4j.dom.message.WSSecUsernameToken;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Writes DIRECTORY/certificates and DIRECTORY/wss4j/*.txtar, one message a file. */
public final class Make {
  static final String WSA = "http://www.w3.org/2005/08/addressing";
  static final String SCT = "http://schemas.xmlsoap.org/ws/2005/02/sc/sct";
  static final String CONTEXT = "urn:uuid:6f1c1e0a-5a52-4a0e-9f0b-2f4a6a3d7c11";
  static final byte[] SECRET = Base64.getDecoder().decode("b3Zlcmdhbmcgc2Vzc2lvbiBrZXkgb2YgMzIgYnl0ZXM=");
  static final String ENVELOPE = "<soap:Envelope xmlns:soap=\"http://www.w3.org/2003/05/soap-envelope\">\n  <soap:Header>"
      + "<Action xmlns=\"" + WSA + "\">urn:test</Action><MessageID xmlns=\"" + WSA + "\">urn:uuid:1</MessageID>"
      + "<To xmlns=\"" + WSA + "\">https://gateway.example/Service.svc?a=1&amp;b=2</To></soap:Header>\n"
      + "  <soap:Body><t:Test xmlns:t=\"urn:t\"/></soap:Body>\n</soap:Envelope>";

  private final Path to;
  private final Merlin crypto = new Merlin();
  private Document doc;
  private WSSecHeader security;
  private String tokenId;

  private Make(Path to) throws Exception {
    this.to = to.resolve("wss4j");
    Files.createDirectories(this.to);
    Files.createDirectories(to.resolve("certificates"));
    crypto.setKeyStore(new Certificates(to.resolve("certificates")).store);
  }

  public static void main(String[] arguments) throws Exception {
    WSSConfig.init();
    Make make = new Make(Path.of(arguments[0]));
    make.certificates();
    make.contexts();
    make.users();
  }

  /** Signatures by certificates: every key reference and algorithm, and some that must be refused. */
  private void certificates() throws Exception {
    Object[][] references = {{"direct", WSConstants.BST_DIRECT_REFERENCE}, {"thumbprint", WSConstants.THUMBPRINT_IDENTIFIER},
        {"issuer-serial", WSConstants.ISSUER_SERIAL}, {"issuer-serial-quoted", WSConstants.ISSUER_SERIAL_QUOTE_FORMAT},
        {"subject-key", WSConstants.SKI_KEY_IDENTIFIER}};
    for (Object[] reference : references) {
      for (String hash : new String[] {"sha1", "sha256"}) {
        for (boolean prefixes : new boolean[] {true, false}) {
          start();
          timestamp();
          certificate("enterprise", (Integer) reference[1], hash, prefixes, "Timestamp", "To");
          write("certificate-" + reference[0] + "-" + hash + (prefixes ? "" : "-no-prefixes"), "bootstrap", "certificate enterprise");
        }
      }
    }
    refused("embedded-certificate", "enterprise", WSConstants.X509_KEY_IDENTIFIER, "wsse:UnsupportedSecurityToken", "Timestamp", "To");
    refused("key-value", "enterprise", WSConstants.KEY_VALUE, "wsse:InvalidSecurity", "Timestamp", "To");
    refused("body-signed", "enterprise", WSConstants.BST_DIRECT_REFERENCE, "wsse:InvalidSecurity", "Timestamp", "To", "Body");
    refused("to-unsigned", "enterprise", WSConstants.BST_DIRECT_REFERENCE, "wsse:InvalidSecurity", "Timestamp");
    refused("timestamp-unsigned", "enterprise", WSConstants.BST_DIRECT_REFERENCE, "wsse:InvalidSecurity", "To");
    refused("stranger-direct", "stranger", WSConstants.BST_DIRECT_REFERENCE, "wsse:FailedAuthentication", "Timestamp", "To");
    refused("stranger-thumbprint", "stranger", WSConstants.THUMBPRINT_IDENTIFIER, "wsse:SecurityTokenUnavailable", "Timestamp", "To");
    refused("token-by-transform", "enterprise", WSConstants.BST_DIRECT_REFERENCE, "wsse:UnsupportedAlgorithm", "Timestamp", "To", "STRTransform");
    start();
    timestamp();
    timestamp();
    certificate("enterprise", WSConstants.BST_DIRECT_REFERENCE, "sha256", true, "Timestamp", "To");
    write("two-timestamps", "bootstrap", "refused wsse:InvalidSecurity");
    start();
    timestamp();
    for (int i = 0; i < 3; i++) {
      certificate("enterprise", WSConstants.THUMBPRINT_IDENTIFIER, "sha256", true, "Timestamp", "To");
    }
    write("three-signatures", "bootstrap", "refused wsse:InvalidSecurity");
    start();
    timestamp();
    certificate("enterprise", WSConstants.THUMBPRINT_IDENTIFIER, "sha1", true, "Timestamp", "To");
    certificate("enterprise", WSConstants.BST_DIRECT_REFERENCE, "sha256", true, "Timestamp");
    write("certificate-two-signatures", "bootstrap", "certificate enterprise");
  }

  private void refused(String name, String alias, int reference, String code, String... parts) throws Exception {
    start();
    timestamp();
    certificate(alias, reference, "sha256", true, parts);
    write(name, "bootstrap", "refused " + code);
  }

  /** Signatures by session keys and keys derived from them. */
  private void contexts() throws Exception {
    for (String hash : new String[] {"sha1", "sha256"}) {
      for (String[] parts : new String[][] {{"Timestamp"}, {"Timestamp", "To"}}) {
        start();
        timestamp();
        context();
        WSSecSignature s = new WSSecSignature(security);
        s.setSecretKey(SECRET);
        s.setCustomTokenId(tokenId);
        s.setCustomTokenValueType(SCT);
        s.setKeyIdentifierType(WSConstants.CUSTOM_SYMM_SIGNING);
        sign(s, hash, true, parts);
        write("context-" + hash + (parts.length > 1 ? "-to" : ""), "call", "context " + CONTEXT);
      }
      start();
      timestamp();
      WSSecSignature s = new WSSecSignature(security);
      s.setSecretKey(SECRET);
      s.setCustomTokenId(CONTEXT);
      s.setCustomTokenValueType(SCT);
      s.setKeyIdentifierType(WSConstants.CUSTOM_SYMM_SIGNING_DIRECT);
      sign(s, hash, false, "Timestamp");
      write("context-" + hash + "-unattached", "call", "context " + CONTEXT);
      start();
      timestamp();
      context();
      derived(hash);
      write("derived-" + hash, "call", "derived " + CONTEXT);
    }
  }

  private void derived(String hash) throws Exception {
    WSSecDKSign s = new WSSecDKSign(security);
    s.setWscVersion(ConversationConstants.VERSION_05_02);
    s.setTokenIdentifier(tokenId);
    s.setCustomValueType(SCT);
    s.setSignatureAlgorithm(hash.equals("sha1") ? WSConstants.HMAC_SHA1 : WSConstants.HMAC_SHA256);
    s.setDigestAlgorithm(hash.equals("sha1") ? WSConstants.SHA1 : WSConstants.SHA256);
    s.setSigCanonicalization(WSConstants.C14N_EXCL_OMIT_COMMENTS);
    s.getParts().add(new WSEncryptionPart("Timestamp", WSConstants.WSU_NS, ""));
    s.prepare(SECRET);
    s.computeSignature(s.addReferencesToSign(s.getParts()));
    s.prependDKElementToHeader();
    moveBefore(tokenId, s.getId());
  }

  /** Tokens stand before what refers to them. */
  private void moveBefore(String first, String second) {
    Element header = security.getSecurityHeaderElement();
    header.insertBefore(byId(first), byId(second));
  }

  private Element byId(String id) {
    for (var n = security.getSecurityHeaderElement().getFirstChild(); n != null; n = n.getNextSibling()) {
      if (n instanceof Element e && e.getAttributeNS(WSConstants.WSU_NS, "Id").equals(id)) {
        return e;
      }
    }
    throw new IllegalStateException(id);
  }

  /** User names. */
  private void users() throws Exception {
    for (String type : new String[] {"text", "digest", "text-nonce", "text-no-timestamp"}) {
      start();
      if (!type.endsWith("no-timestamp")) {
        timestamp();
      }
      WSSecUsernameToken u = new WSSecUsernameToken(security);
      u.setPasswordType(type.equals("digest") ? WSConstants.PASSWORD_DIGEST : WSConstants.PASSWORD_TEXT);
      u.setUserInfo("ola<nordmann>", "p&ss \"wørd\"");
      if (type.endsWith("nonce")) {
        u.addNonce();
        u.addCreated();
      }
      u.build();
      write("user-" + type, "user", type.equals("digest") ? "refused wsse:FailedAuthentication" : "user ola<nordmann>");
    }
  }

  private void start() throws Exception {
    DocumentBuilderFactory f = DocumentBuilderFactory.newInstance();
    f.setNamespaceAware(true);
    doc = f.newDocumentBuilder().parse(new ByteArrayInputStream(ENVELOPE.getBytes(StandardCharsets.UTF_8)));
    security = new WSSecHeader(doc);
    security.insertSecurityHeader();
  }

  private void timestamp() throws Exception {
    WSSecTimestamp t = new WSSecTimestamp(security);
    t.setTimeToLive(300);
    t.build();
  }

  private void context() throws Exception {
    WSSecSecurityContextToken t = new WSSecSecurityContextToken(security, null);
    t.setWscVersion(ConversationConstants.VERSION_05_02);
    t.setIdentifier(CONTEXT);
    t.prepare(crypto);
    Element cookie = doc.createElementNS("http://schemas.microsoft.com/ws/2006/05/security", "sec:Cookie");
    cookie.setAttributeNS(WSConstants.XMLNS_NS, "xmlns:sec", cookie.getNamespaceURI());
    cookie.setTextContent("c2VhbGVk");
    t.getSct().getElement().appendChild(cookie);
    t.prependSCTElementToHeader();
    tokenId = t.getSctId();
  }

  private void certificate(String alias, int reference, String hash, boolean prefixes, String... parts) throws Exception {
    WSSecSignature s = new WSSecSignature(security);
    s.setUserInfo(alias, new String(Certificates.PASSWORD));
    s.setKeyIdentifierType(reference);
    s.setSignatureAlgorithm(hash.equals("sha1") ? WSConstants.RSA_SHA1 : WSConstants.RSA_SHA256);
    sign(s, hash, prefixes, parts);
  }

  private void sign(WSSecSignature s, String hash, boolean prefixes, String... parts) throws Exception {
    if (s.getCustomTokenId() != null) {
      s.setSignatureAlgorithm(hash.equals("sha1") ? WSConstants.HMAC_SHA1 : WSConstants.HMAC_SHA256);
    }
    s.setDigestAlgo(hash.equals("sha1") ? WSConstants.SHA1 : WSConstants.SHA256);
    s.setSigCanonicalization(WSConstants.C14N_EXCL_OMIT_COMMENTS);
    s.setAddInclusivePrefixes(prefixes);
    for (String part : parts) {
      String space = switch (part) {
        case "Timestamp" -> WSConstants.WSU_NS;
        case "To" -> WSA;
        case "Body" -> WSConstants.URI_SOAP12_ENV;
        default -> "";
      };
      s.getParts().add(new WSEncryptionPart(part, space, "Element"));
    }
    s.build(crypto);
  }

  private void write(String name, String policy, String expected) throws Exception {
    Transformer t = TransformerFactory.newInstance().newTransformer();
    t.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
    StringWriter xml = new StringWriter();
    t.transform(new DOMSource(doc), new StreamResult(xml));
    Files.writeString(to.resolve(name + ".txtar"),
        "Made by Apache WSS4J 4.0.0.\npolicy: " + policy + "\nexpect: " + expected + "\n-- message.xml --\n" + xml + "\n");
  }
}

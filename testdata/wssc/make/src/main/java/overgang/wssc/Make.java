package overgang.wssc;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.cxf.ws.security.tokenstore.SecurityToken;
import org.apache.cxf.ws.security.trust.STSClient;
import org.apache.wss4j.common.derivedKey.ConversationConstants;
import org.apache.wss4j.common.derivedKey.DerivedKeyUtils;
import org.apache.wss4j.common.derivedKey.P_SHA1;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Writes DIRECTORY/psha1.txt, derived.txt and requests/*.xml: what WSS4J computes, and what Apache CXF asks for. */
public final class Make {
  private static final Random CHANCE = new Random(20261122);

  public static void main(String[] arguments) throws Exception {
    java.util.logging.LogManager.getLogManager().reset(); // what is answered is nothing, and CXF says so
    Path to = Path.of(arguments[0]);
    keys(to.resolve("psha1.txt"));
    derived(to.resolve("derived.txt"));
    Files.createDirectories(to.resolve("requests"));
    requests(to.resolve("requests"));
    System.exit(0); // CXF's transport leaves threads behind
  }

  private static byte[] bytes(int length) {
    byte[] b = new byte[length];
    CHANCE.nextBytes(b);
    return b;
  }

  private static String base64(byte[] b) {
    return Base64.getEncoder().encodeToString(b);
  }

  /** Lines of secret, seed, offset, length and key. */
  private static void keys(Path file) throws Exception {
    StringBuilder out = new StringBuilder("# secret seed offset length key\n");
    for (int i = 0; i < 100; i++) {
      byte[] secret = bytes(i % 5 == 0 ? 32 : 16 + CHANCE.nextInt(113));
      byte[] seed = bytes(i % 5 == 0 ? 32 : 16 + CHANCE.nextInt(113));
      int offset = i < 20 ? 0 : CHANCE.nextInt(1025);
      int length = i < 20 ? 32 : 16 + CHANCE.nextInt(49);
      byte[] key = new P_SHA1().createKey(secret, seed, offset, length);
      out.append(base64(secret)).append(' ').append(base64(seed)).append(' ').append(offset).append(' ').append(length).append(' ')
          .append(base64(key)).append('\n');
    }
    Files.writeString(file, out.toString(), StandardCharsets.US_ASCII);
  }

  /** Lines of secret, label, nonce, offset, length and key; the label - is the default one. */
  private static void derived(Path file) throws Exception {
    StringBuilder out = new StringBuilder("# secret label nonce offset length key\n");
    for (int i = 0; i < 60; i++) {
      byte[] secret = bytes(32);
      byte[] nonce = bytes(16 + i % 4 * 8);
      String label = i % 2 == 0 ? "-" : "Label-" + i + (i % 3 == 0 ? "æøå" : "");
      int offset = CHANCE.nextInt(257);
      int length = 16 + CHANCE.nextInt(49);
      byte[] key = DerivedKeyUtils.deriveKey(ConversationConstants.DerivationAlgorithm.P_SHA_1,
          label.equals("-") ? ConversationConstants.DEFAULT_LABEL + ConversationConstants.DEFAULT_LABEL : label, length, secret, nonce, offset);
      out.append(base64(secret)).append(' ').append(label).append(' ').append(base64(nonce)).append(' ').append(offset).append(' ').append(length)
          .append(' ').append(base64(key)).append('\n');
    }
    Files.writeString(file, out.toString(), StandardCharsets.UTF_8);
  }

  private static void requests(Path to) throws Exception {
    try (Service service = new Service()) {
      STSClient client = service.client();
      record(service, to, "issue", () -> client.requestSecurityToken("https://gateway.example/Service.svc"));
      client.setTokenType(Service.SCT); // CXF then states the type twice
      record(service, to, "issue-type-twice", () -> client.requestSecurityToken("https://gateway.example/Service.svc"));
      client.setTokenType(null);
      client.setKeySize(128);
      record(service, to, "issue-128", () -> client.requestSecurityToken());
      client.setKeySize(256);
      client.setRequiresEntropy(false);
      record(service, to, "issue-no-entropy", () -> client.requestSecurityToken());
      client.setRequiresEntropy(true);
      record(service, to, "renew", () -> client.renewSecurityToken(token()));
      client.setTokenType(Service.SCT);
      record(service, to, "renew-typed", () -> client.renewSecurityToken(token()));
    }
  }

  private interface Step {
    void run() throws Exception;
  }

  /** The service answers nothing of use: only the question counts. */
  private static void record(Service service, Path to, String name, Step step) throws Exception {
    service.answer("<nothing/>");
    try {
      step.run();
    } catch (Exception expected) {
      if (service.asked() == null) {
        throw expected;
      }
    }
    Files.writeString(to.resolve(name + ".xml"), service.asked() + "\n", StandardCharsets.UTF_8);
  }

  /** A token whose identifier and cookie a test puts in. */
  private static SecurityToken token() throws Exception {
    DocumentBuilderFactory f = DocumentBuilderFactory.newInstance();
    f.setNamespaceAware(true);
    Document doc = f.newDocumentBuilder().newDocument();
    Element token = doc.createElementNS("http://schemas.xmlsoap.org/ws/2005/02/sc", "c:SecurityContextToken");
    Element identifier = doc.createElementNS(token.getNamespaceURI(), "c:Identifier");
    identifier.setTextContent("IDENTIFIER");
    token.appendChild(identifier);
    Element cookie = doc.createElementNS("http://schemas.microsoft.com/ws/2006/05/security", "dnse:Cookie");
    cookie.setTextContent("COOKIE");
    token.appendChild(cookie);
    doc.appendChild(token);
    SecurityToken t = new SecurityToken("IDENTIFIER", token, null);
    t.setIssuerAddress("https://gateway.example/Service.svc");
    return t;
  }
}

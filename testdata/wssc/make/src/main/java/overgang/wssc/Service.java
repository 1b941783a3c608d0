package overgang.wssc;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.apache.cxf.BusFactory;
import org.apache.cxf.ws.security.trust.STSClient;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** A token service that keeps what is asked and answers what it is told. */
final class Service implements AutoCloseable {
  static final String SCT = "http://schemas.xmlsoap.org/ws/2005/02/sc/sct";
  private static final String SOAP = "http://www.w3.org/2003/05/soap-envelope";
  private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  private volatile String answer;
  private volatile String asked;

  Service() throws Exception {
    server.createContext("/", exchange -> {
      try {
        asked = body(exchange.getRequestBody().readAllBytes());
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
      byte[] out = ("<s:Envelope xmlns:s=\"" + SOAP + "\"><s:Body>" + answer + "</s:Body></s:Envelope>").getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/soap+xml; charset=utf-8");
      exchange.sendResponseHeaders(200, out.length);
      exchange.getResponseBody().write(out);
      exchange.close();
    });
    server.start();
  }

  /** A client for secure conversation, with no policy: only the bodies count. */
  STSClient client() {
    STSClient c = new STSClient(BusFactory.getDefaultBus());
    c.setLocation("http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + server.getAddress().getPort() + "/");
    c.setSoap12();
    c.setNamespace("http://schemas.xmlsoap.org/ws/2005/02/trust");
    c.setAddressingNamespace("http://www.w3.org/2005/08/addressing");
    c.setSecureConv(true);
    return c;
  }

  void answer(String body) {
    answer = body;
    asked = null;
  }

  String asked() {
    return asked;
  }

  private static String body(byte[] envelope) throws Exception {
    DocumentBuilderFactory f = DocumentBuilderFactory.newInstance();
    f.setNamespaceAware(true);
    Document doc = f.newDocumentBuilder().parse(new ByteArrayInputStream(envelope));
    Element body = (Element) doc.getElementsByTagNameNS(SOAP, "Body").item(0);
    Transformer t = TransformerFactory.newInstance().newTransformer();
    t.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
    StringWriter xml = new StringWriter();
    t.transform(new DOMSource(body.getFirstChild()), new StreamResult(xml));
    return xml.toString();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

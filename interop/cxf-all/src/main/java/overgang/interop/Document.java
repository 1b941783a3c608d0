package overgang.interop;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * A WSDL document: one that was served, or such a one with an operation in another spelling, as some clients' copies
 * have it. The file of the latter is named for both: ENDPOINT-SPELLING.wsdl.
 */
record Document(Path file, String endpoint, String spelling, Flavour flavour, boolean streamed, String path, List<String> operations) {
    private static final String WSDL = "http://schemas.xmlsoap.org/wsdl/";

    /** All documents of a folder. */
    static List<Document> in(Path folder) throws Exception {
        List<Document> list = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".wsdl")).sorted().toList()) {
                list.add(read(file));
            }
        }
        return list;
    }

    static Document read(Path file) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        org.w3c.dom.Document xml = factory.newDocumentBuilder().parse(file.toFile());
        String text = Files.readString(file);
        String[] name = file.getFileName().toString().replace(".wsdl", "").split("-", 2);
        List<String> operations = new ArrayList<>();
        NodeList found = ((Element) xml.getElementsByTagNameNS(WSDL, "portType").item(0)).getElementsByTagNameNS(WSDL, "operation");
        for (int i = 0; i < found.getLength(); i++) {
            operations.add(((Element) found.item(i)).getAttribute("name"));
        }
        Element address = (Element) xml.getElementsByTagNameNS("*", "address").item(0);
        Flavour flavour = text.contains("SecureConversationToken") ? Flavour.EC2
                : text.contains("UsernameToken") ? Flavour.WS : Flavour.BASIC;
        return new Document(file, name[0], name.length > 1 ? name[1] : "", flavour, text.contains("OptimizedMimeSerialization"),
                URI.create(address.getAttribute("location")).getPath(), operations);
    }

    /** The package below which its classes are generated. */
    String packages() {
        return Generate.PACKAGES + file.getFileName().toString().replace(".wsdl", "").replace("-", "_").toLowerCase();
    }

    /** The namespaces that its schemas and definitions declare things in. */
    Set<String> namespaces() throws IOException {
        Set<String> all = new LinkedHashSet<>();
        Matcher found = Pattern.compile("targetNamespace=\"([^\"]+)\"").matcher(Files.readString(file));
        while (found.find()) {
            all.add(found.group(1));
        }
        return all;
    }
}

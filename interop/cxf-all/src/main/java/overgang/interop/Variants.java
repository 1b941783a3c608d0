package overgang.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Documents that are not served, made of those that are. */
final class Variants {
    /** An answer or a fault that fits the served schemas does not fit these. */
    static final String NARROWED = "narrowed";

    private Variants() {}

    /** A line of a list of the contracts' further spellings, without comments. */
    static List<String[]> lines(Path list) throws IOException {
        List<String[]> lines = new ArrayList<>();
        for (String line : Files.readAllLines(list)) {
            line = line.replaceAll("#.*", "").trim();
            if (!line.isEmpty()) {
                lines.add(line.split("\\s+"));
            }
        }
        return lines;
    }

    /** Writes a document for each further spelling of an operation: endpoint, operation, spelling. */
    static void spell(Path folder, Path spellings) throws IOException {
        for (String[] line : lines(spellings)) {
            String text = Files.readString(folder.resolve(line[0] + ".wsdl"));
            Matcher name = Pattern.compile("(?<!\\w)" + line[1] + "(?=Response|Result|AltinnFault|_|\\b)").matcher(text);
            Matcher fault = Pattern.compile("_" + line[1] + "(?=Response|_|\\b)").matcher(name.replaceAll(line[2]));
            Files.writeString(folder.resolve(line[0] + "-" + line[2] + ".wsdl"), fault.replaceAll("_" + line[2]));
        }
    }

    /** Writes documents against which what is answered is invalid: a client that validates has to say so. */
    static void narrow(Path folder) throws IOException {
        narrow(folder, "SystemAuthentication", "<xs:enumeration value=\"Ok\"", "<xs:enumeration value=\"Okay\"");
        narrow(folder, "ReceiptExternalBasic", "name=\"ErrorID\" type=\"xs:int\"", "name=\"ErrorID\" type=\"xs:boolean\"");
    }

    private static void narrow(Path folder, String endpoint, String from, String to) throws IOException {
        String text = Files.readString(folder.resolve(endpoint + ".wsdl"));
        if (!text.contains(from)) {
            throw new IllegalStateException(endpoint + " has no " + from);
        }
        Files.writeString(folder.resolve(endpoint + "-" + NARROWED + ".wsdl"), text.replace(from, to));
    }
}

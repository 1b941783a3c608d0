package overgang.interop;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** That nothing was left out: of the front page, of the documents, of the published table, and of the further spellings. */
final class Coverage {
    private static final Pattern ENDPOINT = Pattern.compile("<td>(\\w+)</td>\\s*<td>(basic|ws|ec2), SOAP [^<]*</td>.*?<td>(<code>.*?)</td>", Pattern.DOTALL);

    private Coverage() {}

    static Path addresses(Path repository) {
        return repository.resolve("wsdl/contracts/addresses.txt");
    }

    static Path spellings(Path repository) {
        return repository.resolve("wsdl/contracts/spellings.txt");
    }

    static void check(Checks checks, List<Document> documents, Table table, Path repository, Path frontPage) throws Exception {
        List<Document> served = documents.stream().filter(d -> d.spelling().isEmpty()).toList();
        front(checks, documents, frontPage);
        List<String> missing = new ArrayList<>();
        int operations = 0;
        for (Document document : served) {
            for (String operation : document.operations()) {
                operations++;
                expect(table, document.flavour(), document.path(), operation, missing);
            }
        }
        checks.that("all " + operations + " operations of " + served.size() + " documents were called", missing.isEmpty(), missing);
        published(checks, table, repository);
        spelled(checks, table, served, repository);
    }

    /** The front page lists the documents that were fetched, and their operations with the further spellings. */
    private static void front(Checks checks, List<Document> documents, Path page) throws Exception {
        Map<String, Set<String>> listed = new TreeMap<>();
        Matcher row = ENDPOINT.matcher(Files.readString(page));
        while (row.find()) {
            Set<String> operations = listed.computeIfAbsent(row.group(1), k -> new TreeSet<>());
            Matcher code = Pattern.compile("<code>(\\w+)</code>").matcher(row.group(3));
            while (code.find()) {
                operations.add(code.group(1));
            }
        }
        Map<String, Set<String>> known = new TreeMap<>();
        for (Document document : documents) {
            Set<String> operations = known.computeIfAbsent(document.endpoint(), k -> new TreeSet<>());
            if (document.spelling().isEmpty()) {
                operations.addAll(document.operations());
            } else if (!document.spelling().equals(Variants.NARROWED)) {
                operations.add(document.spelling());
            }
        }
        checks.that("the front page lists " + known.size() + " endpoints and what they have", listed.equals(known), listed + " instead of " + known);
    }

    private static void published(Checks checks, Table table, Path repository) throws Exception {
        List<String> rows = Files.readAllLines(repository.resolve("testdata/contracts/endpoints.csv"));
        List<String> missing = new ArrayList<>();
        for (String row : rows.subList(1, rows.size())) {
            String[] columns = row.trim().split(",");
            expect(table, Flavour.of(columns[2]), columns[4], columns[3], missing);
        }
        checks.that("all " + (rows.size() - 1) + " rows of the published table were called, each at its address", missing.isEmpty(), missing);
    }

    private static void spelled(Checks checks, Table table, List<Document> served, Path repository) throws Exception {
        List<String> missing = new ArrayList<>();
        int spellings = 0;
        for (String[] line : Variants.lines(spellings(repository))) {
            Document document = served.stream().filter(d -> d.endpoint().equals(line[0])).findFirst().orElseThrow();
            expect(table, document.flavour(), document.path(), line[2], missing);
            spellings++;
        }
        for (String[] line : Variants.lines(addresses(repository))) {
            Document document = served.stream().filter(d -> d.endpoint().equals(line[1])).findFirst().orElseThrow();
            for (String operation : document.operations()) {
                expect(table, document.flavour(), line[0], operation, missing);
            }
            spellings++;
        }
        checks.that("all " + spellings + " further spellings of operations and addresses were called", missing.isEmpty(), missing);
    }

    private static void expect(Table table, Flavour flavour, String path, String operation, List<String> missing) {
        if (!table.has(flavour, path, operation)) {
            missing.add(flavour + " " + path + " " + operation);
        }
    }
}

package overgang.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What came of each call: endpoint × operation → outcome. */
final class Table {
    enum Outcome {
        ANSWERED("answered"),
        FAILED("FAILED");

        final String word;

        Outcome(String word) {
            this.word = word;
        }
    }

    /** An operation at an address. */
    private record Key(Flavour flavour, String path, String operation) {}

    private static final class Row {
        int calls;
        Outcome outcome;
        final List<String> remarks = new ArrayList<>();
    }

    private final Map<Key, Row> rows = new LinkedHashMap<>();

    void add(Flavour flavour, String path, String operation, Outcome outcome, String remark) {
        Row row = rows.computeIfAbsent(new Key(flavour, path, operation), k -> new Row());
        row.calls++;
        if (row.outcome == null || outcome == Outcome.FAILED) {
            row.outcome = outcome;
        }
        if (!remark.isEmpty() && !row.remarks.contains(remark)) {
            row.remarks.add(remark);
        }
        if (outcome == Outcome.FAILED) {
            System.out.printf("FAIL %s %s %s: %s%n", flavour, path, operation, remark);
        }
    }

    boolean has(Flavour flavour, String path, String operation) {
        return rows.keySet().stream()
                .anyMatch(k -> k.flavour == flavour && k.path.equals(path) && k.operation.equals(operation));
    }

    long count(Outcome outcome) {
        return rows.values().stream().filter(r -> r.outcome == outcome).count();
    }

    int calls() {
        return rows.values().stream().mapToInt(r -> r.calls).sum();
    }

    void write(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("flavour\taddress\toperation\toutcome\tcalls\tremarks");
        rows.forEach((key, row) -> lines.add(String.join("\t", key.flavour.name().toLowerCase(), key.path, key.operation,
                row.outcome.word, Integer.toString(row.calls), String.join("; ", row.remarks))));
        Files.write(file, lines);
    }

    void print() {
        rows.forEach((key, row) -> System.out.printf("     %-5s %-72s %-46s %s%s%n", key.flavour.name().toLowerCase(), key.path,
                key.operation, row.outcome.word, row.remarks.isEmpty() ? "" : ": " + String.join("; ", row.remarks)));
    }
}

package overgang.interop;

import static overgang.interop.Environment.get;

import java.nio.file.Path;
import java.util.List;

/** Calls every operation of every endpoint with the generated clients. */
public final class AllOperations {
    private AllOperations() {}

    /** DOCUMENTS CLASSES REPOSITORY, and the folder that has the front page and gets the tables. */
    public static void main(String[] args) throws Exception {
        List<Document> documents = Document.in(Path.of(args[0]));
        Clients clients = new Clients(documents, Path.of(args[1]));
        Path repository = Path.of(args[2]);
        Path build = Path.of(args[3]);
        Table table = new Table();
        Checks checks = new Checks();

        for (Flavour flavour : Flavour.values()) {
            long begun = System.nanoTime();
            Caller caller = new Caller(flavour, clients, table);
            everything(caller);
            Spellings.call(caller, clients, repository);
            System.out.printf("     %s: %.1f s%n", flavour, (System.nanoTime() - begun) / 1e9);
        }
        table.print();
        table.write(build.resolve("table.tsv"));
        checks.that("all " + table.calls() + " calls are answered", table.count(Table.Outcome.FAILED) == 0,
                table.count(Table.Outcome.FAILED) + " operations failed");
        Coverage.check(checks, documents, table, repository, build.resolve("index.html"));
        Nonsense nonsense = new Nonsense();
        nonsense.call(clients);
        nonsense.check(checks, build.resolve("nonsense.tsv"));
        Validation.check(checks, clients);
        checks.done("cxf-all");
    }

    private static void everything(Caller caller) throws Exception {
        Submissions submissions = new Submissions(caller);
        Registers registers = new Registers(caller);
        Receipts receipts = new Receipts(caller);
        Inbox inbox = new Inbox(caller);
        Messages messages = new Messages(caller);

        registers.ask();
        submissions.status();
        int caseNumber = registers.startCase();
        Submissions.Sent archived = submissions.archived(caseNumber);
        receipts.read(archived);
        receipts.change(archived);
        inbox.list(archived, caseNumber);
        registers.endCase(caseNumber);

        Submissions.Sent open = submissions.open();
        submissions.complete(open, inbox.open(open));
        inbox.delete(submissions.open());

        Owner owner = new Owner();
        int answer = owner.send("CXF-ALL-1", true, archived.archived());
        inbox.messages(archived);
        messages.read(answer);
        messages.archive(answer);
        messages.delete(owner.send("CXF-ALL-2", false, ""));
        new Archive(caller).read(archived, answer);

        new Process(caller).run();
        new Transfers(caller).run();
    }
}

package overgang.interop;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.apache.cxf.tools.common.ToolContext;
import org.apache.cxf.tools.wsdlto.WSDLToJava;

/** Makes a client of each document with wsdl2java, and compiles them all: DOCUMENTS SOURCES CLASSES SPELLINGS. */
public final class Generate {
    /** Above each document's own package: types of a name differ between endpoints. */
    static final String PACKAGES = "overgang.all.";

    private Generate() {}

    public static void main(String[] args) throws Exception {
        Path documents = Path.of(args[0]);
        Path sources = Path.of(args[1]);
        Variants.spell(documents, Path.of(args[3]));
        Variants.narrow(documents);
        List<Document> all = Document.in(documents);
        for (Document document : all) {
            generate(document, sources);
        }
        compile(sources, Files.createDirectories(Path.of(args[2])));
        System.out.printf("     clients of %d documents generated and compiled%n", all.size());
    }

    private static void generate(Document document, Path sources) throws Exception {
        List<String> args = new ArrayList<>(List.of("-d", sources.toString(), "-quiet", "-exsh", "true"));
        int n = 0;
        for (String namespace : document.namespaces()) {
            args.addAll(List.of("-p", namespace + "=" + document.packages() + ".n" + n++));
        }
        args.add(document.file().toUri().toString());
        new WSDLToJava(args.toArray(String[]::new)).run(new ToolContext());
    }

    private static void compile(Path sources, Path classes) throws Exception {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null); Stream<Path> found = Files.walk(sources)) {
            List<Path> java = found.filter(f -> f.toString().endsWith(".java")).toList();
            List<String> options = List.of("-proc:none", "-nowarn", "-encoding", "UTF-8", "-d", classes.toString());
            if (!compiler.getTask(null, files, null, options, null, files.getJavaFileObjectsFromPaths(java)).call()) {
                throw new IllegalStateException("the generated classes do not compile");
            }
        }
    }
}

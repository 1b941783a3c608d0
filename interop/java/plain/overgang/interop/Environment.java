package overgang.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The variables of demo.env. */
final class Environment {
    private Environment() {}

    static String get(String name) {
        String value = System.getenv(name);
        if (value == null) {
            throw new IllegalStateException(name + " is not set: load demo.env first");
        }
        return value;
    }

    static byte[] form() throws IOException {
        return Files.readAllBytes(Path.of(get("DEMO_FORM")));
    }
}

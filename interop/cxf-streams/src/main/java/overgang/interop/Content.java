package overgang.interop;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;

/** A file to send, and what its bytes come to. */
record Content(Path path, long size, String sha256) {
    /** Random bytes, so that nothing on the way can be lucky. */
    static Content make(long size) throws Exception {
        Path path = Files.createTempFile("content", ".bin");
        path.toFile().deleteOnExit();
        Random random = new Random();
        byte[] piece = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(path)) {
            for (long left = size; left > 0; left -= piece.length) {
                random.nextBytes(piece);
                out.write(piece, 0, (int) Math.min(left, piece.length));
            }
        }
        try (InputStream in = Files.newInputStream(path)) {
            return new Content(path, size, digest(in));
        }
    }

    /** Reads to the end. */
    static String digest(InputStream in) throws Exception {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        drain(new DigestInputStream(in, sha256));
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static void drain(InputStream in) throws IOException {
        byte[] piece = new byte[256 << 10];
        while (in.read(piece) >= 0) {
            // read only
        }
    }
}

package overgang.interop;

import static overgang.interop.Environment.get;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The same files over the HTTP API. */
final class Rest {
    private static final Pattern ID = Pattern.compile("\"fileTransferId\"\\s*:\\s*\"([^\"]+)\"");

    private final HttpClient http = HttpClient.newHttpClient();

    String initialize() throws Exception {
        String body = """
                {"resourceId":"%s","fileName":"rest.bin","sender":"0192:%s","recipients":["0192:%s"]}"""
                .formatted(get("BROKER_RESOURCE"), get("ORG"), get("BROKER_RECIPIENT"));
        HttpResponse<String> made = http.send(request("").header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
        Matcher id = ID.matcher(made.body());
        if (!id.find()) {
            throw new IllegalStateException(made.statusCode() + " " + made.body());
        }
        return id.group(1);
    }

    int upload(String id, Content content) throws Exception {
        return http.send(request("/" + id + "/upload").header("Content-Type", "application/octet-stream")
                .POST(BodyPublishers.ofFile(content.path())).build(), BodyHandlers.discarding()).statusCode();
    }

    String download(String id) throws Exception {
        try (InputStream in = http.send(request("/" + id + "/download").build(), BodyHandlers.ofInputStream()).body()) {
            return Content.digest(in);
        }
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(get("OVERGANG_TLS_URL") + "/broker/api/v1/filetransfer" + path))
                .header("Authorization", "Bearer " + get("REST_TOKEN_USER"));
    }
}

package overgang.interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** The application owner's side, over plain HTTP. */
final class RestClient {
    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();

    JsonNode get(String url) throws IOException, InterruptedException {
        return json.readTree(bytes(url));
    }

    byte[] bytes(String url) throws IOException, InterruptedException {
        return http.send(request(url).build(), BodyHandlers.ofByteArray()).body();
    }

    HttpResponse<String> post(String url) throws IOException, InterruptedException {
        return http.send(request(url).POST(HttpRequest.BodyPublishers.noBody()).build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(String url) {
        return HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer " + Environment.get("REST_TOKEN_OWNER"));
    }
}

package overgang.interop;

import static overgang.interop.Environment.get;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The service's owner, who knows the HTTP API only. */
final class Agency {
    private static final String MESSAGES = "/correspondence/api/v1/correspondence";

    private final HttpClient http = HttpClient.newHttpClient();

    /** A message's id over HTTP, and its number over SOAP. */
    record Message(String id, int number) {}

    /** Sends the party a message with a letter, to be confirmed. */
    Message answer(String archiveReference, String title, byte[] letter) throws Exception {
        String message = """
                {"recipients": ["urn:altinn:organization:identifier-no:%s"],
                 "correspondence": {"resourceId": "%s", "messageSender": "Oppdiktet etat", "answersTo": "%s", "isConfirmationNeeded": true,
                  "content": {"language": "nb", "messageTitle": "%s", "messageBody": "Se vedlegget.", "attachments": [{}]}}}
                """.formatted(get("ORG"), get("SIGNED_APP"), archiveReference, title);
        String boundary = "skille-mellom-deler";
        String body = """
                --%1$s\r
                Content-Disposition: form-data; name="correspondence"\r
                Content-Type: application/json\r
                \r
                %2$s\r
                --%1$s\r
                Content-Disposition: form-data; name="attachments"; filename="svar.txt"\r
                Content-Type: text/plain\r
                \r
                %3$s\r
                --%1$s--\r
                """.formatted(boundary, message, new String(letter, StandardCharsets.UTF_8));
        String sent = text(request(MESSAGES + "/upload").header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .POST(BodyPublishers.ofString(body)));
        return new Message(field(sent, "correspondenceId"), Integer.parseInt(field(sent, "number")));
    }

    /** A field of the message, as the agency sees it. */
    String seen(Message message, String field) throws Exception {
        return field(text(request(MESSAGES + "/" + message.id())), field);
    }

    /** The content of the form that came in under an archive reference. */
    byte[] form(String archiveReference) throws Exception {
        String found = text(request("/storage/instances?appId=" + get("SIGNED_APP") + "&archiveReference=" + archiveReference));
        Matcher link = Pattern.compile("\"platform\":\"([^\"]+/data/[^\"]+)\"").matcher(found);
        if (!link.find()) {
            throw new IllegalStateException(found);
        }
        return bytes(request(URI.create(link.group(1))));
    }

    private HttpRequest.Builder request(String path) {
        return request(URI.create(get("OVERGANG_TLS_URL") + path));
    }

    private HttpRequest.Builder request(URI address) {
        return HttpRequest.newBuilder(address).header("Authorization", "Bearer " + get("REST_TOKEN_OWNER"));
    }

    private String text(HttpRequest.Builder request) throws Exception {
        return new String(bytes(request), StandardCharsets.UTF_8);
    }

    private byte[] bytes(HttpRequest.Builder request) throws Exception {
        HttpResponse<byte[]> answer = http.send(request.build(), BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(answer.statusCode() + " " + new String(answer.body(), StandardCharsets.UTF_8));
        }
        return answer.body();
    }

    /** The first field of a name, wherever it is: a real client reads JSON. */
    private static String field(String json, String name) {
        Matcher m = Pattern.compile("\"" + name + "\"\\s*:\\s*\"?([^\",}]+)").matcher(json);
        if (!m.find()) {
            throw new IllegalStateException("no " + name + " in " + json);
        }
        return m.group(1);
    }
}

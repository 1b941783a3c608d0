package overgang.interop;

import static overgang.interop.Environment.get;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The services' owner, who sends messages over HTTP. */
final class Owner {
    private final HttpClient http = HttpClient.newHttpClient();

    /** Sends a message with an attachment to the organisation, in answer to what is archived, and returns its number. */
    int send(String reference, boolean confirmation, String answersTo) throws Exception {
        String attachment = found("attachmentId\":\"([^\"]+)", post("attachment", "application/json", """
                {"resourceId":"%s","fileName":"svar.txt","displayName":"Svar","sendersReference":"svar-1"}""".formatted(get("APP"))));
        post("attachment/" + attachment + "/upload", "application/octet-stream", "Svar på det som ble sendt inn.\n");
        String answers = answersTo.isEmpty() ? "" : ",\"answersTo\":\"" + answersTo + "\"";
        return Integer.parseInt(found("\"number\":(\\d+)", post("correspondence", "application/json", """
                {"recipients":["urn:altinn:organization:identifier-no:%s"],"existingAttachments":["%s"],"correspondence":{"resourceId":"%s",
                 "sendersReference":"%s","isConfirmationNeeded":%s%s,"content":{"language":"nb","messageTitle":"Svar",
                 "messageSummary":"Et svar","messageBody":"<p>Se vedlegget.</p>"}}}"""
                .formatted(get("ORG"), attachment, get("APP"), reference, confirmation, answers))));
    }

    private String post(String path, String type, String body) throws Exception {
        HttpResponse<String> response = http.send(HttpRequest.newBuilder(URI.create(get("OVERGANG_URL") + "/correspondence/api/v1/" + path))
                .header("Authorization", "Bearer " + get("REST_TOKEN_OWNER")).header("Content-Type", type)
                .POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new IllegalStateException(path + ": " + response.statusCode() + " " + response.body());
        }
        return response.body();
    }

    private static String found(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + pattern + " in " + text);
        }
        return matcher.group(1);
    }
}

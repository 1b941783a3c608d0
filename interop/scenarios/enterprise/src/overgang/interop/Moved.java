package overgang.interop;

import static overgang.interop.Environment.get;

import java.io.FileInputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of the enterprise's system that has moved to the HTTP API. It has no
 * more than the certificate of the other part: it signs a JWT with it and gets a
 * bearer token, as from Maskinporten. Nothing but the JDK is used.
 */
final class Moved {
    private final HttpClient http = HttpClient.newHttpClient();
    private String token = "";

    /** What the token endpoint answered. */
    record Answer(int status, String body) {}

    /** Gets a token, and returns its scopes. */
    String login() throws Exception {
        Answer answer = exchange(assertion());
        if (answer.status() != 200) {
            throw new IllegalStateException(answer.status() + " " + answer.body());
        }
        token = field(answer.body(), "access_token");
        return field(answer.body(), "scope");
    }

    /** Sends an assertion to the token endpoint that the metadata name (RFC 7523). */
    Answer exchange(String assertion) throws Exception {
        String form = "grant_type=" + URLEncoder.encode("urn:ietf:params:oauth:grant-type:jwt-bearer", StandardCharsets.UTF_8)
                + "&assertion=" + URLEncoder.encode(assertion, StandardCharsets.UTF_8);
        HttpResponse<String> answer = http.send(HttpRequest.newBuilder(URI.create(field(metadata(), "token_endpoint")))
                .header("Content-Type", "application/x-www-form-urlencoded").POST(BodyPublishers.ofString(form)).build(), BodyHandlers.ofString());
        return new Answer(answer.statusCode(), answer.body());
    }

    /** A JWT that the certificate's key signs (RFC 7519, RFC 7515): good for one token, for a minute. */
    String assertion() throws Exception {
        char[] password = get("ENTERPRISE_P12_PASSWORD").toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream file = new FileInputStream(get("ENTERPRISE_P12"))) {
            store.load(file, password);
        }
        List<String> chain = new ArrayList<>();
        for (Certificate c : store.getCertificateChain(get("ENTERPRISE_P12_ALIAS"))) {
            chain.add('"' + Base64.getEncoder().encodeToString(c.getEncoded()) + '"');
        }
        long now = Instant.now().getEpochSecond();
        String header = "{\"alg\":\"RS256\",\"x5c\":[%s]}".formatted(String.join(",", chain));
        String claims = "{\"iss\":\"%s\",\"aud\":\"%s\",\"scope\":\"instances.read\",\"iat\":%d,\"exp\":%d,\"jti\":\"%s\"}"
                .formatted(get("ENTERPRISE_USER"), field(metadata(), "issuer"), now, now + 60, UUID.randomUUID());
        String signed = base64url(header.getBytes(StandardCharsets.UTF_8)) + "." + base64url(claims.getBytes(StandardCharsets.UTF_8));
        Signature rsa = Signature.getInstance("SHA256withRSA");
        rsa.initSign((PrivateKey) store.getKey(get("ENTERPRISE_P12_ALIAS"), password));
        rsa.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + base64url(rsa.sign());
    }

    /** What was sent in under an archive reference, as the enterprise sees it over HTTP. */
    String instance(String archiveReference) throws Exception {
        return new String(fetch("/storage/instances?archiveReference=" + archiveReference), StandardCharsets.UTF_8);
    }

    /** All content that an instance has. */
    List<byte[]> contents(String instance) throws Exception {
        List<byte[]> all = new ArrayList<>();
        Matcher link = Pattern.compile("\"platform\":\"([^\"]+/data/[^\"]+)\"").matcher(instance);
        while (link.find()) {
            all.add(fetch(link.group(1)));
        }
        return all;
    }

    /** The status of a call that writes, which the token was not asked for. */
    int write() throws Exception {
        return http.send(request("/storage/api/v1/instances/1/" + UUID.randomUUID() + "/undelete").POST(BodyPublishers.noBody()).build(),
                BodyHandlers.discarding()).statusCode();
    }

    /** The authorization server's metadata (RFC 8414). */
    private String metadata() throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(get("OVERGANG_TLS_URL") + "/.well-known/oauth-authorization-server")).build(),
                BodyHandlers.ofString()).body();
    }

    private byte[] fetch(String address) throws Exception {
        HttpResponse<byte[]> answer = http.send(request(address).build(), BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(answer.statusCode() + " " + new String(answer.body(), StandardCharsets.UTF_8));
        }
        return answer.body();
    }

    private HttpRequest.Builder request(String address) {
        return HttpRequest.newBuilder(URI.create(address.startsWith("/") ? get("OVERGANG_TLS_URL") + address : address))
                .header("Authorization", "Bearer " + token);
    }

    private static String base64url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The first field of a name: a real client reads JSON. */
    private static String field(String json, String name) {
        Matcher m = Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"]+)").matcher(json);
        if (!m.find()) {
            throw new IllegalStateException("no " + name + " in " + json);
        }
        return m.group(1);
    }
}

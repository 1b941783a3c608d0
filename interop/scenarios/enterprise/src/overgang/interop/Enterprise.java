package overgang.interop;

import static overgang.interop.Environment.get;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import overgang.archive.task.ArchivedFormTaskSigningStepBEV2;
import overgang.archive.task.ArchivedFormTaskV2;
import overgang.inbound.ReceiptExternalBE;
import overgang.inbox.ReporteeElementBEV2;
import overgang.message.correspondence.CorrespondenceForEndUserSystemV2;
import overgang.receipt.v2.Receipt;

/** A system that has no persons: an enterprise with a certificate, in EC2 only. */
public final class Enterprise {
    private final Tale tale = new Tale("enterprise");
    private final Legacy legacy = new Legacy();
    private final Agency agency = new Agency();
    private final Moved moved = new Moved();

    public static void main(String[] args) throws Exception {
        new Enterprise().run();
    }

    private void run() throws Exception {
        String reference = "energi-" + UUID.randomUUID();
        byte[] form = Files.readAllBytes(Path.of(get("SIGNED_DEMO_FORM")));
        byte[] measured = new byte[300_000];
        new SecureRandom().nextBytes(measured);

        tale.step("%s opens a session with its certificate: %d elements wait for %s (GetReporteeElementList)",
                get("ENTERPRISE_USER"), legacy.inbox(false).size(), get("ORG"));
        ReceiptExternalBE sent = legacy.submit(Shipment.of(reference, form, measured));
        tale.step("It sends in %s, signed by its certificate: receipt %d (SubmitFormTask)", reference, sent.getReceiptId());
        tale.that("the receipt is OK", "OK".equals(sent.getReceiptStatusCode().value()), sent.getReceiptText());
        Receipt receipt = legacy.receipt(sent.getReceiptId());
        String archived = named(receipt, "ArchiveReference");
        int number = Integer.parseInt(named(receipt, "WorkFlowReference"));
        tale.step("The receipt names %s, element %d (GetReceipt)", archived, number);
        tale.that("the agency has the form, byte for byte", Arrays.equals(agency.form(archived), form), archived);

        byte[] letter = ("Takk for " + reference + ".\n").getBytes(StandardCharsets.UTF_8);
        Agency.Message message = agency.answer(archived, "Svar på energistatistikk", letter);
        int answer = message.number();
        tale.step("The agency answers with message %d, to be confirmed (REST)", answer);
        poll(answer);
        read(answer, letter);
        legacy.confirm(answer);
        tale.step("It is confirmed: the agency sees %s (SaveCorrespondenceConfirmation)", agency.seen(message, "status"));
        tale.that("the status is Confirmed", "Confirmed".equals(agency.seen(message, "status")), agency.seen(message, "status"));
        int kept = legacy.archive(answer).getReceiptId();
        tale.step("It is archived as %s: receipt %d (ArchiveCorrespondence)", agency.seen(message, "archiveReference"), kept);
        tale.that("the agency sees the same receipt", String.valueOf(kept).equals(agency.seen(message, "receiptId")), kept);
        tale.that("it is in the archive, and waits no more", find(answer, true).isPresent() && find(answer, false).isEmpty(), answer);

        fromArchive(number, form, measured);
        overHttp(archived, form, measured);
        tale.done();
    }

    /** What the enterprise does every few minutes. */
    private void poll(int answer) throws Exception {
        Optional<ReporteeElementBEV2> found = find(answer, false);
        tale.that("the next poll of the inbox has it", found.isPresent(), answer);
        tale.that("it is to be confirmed", "NotOpenedConfirmationReq".equals(found.map(e -> e.getStatus().value()).orElse("")), found);
    }

    private Optional<ReporteeElementBEV2> find(int number, boolean archived) throws Exception {
        return legacy.inbox(archived).stream().filter(e -> e.getReporteeElementId() == number).findFirst();
    }

    private void read(int answer, byte[] letter) throws Exception {
        CorrespondenceForEndUserSystemV2 message = legacy.message(answer);
        tale.step("The system reads it: %s (GetCorrespondence)", message.getCorrespondence().getValue().getCorrespondenceTitle().getValue());
        byte[] seen = message.getCorrespondenceAttachments().getValue().getAttachmentBEV2().get(0).getAttachmentData().getValue();
        tale.that("the letter, byte for byte", Arrays.equals(seen, letter), seen.length);
    }

    private void fromArchive(int number, byte[] form, byte[] measured) throws Exception {
        ArchivedFormTaskV2 task = legacy.archivedForms(number);
        tale.step("The archive has element %d (GetArchivedFormTask)", task.getReporteeElementID());
        String data = task.getArchivedFormList().getValue().getArchivedFormBE().get(0).getFormDataXML().getValue();
        tale.that("the form as it was sent", data.equals(lines(form)), data);
        ArchivedFormTaskSigningStepBEV2 step = task.getArchivedFormTaskSigningStepList().getValue().getArchivedFormTaskSigningStepBEV2().get(0);
        tale.that("one signature is on form and attachment", step.getSignedFromList().getValue().getInt().size() == 1
                && step.getSignedAttachmentList().getValue().getInt().size() == 1, step.getIsSigningAllRequired());
        int attachment = task.getArchivedAttachmentList().getValue().getArchivedAttachmentBEV2().get(0).getAttachmentID();
        tale.step("It downloads attachment %d (GetAttachmentData, GetAttachmentDataStreamed)", attachment);
        tale.that("the attachment, byte for byte", Arrays.equals(legacy.attachment(attachment), measured), attachment);
        byte[] streamed = legacy.stream(attachment).getInputStream().readAllBytes();
        tale.that("the same in a part of its own", Arrays.equals(streamed, measured), streamed.length);
    }

    /** What has moved reads what the rest has sent in, with the certificate alone. */
    private void overHttp(String archived, byte[] form, byte[] measured) throws Exception {
        tale.step("A part of the system has moved: it gets a token by the certificate, for %s (POST /token)", moved.login());
        String instance = moved.instance(archived);
        tale.that("what was sent in over EC2 is its own over HTTP", Pattern.compile("\"createdBy\":\"enterprise:\\d+\"").matcher(instance).find(), instance);
        List<byte[]> contents = moved.contents(instance);
        tale.step("It fetches %s: %d files (GET /storage/…/data)", archived, contents.size());
        tale.that("the form, byte for byte", contents.stream().anyMatch(c -> Arrays.equals(c, form)), contents.size());
        tale.that("the attachment, byte for byte", contents.stream().anyMatch(c -> Arrays.equals(c, measured)), contents.size());
        int status = moved.write();
        tale.that("a token to read writes nothing", status == 403, status);
        String assertion = moved.assertion();
        Moved.Answer first = moved.exchange(assertion);
        Moved.Answer again = moved.exchange(assertion);
        tale.that("an assertion is good once", first.status() == 200 && again.status() == 400 && again.body().contains("invalid_grant"), again);
        Moved.Answer altered = moved.exchange(assertion.substring(0, assertion.length() - 8) + "AAAAAAAA");
        tale.that("one that was altered is good for nothing", altered.status() == 400 && altered.body().contains("invalid_grant"), altered);
    }

    /** XML knows one end of line only. */
    private static String lines(byte[] text) {
        return new String(text, StandardCharsets.UTF_8).replace("\r\n", "\n");
    }

    private static String named(Receipt receipt, String type) {
        return receipt.getReferences().getValue().getReference().stream().filter(r -> r.getReferenceType().value().equals(type))
                .map(r -> r.getReferenceValue()).findFirst().orElse("");
    }
}

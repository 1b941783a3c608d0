package overgang.interop;

import static overgang.interop.Given.ABSENT;

import java.time.OffsetDateTime;

/** ReceiptExternal, in both versions. */
final class Receipts {
    private final Caller caller;

    Receipts(Caller caller) {
        this.caller = caller;
    }

    void read(Submissions.Sent sent) {
        for (String operation : new String[] {
            caller.named("GetReceiptBasic", "GetReceipt", "GetReceiptEC"), caller.named("GetReceiptBasicV2", "GetReceiptV2", "GetReceiptECV2")}) {
            Tree found = caller.call(operation, "ReceiptId", sent.receipt(), "ReferenceTypeName", "ExternalShipmentReference",
                    "ReferenceType", "ExternalShipmentReference", "ReferenceValue", sent.reference());
            caller.that(operation, "the receipt", found.number("ReceiptId") == sent.receipt(), found.text("ReceiptId"));
        }
        for (String operation : new String[] {caller.named("GetReceiptListBasic", "GetReceiptList", "GetReceiptListEC"),
            caller.named("GetReceiptListBasicV2", "GetReceiptListV2", "GetReceiptListECV2")}) {
            Tree list = caller.call(operation, "receiptTypeName", "FormTask", "dateFrom", OffsetDateTime.now().minusDays(1),
                    "dateTo", OffsetDateTime.now().plusDays(1));
            caller.that(operation, "a list with the receipt", list.all().anyMatch(t -> t.name().equals("ReceiptId")
                    && Integer.valueOf(sent.receipt()).equals(t.value())), sent.receipt());
        }
    }

    void change(Submissions.Sent sent) {
        for (String operation : new String[] {caller.named("SaveReceiptBasic", "SaveReceipt", "SaveReceiptEC"),
            caller.named("UpdateReceiptBasic", "UpdateReceipt", "UpdateReceiptEC")}) {
            String text = "Lest av fagsystemet med " + operation;
            Tree changed = caller.call(operation, "ReceiptId", sent.receipt(), "ReceiptStatusCode", "OK", "ReceiptStatus", "OK",
                    "ReceiptText", text, "ArchiveReference", ABSENT, "References", ABSENT, "SubReceipts", ABSENT);
            caller.that(operation, "the new text", changed.text("ReceiptText").endsWith(text), changed.text("ReceiptText"));
        }
    }
}

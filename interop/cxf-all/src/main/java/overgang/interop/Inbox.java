package overgang.interop;

import static overgang.interop.Environment.get;
import static overgang.interop.Given.ABSENT;

import java.time.OffsetDateTime;

/** ReporteeElementList. */
final class Inbox {
    private final Caller caller;

    Inbox(Caller caller) {
        this.caller = caller;
    }

    void list(Submissions.Sent archived, int caseNumber) {
        Given search = Given.of("Reportee", get("ORG"), "ArchiveReference", archived.archived(), "SearchName", ABSENT, "SearchString", ABSENT,
                "string", get("SERVICE_CODE"), "ServiceOwnerCode", "demo", "SentAndArchived", true, "RecievedMessages", true,
                "ToBeProcessed", true, "ToBeProcessedByOthers", true, "CaseID", caseNumber,
                "FromDate", OffsetDateTime.now().minusDays(1), "ToDate", OffsetDateTime.now().plusDays(1), "languageID", 1044);
        caller.call(caller.named("GetReporteeElementListBasic", "GetReporteeElementListExternal", null), search);
        caller.call(caller.named("GetReporteeElementListBasicV2", "GetReporteeElementListExternalV2", "GetReporteeElementListEC"), search);
    }

    /** What is not sent in yet; returns the form's number. */
    int open(Submissions.Sent open) {
        Given element = Given.of("reporteeElementID", open.element(), "languageID", 1044);
        caller.call(caller.named("GetFormSetElementsBasic", "GetFormSetElementsExternal", null), element);
        items(open.element());
        String data = caller.named("GetFormSetDataBasic", "GetFormSetData", "GetFormSetDataEC");
        Tree form = caller.call(data, element);
        caller.that(data, "the form", form.text("DataFormatID").equals(get("DATA_FORMAT_ID")), form.text("DataFormatID"));
        return form.number("FormID");
    }

    /** The forms and attachments of an element. */
    Tree items(int element) {
        return caller.call(caller.named("GetFormSetElementsBasicV2", "GetFormSetElementsExternalV2", "GetFormSetElementsEC"),
                "reporteeElementID", element, "languageID", 1044);
    }

    /** Messages: all, and those that answer to what was sent in. */
    void messages(Submissions.Sent answered) {
        Given given = Given.of("reportee", get("ORG"), "archiveReference", answered.archived(), "fromDate", OffsetDateTime.now().minusDays(1),
                "toDate", OffsetDateTime.now().plusDays(1), "languageID", 1044);
        caller.call(caller.named("GetCorrespondenceListForArchiveRefBasic", "GetCorrespondenceListForArchiveRef",
                "GetCorrespondenceListForArchiveRefEC"), given);
        caller.call(caller.named("GetCorrespondenceListForReporteeBasic", "GetCorrespondenceListForReportee",
                "GetCorrespondenceListForReporteeEC"), given);
    }

    void delete(Submissions.Sent open) {
        caller.call(caller.named("DeleteReporteeElementBasic", "DeleteReporteeElementExternal", "DeleteReporteeElementEC"),
                "reporteeElementCode", "A2E" + open.element());
    }
}

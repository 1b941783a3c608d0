package overgang.interop;

import static overgang.interop.Environment.get;

import java.time.OffsetDateTime;
import java.util.UUID;

/** What is asked before anything is sent in: codes, services, certificates, prefill; and cases. */
final class Registers {
    private final Caller caller;

    Registers(Caller caller) {
        this.caller = caller;
    }

    void ask() {
        String challenge = caller.named("GetAuthenticationChallenge", null, null);
        Tree asked = caller.call(challenge, "AuthMethod", "AltinnPin");
        caller.that(challenge, "Ok", asked.text("Status").equals("Ok"), asked.text("Status"));

        caller.call(caller.named("GetAvailableServicesBasicV2", "GetAvailableServicesV2", null), "languageID", 1044);
        String services = caller.named("GetAvailableServicesBasicV3", "GetAvailableServicesV3", null);
        Tree found = caller.call(services, "ExternalServiceCode", get("SERVICE_CODE"), "ExternalServiceEditionCode", get("SERVICE_EDITION"),
                "ServiceOwnerCode", "demo", "ServiceType", "Reporting", "languageID", 1044);
        caller.that(services, "the service", found.text("ExternalServiceCode").equals(get("SERVICE_CODE")), found.text("StatusMessage"));
        String schemas = caller.named("GetFormTaskSchemaDefinitionsBasic", "GetSchemaDefinitionsForFormTask", null);
        Tree definitions = caller.call(schemas, "externalServiceCode", get("SERVICE_CODE"), "externalServiceEditionCode", get("SERVICE_EDITION"));
        caller.that(schemas, "a schema", definitions.text("DataFormatXsd").contains("schema"), definitions.text("DataFormatXsd"));

        certificates(caller.named("GetCertificatesExternal", "GetCertificatesBasic", "GetCertificatesEC"));
        prefill();
    }

    void certificates(String operation) {
        Tree list = caller.call(operation, "externalServiceCode", get("STEPS_SERVICE"), "externalServiceEditionCode", 1);
        caller.that(operation, "a certificate", list.text("Certificate").length() > 500, list.text("Certificate"));
    }

    private void prefill() {
        Object[] subject = {"ReporteeNumber", get("ORG"), "ExternalServiceCode", get("STEPS_SERVICE"),
            "ExternalServiceEditionCode", 1, "DataFormatID", get("STEPS_FORMAT"), "returnAllFormTasks", true};
        String first = caller.named("GetPrefillDataBasic", "GetPrefillData", "GetPrefillDataEC");
        Tree all = caller.call(first, subject);
        caller.that(first, "found", all.text("Status").equals("PREFILLDATAFOUND"), all.text("Status"));
        String second = caller.named("GetPrefillDataBasicV2", "GetPrefillDataV2", "GetPrefillDataECV2");
        Tree some = caller.call(second, subject);
        caller.that(second, "found", some.text("PrefillDataFound").equals("true"), some.text("PrefillDataFound"));
    }

    /** Starts a case and returns its number. */
    int startCase() {
        Tree started = caller.call(
                caller.named("InstantiateCollaborationExternalBasic", "InstantiateCollaborationExternal", "InstantiateCollaborationEC"),
                "externalServiceCode", get("SERVICE_CODE"), "externalServiceEditionCode", get("SERVICE_EDITION"),
                "reporteeNumber", get("ORG"), "externalSystemReference", "cxf-all-" + UUID.randomUUID(),
                "visibleDateTime", OffsetDateTime.now(), "dueDate", OffsetDateTime.now().plusDays(30));
        return started.value() instanceof Integer number ? number : 0;
    }

    void endCase(int number) {
        String list = caller.named("GetCaseListExternalBasic", "GetCaseListExternal", "GetCaseListEC");
        Tree found = caller.call(list, "caseID", number, "externalServiceCode", get("SERVICE_CODE"),
                "externalServiceEditionCode", get("SERVICE_EDITION"), "languageID", 1044, "reporteeNumber", get("ORG"));
        caller.that(list, "the case", found.number("CaseID") == number, found.text("CaseID"));
        caller.call(caller.named("ArchiveCaseExternalBasic", "ArchiveCaseExternal", "ArchiveCaseEC"), "caseID", number, "forceArchive", true);
    }
}

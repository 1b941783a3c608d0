package overgang.interop;

import static overgang.interop.Environment.get;

import java.time.OffsetDateTime;
import java.util.List;

/** Workflow, which Basic and WS have. */
final class Process {
    private final Caller caller;
    private final Submissions submissions;
    private final Inbox inbox;

    Process(Caller caller) {
        this.caller = caller;
        this.submissions = new Submissions(caller);
        this.inbox = new Inbox(caller);
    }

    void run() throws Exception {
        if (caller.flavour == Flavour.EC2) {
            return;
        }
        int element = submissions.unsigned().element();
        look(element);
        text(element, caller.named("GetSigningTextExternal", "GetSigningText", null));
        call("SetBackToFormFillingBasic", "SetBackToFormFilling", element);
        sign(submissions.unsigned().element());
        call("DoSendingInActionBasic", "DoSendingInAction", submissions.unattended().element());
        prepare(submissions.forNamed(false).element());
        submissions.forNamed(true);
    }

    private void look(int element) {
        call("GetAvailableActionsBasicV2", "GetAvailableActionsV2", element);
        call("GetNextWorkflowStateTypeInProcessFlowBasicV2", "GetNextWorkflowStateTypeInProcessFlowV2", element);
        details(element, caller.named("GetProcessDetailsBasicV2", "GetProcessDetailsV2", null));
        details(element, caller.named("GetProcessDetailsBasicV3", "GetProcessDetailsV3", null));
    }

    void details(int element, String operation) {
        Tree steps = caller.call(operation, "reporteeElementID", element);
        caller.that(operation, "the steps", steps.all().filter(t -> t.name().equals("ProcessStepId")).count() > 1, steps.values());
    }

    void text(int element, String operation) {
        caller.call(operation, "externalServiceCode", get("STEPS_SERVICE"), "externalServiceEditionCode", 1,
                "reporteeElementID", element, "languageID", 1044);
    }

    private void sign(int element) {
        Tree items = inbox.items(element);
        caller.call(caller.named("DoSigningBasic", "DoSigning", null), "reporteeElementID", element,
                "selectedForms.int", numbers(items, true), "selectedAttachments.int", numbers(items, false),
                "endUserSystemLoginDateTime", OffsetDateTime.now(), "endUserSystemSignatureDateTime", OffsetDateTime.now());
    }

    private static List<Integer> numbers(Tree items, boolean forms) {
        return items.all().filter(t -> !t.text("ItemID").isEmpty() && t.children().stream().anyMatch(c -> c.name().equals("ItemID")))
                .filter(t -> t.text("ItemType").contains("Form") == forms).map(t -> t.number("ItemID")).toList();
    }

    private void prepare(int element) {
        caller.call(caller.named("PrepareUserControlledSigningBasic", "PrepareUserControlledSigning", null),
                Submissions.SIGNER.and("reporteeElementID", element, "parallelSigningStepLocked", false));
        String step = caller.named("GetProcessStepIDForParallelSigningBasic", "GetProcessStepIDForParallelSigning", null);
        Tree number = caller.call(step, "reporteeElementID", element);
        caller.that(step, "the step's number", number.value() instanceof Integer n && n > 0, number.value());
    }

    private void call(String basic, String ws, int element) {
        caller.call(caller.named(basic, ws, null), "reporteeElementID", element);
    }
}

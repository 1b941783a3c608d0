package overgang.interop;

/** CorrespondenceExternal: a message's life, and the end of another. */
final class Messages {
    private final Caller caller;

    Messages(Caller caller) {
        this.caller = caller;
    }

    void read(int message) {
        Given given = numbered(message).and("languageID", 1044);
        caller.call(caller.named("GetCorrespondenceForEndUserSystemsBasic", "GetCorrespondenceForEndUserSystemsExternal", null), given);
        read(message, caller.named("GetCorrespondenceForEndUserSystemsBasicV2", "GetCorrespondenceForEndUserSystemsExternalV2",
                "GetCorrespondenceForEndUserSystemsEC"));
    }

    void read(int message, String operation) {
        Tree read = caller.call(operation, numbered(message).and("languageID", 1044));
        caller.that(operation, "the message", read.all().anyMatch(t -> Integer.valueOf(message).equals(t.value())), message);
    }

    void archive(int message) {
        caller.call(caller.named("SaveCorrespondenceConfirmationBasic", "SaveCorrespondenceConfirmationExternal",
                "SaveCorrespondenceConfirmationEC"), numbered(message));
        caller.call(caller.named("ArchiveCorrespondenceForEndUserSystemBasic", "ArchiveCorrespondenceForEndUserSystemExternal",
                "ArchiveCorrespondenceForEndUserSystemEC"), numbered(message));
    }

    void delete(int message) {
        caller.call(caller.named("DeleteCorrespondenceBasic", "DeleteCorrespondenceExternal", null), numbered(message));
    }

    /** Operations and flavours differ in what they call the number. */
    private static Given numbered(int message) {
        return Given.of("correspondenceID", message, "reporteeElementID", message);
    }
}

"""The later platform's published models, as sets of field names: what its
storage interface documents (Instance, DataElement, ProcessState,
ProcessElementInfo, InstanceStatus, InstanceEvent, CompleteConfirmation), and
which of them the gateway leaves out, as docs/divergences.md tells."""

CHANGED = {"created", "createdBy", "lastChanged", "lastChangedBy"}

PUBLISHED = {
    "instance": CHANGED | {
        "id", "instanceOwner", "appId", "org", "selfLinks", "dueBefore", "visibleAfter", "process", "status",
        "completeConfirmations", "data", "presentationTexts", "dataValues",
    },
    "instanceOwner": {"partyId", "personNumber", "organisationNumber", "username"},
    "dataElement": CHANGED | {
        "id", "instanceGuid", "dataType", "filename", "contentType", "blobStoragePath", "selfLinks", "size", "contentHash",
        "locked", "refs", "isRead", "tags", "userDefinedMetadata", "metadata", "deleteStatus", "fileScanResult", "references",
        "actionRequiredToRead", "actionRequiredToWrite",
    },
    "process": {"started", "startEvent", "currentTask", "ended", "endEvent"},
    "currentTask": {"flow", "started", "elementId", "name", "altinnTaskType", "ended", "validated", "flowType"},
    "status": {"isArchived", "archived", "isSoftDeleted", "softDeleted", "isHardDeleted", "hardDeleted", "readStatus", "substatus"},
    "selfLinks": {"apps", "platform"},
    "completeConfirmation": {"stakeholderId", "confirmedOn"},
    "instanceEvent": {
        "id", "instanceId", "dataId", "created", "eventType", "instanceOwnerPartyId", "user", "relatedUser", "processInfo", "additionalInfo",
    },
}

# Fields that the gateway never has, beside those that are left out when empty.
LEFT_OUT = {
    "instanceOwner": {"personNumber", "organisationNumber", "username"},
    "dataElement": {
        "refs", "isRead", "tags", "userDefinedMetadata", "deleteStatus", "fileScanResult", "references",
        "actionRequiredToRead", "actionRequiredToWrite",
    },
    "process": {"startEvent"},
    "currentTask": {"ended", "validated", "flowType"},
    "status": {"readStatus", "substatus"},
    "instanceEvent": {"relatedUser", "additionalInfo"},
}

# Published as always there, in every state of an instance.
ALWAYS = {
    "instance": CHANGED | {"id", "instanceOwner", "appId", "org", "selfLinks", "process", "status", "data"},
    "instanceOwner": {"partyId"},
    "dataElement": CHANGED | {"id", "instanceGuid", "dataType", "contentType", "blobStoragePath", "selfLinks", "size", "locked"},
    "process": {"started"},
    "currentTask": {"flow", "started", "elementId", "name", "altinnTaskType"},
    "status": {"isArchived", "isSoftDeleted", "isHardDeleted"},
    "selfLinks": {"apps", "platform"},
    "completeConfirmation": {"stakeholderId", "confirmedOn"},
    "instanceEvent": {"id", "instanceId", "created", "eventType", "instanceOwnerPartyId", "user"},
}


def wrong(kind, value):
    """Says what is wrong with an object of a kind; empty = nothing."""
    names = set(value)
    problems = [f"{kind}: {n} is not published" for n in sorted(names - PUBLISHED[kind])]
    problems += [f"{kind}: {n} is missing" for n in sorted(ALWAYS[kind] - names)]
    problems += [f"{kind}: {n} is there, but documented as left out" for n in sorted(names & LEFT_OUT.get(kind, set()))]
    return problems


def wrong_instance(i):
    """Says what is wrong with an instance and all that is in it."""
    problems = wrong("instance", i) + wrong("instanceOwner", i["instanceOwner"]) + wrong("selfLinks", i["selfLinks"])
    problems += wrong("process", i["process"]) + wrong("status", i["status"])
    if "currentTask" in i["process"]:
        problems += wrong("currentTask", i["process"]["currentTask"])
    for confirmation in i["completeConfirmations"]:
        problems += wrong("completeConfirmation", confirmation)
    for element in i["data"]:
        problems += wrong("dataElement", element) + wrong("selfLinks", element["selfLinks"])
    return problems

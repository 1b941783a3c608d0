package main

// listing is one list of W12: who asks for it, and how many pages are read.
type listing struct {
	who   string // "owner" of the application, or "user": a person who reads for many parties
	query string // {date} and the like are filled in from instances that are there
	pages int    // by the next links; 0 = the first one
}

// restLists are the lists of W12: every documented filter with values that
// many, few and no instances have, in both orders; twos and threes of them that
// are hard to serve from one index; deep pages; and what a user sees, which is
// narrowed to parties and to what is visible.
var restLists = func() (all []listing) {
	for _, query := range []string{
		"org={org}", "appId={app}", "appId={org}/annet", "sort=-lastChangedDateTime", "sort=createdDateTime", "sort=-createdDateTime",
		"instanceOwnerId={owner}", "instanceOwnerId={owner}&appId={app}&sort=-createdDateTime", "instanceOwnerId={big}&sort=-lastChangedDateTime", "X-Instance-Owner: {number}",
		"label=common", "label=some&sort=-createdDateTime", "label=rare&sort=-lastChangedDateTime", "label=absent",
		"label=common&label=some", "label=common&label=rare&sort=createdDateTime",
		"workflow.currentStep=Signing", "workflow.currentStep=Archived&sort=-lastChangedDateTime", "workflow.currentStep=Absent",
		"workflow.isCompleted=true", "workflow.isCompleted=false&sort=-createdDateTime",
		"createdDateTime=after({date})", "createdDateTime=before({date})", "createdDateTime=between({date},{later})",
		"createdDateTime=gt:{date}&sort=-lastChangedDateTime", "createdDateTime=lt:{date}&sort=-lastChangedDateTime", "createdDateTime=eq:{date}",
		"createdDateTime=between({date},{later})&sort=-createdDateTime", "createdDateTime=after({never})",
		"lastChangedDateTime=gte:{date}", "lastChangedDateTime=lte:{date}&sort=-createdDateTime", "lastChangedDateTime=between({date},{later})&sort=createdDateTime",
		"lastChangedDateTime=after({never})", "createdDateTime=before({date})&lastChangedDateTime=after({later})",
		"dueDateTime=after({date})", "dueDateTime=before({date})&sort=-lastChangedDateTime", "dueDateTime=between({date},{later})", "dueDateTime=after({never})",
		"visibleDateTime=before({date})", "visibleDateTime=after({date})&sort=-createdDateTime", "visibleDateTime=between({date},{later})&sort=-lastChangedDateTime",
		"status.isArchived=true", "status.isArchived=false", "status.isSoftDeleted=true", "status.isSoftDeleted=false&sort=-createdDateTime",
		"status.isMarkedForHardDelete=true", "status.isMarkedForHardDelete=true&sort=-createdDateTime", "confirmed=true", "confirmed=false&sort=createdDateTime",
		"status.isArchived=true&confirmed=false&status.isSoftDeleted=false", "archiveReference={archive}", "archiveReference=AR1",
		"search=flom", "search=flom&sort=-createdDateTime", "search={text}", "search={text}&sort=-createdDateTime", "search=finnes+ikke", "search=qz", "search=om&sort=-lastChangedDateTime",
		"search=flom+nr.+99", "search={archive}",
		"label=some&workflow.isCompleted=true&createdDateTime=after({date})", "label=common&status.isMarkedForHardDelete=true", "label=common&search=flom",
		"label=common&dueDateTime=between({date},{later})", "label=common&lastChangedDateTime=between({date},{later})", "label=rare&search=flom",
		"workflow.currentStep=Signing&status.isSoftDeleted=true", "workflow.currentStep=Signing&search=flom", "search=flom&createdDateTime=between({date},{later})",
		"instanceOwnerId={big}&search=flom", "instanceOwnerId={big}&label=some&sort=-createdDateTime", "instanceOwnerId={big}&status.isMarkedForHardDelete=true",
		"size=1000", "page=20", "label=some&count=true",
	} {
		all = append(all, listing{who: "owner", query: query})
	}
	for _, query := range []string{
		"", "sort=-lastChangedDateTime", "sort=-createdDateTime", "appId={app}", "appId={org}/annet&sort=-lastChangedDateTime", "instanceOwnerId={big}", "instanceOwnerId=1",
		"label=common", "label=some&sort=-createdDateTime", "label=rare", "label=common&label=some", "workflow.currentStep=Signing", "workflow.isCompleted=false",
		"createdDateTime=between({date},{later})", "lastChangedDateTime=between({date},{later})&sort=-createdDateTime", "dueDateTime=after({date})", "visibleDateTime=before({date})",
		"status.isArchived=true", "status.isSoftDeleted=true", "confirmed=true&sort=-lastChangedDateTime", "archiveReference={archive}",
		"search=flom", "search={text}", "search=finnes+ikke", "search=qz", "label=common&search=flom",
	} {
		all = append(all, listing{who: "user", query: query})
	}
	for _, query := range []string{"sort=-lastChangedDateTime", "label=common&sort=createdDateTime", "search=flom", "dueDateTime=after({date})&sort=-createdDateTime"} {
		all = append(all, listing{"owner", query, 20}, listing{"user", query, 20})
	}
	return all
}()

package sqlstore

import "overgang/rest"

// inboxSigned reads the places of instances that a person is, or was, to sign.
// They are read through the person's own rows, which are few.
func (r *reader) inboxSigned(f *inboxFilter) ([]place, error) {
	open, archived := f.in(rest.InboxOpen, rest.InboxElsewhere), f.in(rest.InboxArchived)
	if f.Signer == 0 || f.Case != 0 || !open && !archived {
		return nil, nil
	}
	part := inboxPart{
		"signer s INDEXED BY signer_by_person JOIN delegation d ON d.instance = s.instance JOIN instance i ON i.number = s.instance",
		"s.person = ? AND d.opened IS NOT NULL AND i.soft_deleted IS NULL AND i.hard_deleted IS NULL", []any{int32(f.Signer)},
	}
	if f.Party != f.Signer {
		part.and("i.owner = ?", int32(f.Party))
	}
	part.and("(i.visible IS NULL OR i.visible <= ?)", micros(f.ShownAt))
	switch {
	case !archived:
		part.and("i.archived IS NULL")
	case !open || f.archive != nil:
		part.and("i.archived IS NOT NULL")
	}
	if f.archive != nil {
		part.and(f.archive.condition("i.number"))
	}
	if f.signerApps != nil {
		part.and(memberOf("i.app"), memberList(f.signerApps))
	}
	if f.Search != "" {
		part.and("("+memberOf("i.app")+" OR "+contains("i.presentation")+")", memberList(f.signerNamed), containsPattern(f.Search))
	}
	return r.readInbox(f, "i.changed", []inboxPart{part}, inboxPart{})
}

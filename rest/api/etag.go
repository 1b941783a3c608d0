package api

import (
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"overgang/rest"
)

// laterTag marks the ETags of the later vocabulary: other bytes, so another
// strong validator (RFC 9110 §8.8.3).
const laterTag = ".a3"

func quoteVersion(version int64, mark string) string {
	return `"` + strconv.FormatInt(version, 10) + mark + `"`
}

// noneMatch says that If-None-Match names tag, so 304 is the answer. The
// comparison is weak (RFC 9110 §13.1.2).
func noneMatch(h http.Header, tag string) bool {
	for _, t := range tags(h, "If-None-Match") {
		if t == "*" || strings.TrimPrefix(t, "W/") == tag {
			return true
		}
	}
	return false
}

// contentTag is the ETag of an element's content. It comes from the content
// itself: the element's version also grows when its owner downloads it.
func contentTag(e *rest.Element) string {
	return `"` + hex.EncodeToString(e.Content.SHA256[:16]) + `"`
}

// metadataTag is the ETag of an element's metadata.
func metadataTag(w vocabulary, i *rest.Instance, e *rest.Element) string {
	return strings.Replace(w.etag(i.Version), `"`, `"`+strconv.FormatInt(e.Version, 10)+"-", 1)
}

// matches says whether an If-Match header allows to change the element. It
// may name the ETag of its content or of its metadata.
func matches(header string, i *rest.Instance, e *rest.Element) (bool, error) {
	return ifMatch(header, contentTag(e), metadataTag(draft{}, i, e), metadataTag(later{}, i, e))
}

// ifMatch says whether an If-Match header names one of the current tags, or
// nothing. The comparison is strong: weak tags match nothing (RFC 9110 §13.1.1).
func ifMatch(header string, current ...string) (bool, error) {
	if header == "" || header == "*" {
		return true, nil
	}
	for _, t := range splitTags(header) {
		bare := strings.TrimPrefix(t, "W/")
		if len(bare) < 2 || bare[0] != '"' || bare[len(bare)-1] != '"' {
			return false, rest.Errorf(rest.Invalid, "if-match-malformed", `If-Match wants the ETag with its quotes, for example "3f0a".`)
		}
		if slices.Contains(current, t) {
			return true, nil
		}
	}
	return false, nil
}

// named is the version that an If-Match header makes a change depend on, which
// the core compares once more, with nobody in between; 0 = any.
func named(header string, ok bool, err error, version int64, what string) (int64, error) {
	switch {
	case err != nil:
		return 0, err
	case !ok:
		return 0, errStale(what)
	case header == "" || header == "*":
		return 0, nil
	}
	return version, nil
}

func errStale(what string) error {
	return rest.Errorf(rest.PreconditionFailed, "version-stale", "The %s has changed; get it anew.", what)
}

// instanceVersion is the version of the instance that If-Match asks for.
func instanceVersion(header string, i *rest.Instance) (int64, error) {
	ok, err := ifMatch(header, draft{}.etag(i.Version), later{}.etag(i.Version))
	return named(header, ok, err, i.Version, "instance")
}

// elementVersion is the version of the element that If-Match asks for.
func elementVersion(header string, i *rest.Instance, e *rest.Element) (int64, error) {
	ok, err := matches(header, i, e)
	return named(header, ok, err, e.Version, "data element")
}

func tags(h http.Header, name string) []string {
	var all []string
	for _, value := range h.Values(name) {
		all = append(all, splitTags(value)...)
	}
	return all
}

// splitTags splits a list of entity tags; ours have no commas inside.
func splitTags(value string) []string {
	parts := strings.Split(value, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

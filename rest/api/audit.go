package api

import (
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"overgang/rest"
)

// audit writes one line about who was let do what to which instance, or why
// not. It has ids of parties and instances, and no identity numbers, names,
// queries or content. What needs no token is no decision.
func (s *server) audit(c echo.Context, r Record) {
	if s.config.Audit == nil || r.Operation == "" || c.Get(openKey) == true {
		return
	}
	decision, level := "allowed", slog.LevelInfo
	switch r.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusGone, http.StatusTooManyRequests:
		decision, level = "denied", slog.LevelWarn
	}
	if c.Get(openKey) == false && r.Status >= 400 { // what it is about is access itself
		decision, level = "denied", slog.LevelWarn
	}
	attrs := append(make([]slog.Attr, 0, 16), slog.String("decision", decision), slog.String("request", r.ID), slog.String("operation", r.Operation),
		slog.String("method", r.Method), slog.String("caller", r.Caller), slog.String("address", s.address(c.Request())), slog.Int("status", r.Status))
	for _, more := range []struct {
		name, value string
		shown       func(string) bool // nil = always
	}{
		{"code", r.Code, nil}, {"cause", text(c, causeKey), nil}, {"issuer", text(c, issuerKey), nil}, {"signer", text(c, signerKey), nil},
		{"org", c.Param("org"), isName}, {"app", c.Param("app"), isName}, {"party", c.Param("owner"), isParty},
		{"subscription", c.Param("id"), func(id string) bool { return strings.HasPrefix(c.Path(), "/events/") && isDigits(id) }},
		{"transfer", c.Param("fileTransferId"), isID}, {"instance", c.Param("guid"), isID}, {"element", c.Param("dataGuid"), isID},
		{"correspondence", c.Param("correspondenceId"), isID}, {"attachment", c.Param("attachmentId"), isID},
	} {
		if more.value != "" && (more.shown == nil || more.shown(more.value)) {
			attrs = append(attrs, slog.String(more.name, more.value))
		}
	}
	s.config.Audit.LogAttrs(c.Request().Context(), level, "access", attrs...)
}

// What an address has in the place of an id or a name is shown only when it is
// one: somebody may have put an identity number there.

func isID(text string) bool { return uuid.Validate(text) == nil }

func isParty(text string) bool { _, err := partyID(text, ""); return err == nil }

func isDigits(text string) bool {
	_, err := strconv.ParseUint(text, 10, 32) // too short for an identity number
	return err == nil
}

func isName(text string) bool {
	return len(text) <= 64 && text != "" && (text[0] < '0' || text[0] > '9')
}

// causeOf is why access was denied, where the log may know more than the
// caller: that something is there, but somebody else's.
func causeOf(err error) string {
	var e *rest.Error
	access := []rest.Kind{rest.Unauthenticated, rest.Forbidden, rest.NotFound}
	if errors.As(err, &e) && e.Err != nil && slices.Contains(access, e.Kind) {
		return e.Err.Error()
	}
	return ""
}

package events_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api"
	"overgang/rest/api/events"
	"overgang/rest/api/token"
	"overgang/rest/core"
	"overgang/store"
)

// TestDocument: served to anybody.
func TestDocument(t *testing.T) {
	s := newStage(t)
	a := s.do(call{path: "/events/openapi.yaml"}).want(t, 200, "")
	s.do(call{path: "/events/openapi.yaml", header: http.Header{"If-None-Match": {a.Header.Get("ETag")}}}).want(t, 304, "")
}

// TestLife: made, listed, read, tested, rotated, removed; and always one's own only.
func TestLife(t *testing.T) {
	s := newStage(t)
	a := s.do(call{method: "POST", path: path, as: asOwner, body: `{"endPoint":"https://receiver.example.org/hook?k=1","typeFilter":"app.instance.created"}`}).want(t, 201, "")
	var made events.Subscription
	a.json(t, &made)
	if a.Header.Get("Location") != fmt.Sprintf("%s%s/%d", base, path, made.Id) || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", a.Header)
	}
	if !strings.HasPrefix(made.Secret, "whsec_") || made.Validated || made.State != "pending" || made.Consumer != "/org/ttd" || made.CreatedBy != "ttd" ||
		made.TypeFilter != "app.instance.created" || made.Waiting != 1 {
		t.Errorf("%+v", made)
	}
	one := fmt.Sprintf("%s/%d", path, made.Id)
	users := s.subscribe(asUser, "")
	if users.Consumer != "/party/50001" || users.CreatedBy != "person:50001" {
		t.Errorf("%+v", users)
	}
	var list events.SubscriptionList
	s.do(call{path: path, as: asOwner}).want(t, 200, "").json(t, &list)
	if list.Count != 1 || list.Subscriptions[0].Id != made.Id || list.Subscriptions[0].Secret != "" {
		t.Errorf("%+v", list)
	}
	s.do(call{path: path, as: asOther}).want(t, 200, "").json(t, &list)
	if list.Count != 0 || list.Subscriptions == nil {
		t.Errorf("%+v", list)
	}
	for _, c := range []call{{path: one}, {method: "DELETE", path: one}, {method: "POST", path: one + "/validate"}, {method: "POST", path: one + "/test"},
		{method: "POST", path: one + "/secret"}, {path: one + "/deadletters"}, {method: "DELETE", path: one + "/deadletters"}, {method: "DELETE", path: one + "/deadletters/1"},
		{method: "POST", path: one + "/deadletters/redeliver"}, {method: "POST", path: one + "/deadletters/1/redeliver"}} {
		c.as = asOther
		theirs := s.do(c).want(t, 404, "subscription-unknown")
		c.path = strings.Replace(c.path, one, path+"/4711", 1)
		nobodys := s.do(c).want(t, 404, "subscription-unknown")
		if string(theirs.body) != string(nobodys.body) {
			t.Errorf("%s: another's reads %s, nobody's %s", c.path, theirs.body, nobodys.body)
		}
	}
	s.do(call{path: path + "/0", as: asOwner}).want(t, 404, "subscription-unknown")
	s.do(call{method: "POST", path: one + "/test", as: asOwner}).want(t, 429, "subscription-trigger")
	s.pass(time.Minute)
	s.do(call{method: "POST", path: one + "/test", as: asOwner}).want(t, 202, "").json(t, &made)
	if made.Waiting != 2 {
		t.Errorf("%+v", made)
	}
	s.pass(time.Minute)
	s.do(call{method: "POST", path: one + "/validate", as: asOwner}).want(t, 202, "")
	var secret events.Secret
	a = s.do(call{method: "POST", path: one + "/secret", as: asOwner}).want(t, 200, "")
	a.json(t, &secret)
	if !strings.HasPrefix(secret.Secret, "whsec_") || !secret.PreviousValidUntil.Equal(s.now().Add(24*time.Hour)) || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%+v", secret)
	}
	s.do(call{path: one, as: asOwner}).want(t, 200, "")
	s.do(call{method: "DELETE", path: one, as: asOwner}).want(t, 200, "")
	s.do(call{method: "DELETE", path: one, as: asOwner}).want(t, 404, "subscription-unknown")
	audit := s.audit.String()
	for _, want := range []string{"operation=subscribe", "operation=unsubscribe", "operation=rotateSecret", fmt.Sprintf("subscription=%d", made.Id), "caller=ttd"} {
		if !strings.Contains(audit, want) {
			t.Errorf("the audit lacks %s:\n%s", want, audit)
		}
	}
	if all := audit + s.logs.String(); strings.Contains(all, "whsec_") || strings.Contains(all, "k=1") {
		t.Errorf("a secret in the log:\n%s", all)
	}
}

// TestFilters: what a client may wish, and how it reads afterwards.
func TestFilters(t *testing.T) {
	s := newStage(t)
	in, err := s.core.CreateInstance(t.Context(), rest.Caller{Owner: "ttd", Scopes: []string{rest.ScopeRead, rest.ScopeWrite, rest.ScopeOwner}},
		rest.NewInstance{App: rest.AppID{Org: "ttd", App: "melding"}, Owner: rest.PartyRef{ID: company}})
	if err != nil {
		t.Fatal(err)
	}
	address := "https://ttd.apps.example.org/ttd/melding/instances/50002/" + in.ID.String()
	for _, tt := range []struct {
		as   token.Grant
		more string
		want string // JSON that the answer contains
	}{
		{asOwner, `,"resourceFilter":"urn:altinn:resource:app_ttd_melding"`, `"resourceFilter":"urn:altinn:resource:app_ttd_melding"`},
		{asOwner, `,"resourceFilters":["urn:altinn:resource:app_ttd_rapport","urn:altinn:resource:app_ttd_melding"]`,
			`"resourceFilters":["urn:altinn:resource:app_ttd_melding","urn:altinn:resource:app_ttd_rapport"]`},
		{asOwner, `,"sourceFilter":"https://ttd.apps.example.org/ttd/melding"`, `"resourceFilter":"urn:altinn:resource:app_ttd_melding"`},
		{asOwner, `,"sourceFilter":"` + address + `"`, `"sourceFilter":"` + base + `/ttd/melding/instances/50002/` + in.ID.String() + `"`},
		{asUser, `,"sourceFilter":"` + address + `","subjectFilter":"/party/50002"`, `"subjectFilter":"/party/50002"`},
		{asOwner, `,"subjectFilter":"/party/50002"`, `"subjectFilter":"/party/50002"`},
		{asOwner, `,"subjectFilter":"/party/4711"`, `"subjectFilter":"/party/4711"`}, // nobody, which an owner is not told
		{asUser, `,"subjectFilter":"/party/50002"`, `"subjectFilter":"/party/50002"`},
		{asUser, `,"alternativeSubjectFilter":"/person/` + personSSN + `"`, `"subjectFilter":"/party/50001"`},
		{asUser, `,"alternativeSubjectFilter":"/organisation/` + companyOrg + `","resourceFilter":"urn:altinn:resource:app_skd_skatt"`, `"subjectFilter":"/party/50002"`},
		{asOwner, `,"alternativeSubjectFilter":"/org/` + companyOrg + `"`, `"subjectFilter":"/party/50002"`},
		{asOwner, `,"typeFilter":"app.instance.process.movedTo.Signing"`, `"typeFilter":"app.instance.process.movedTo.Signing"`},
		{asOwner, `,"typeFilters":["app.instance.data.*","app.instance.created"]`, `"typeFilters":["app.instance.created","app.instance.data.*"]`},
	} {
		a := s.do(call{method: "POST", path: path, as: tt.as, body: `{"endPoint":"https://receiver.example.org"` + tt.more + `}`}).want(t, 201, "")
		if !strings.Contains(string(a.body), tt.want) || strings.Contains(string(a.body), personSSN) {
			t.Errorf("%s: %s", tt.more, a.body)
		}
	}
	long := ""
	for i := range 60 {
		long += fmt.Sprintf(`"urn:altinn:resource:app_ttd_a%d",`, i)
	}
	for _, tt := range []struct {
		user   bool
		more   string
		status int
		code   string
	}{
		{false, `,"resourceFilter":"urn:altinn:resource:app_skd_skatt"`, 404, "application-unknown"}, // another's
		{false, `,"resourceFilter":"urn:altinn:resource:app_ttd_nothing"`, 404, "application-unknown"},
		{false, `,"resourceFilter":"ttd/melding"`, 400, "resource-filter"},
		{false, `,"resourceFilter":"urn:altinn:resource:app_ttd"`, 400, "resource-filter"},
		{false, `,"resourceFilter":"urn:altinn:resource:app_ttd_melding","resourceFilters":["urn:altinn:resource:app_ttd_melding"]`, 400, "filter-twice"},
		{false, `,"resourceFilters":[""]`, 400, "filter-empty"},
		{false, `,"resourceFilters":[` + strings.TrimSuffix(long, ",") + `]`, 400, "filter-long"},
		{false, `,"sourceFilter":"/ttd/melding"`, 400, "source-filter"},
		{false, `,"sourceFilter":"https://x.example/melding"`, 400, "source-filter"},
		{false, `,"sourceFilter":"https://x.example/ttd/melding?a=b"`, 400, "source-filter"},
		{false, `,"sourceFilter":"https://x.example/ttd/melding/instances/50002/x"`, 400, "source-filter"},
		{false, `,"sourceFilter":"https://x.example/ttd/melding","resourceFilter":"urn:altinn:resource:app_ttd_rapport"`, 400, "filter-contradiction"},
		{false, `,"sourceFilter":"https://x.example/ttd/melding/instances/50002/` + uuid.NewString() + `"`, 404, "instance-unknown"},
		{false, `,"sourceFilter":"https://x.example/ttd/rapport/instances/50002/` + in.ID.String() + `"`, 404, "instance-unknown"},
		{false, `,"sourceFilter":"` + address + `","subjectFilter":"/party/50001"`, 400, "filter-contradiction"},
		{false, `,"subjectFilter":"50002"`, 400, "subject-filter"},
		{false, `,"subjectFilter":"/party/+50002"`, 400, "subject-filter"},
		{false, `,"subjectFilter":"/party/0"`, 400, "subject-filter"},
		{false, `,"alternativeSubjectFilter":"/person/123"`, 400, "alternative-subject-filter"},
		{false, `,"alternativeSubjectFilter":"/person/` + companyOrg + `"`, 400, "alternative-subject-filter"},
		{false, `,"subjectFilter":"/party/50001","alternativeSubjectFilter":"/organisation/` + companyOrg + `"`, 400, "filter-contradiction"},
		{false, `,"typeFilter":"app.instance.nothing"`, 400, "type-unknown"},
		{false, `,"typeFilter":"*.created"`, 400, "type-unknown"},
		{false, `,"typeFilter":"app.instance.process.movedTo."`, 400, "type-unknown"},
		{false, `,"alternativeSubjectFilter":"/person/01810100105"`, 403, "party"}, // has nothing at the owner's applications
		{false, `,"alternativeSubjectFilter":"/person/01810100997"`, 403, "party"}, // nobody
		{false, `,"subjectFilter":"/party/50003","alternativeSubjectFilter":"/person/01810100105"`, 400, "filter-contradiction"},
		{false, `,"subjectFilter":"/party/50003","alternativeSubjectFilter":"/person/01810100997"`, 400, "filter-contradiction"},
		{true, `,"subjectFilter":"/party/50003"`, 403, "party"}, // somebody else
		{true, `,"subjectFilter":"/party/4711"`, 403, "party"},  // nobody
		{true, `,"alternativeSubjectFilter":"/person/01810100105"`, 403, "party"},
		{true, `,"alternativeSubjectFilter":"/person/01810100997"`, 403, "party"},
		// Which id a number has is told to nobody who may not act for it.
		{true, `,"subjectFilter":"/party/50003","alternativeSubjectFilter":"/person/01810100105"`, 403, "party"},
		{true, `,"subjectFilter":"/party/50002","alternativeSubjectFilter":"/person/01810100105"`, 403, "party"},
		{true, `,"subjectFilter":"/party/50003","alternativeSubjectFilter":"/person/01810100997"`, 403, "party"},
		{true, `,"resourceFilter":"urn:altinn:resource:app_ttd_nothing","alternativeSubjectFilter":"/person/01810100105"`, 404, "application-unknown"},
		{true, `,"resourceFilter":"urn:altinn:resource:app_ttd_nothing","alternativeSubjectFilter":"/person/01810100997"`, 404, "application-unknown"},
		{false, `,"consumer":"/org/ttd"`, 400, "json-field-unknown"},
		{false, `,"endPoint":"https://a.example"`, 400, "json-field-repeated"},
	} {
		as := asOwner
		if tt.user {
			as = asUser
		}
		s.do(call{method: "POST", path: path, as: as, body: `{"endPoint":"https://receiver.example.org"` + tt.more + `}`}).want(t, tt.status, tt.code)
	}
	for endpoint, code := range map[string]string{
		"": "endpoint-missing", "http://receiver.example.org": "endpoint-scheme", "https://10.0.0.1": "endpoint-forbidden", "https://u:p@x.example": "endpoint-credentials",
		"https://x.example/" + strings.Repeat("x", 2048): "endpoint-long", "https://127.1": "endpoint-invalid",
	} {
		s.do(call{method: "POST", path: path, as: asOwner, body: `{"endPoint":"` + endpoint + `"}`}).want(t, 400, code)
	}
}

// TestDeadLetters: listed in pages, sent again, forgotten; what the caller may
// not read any more is left out.
func TestDeadLetters(t *testing.T) {
	s := newStage(t)
	made, users := s.subscribe(asOwner, ""), s.subscribe(asUser, "")
	base := fmt.Sprintf("%s/%d/deadletters", path, made.Id)
	first, second, third := s.dead(made.Id), s.dead(made.Id), s.dead(made.Id)
	var list events.DeadLetterList
	a := s.do(call{path: base + "?size=2", as: asOwner}).want(t, 200, "")
	a.json(t, &list)
	if list.Count != 2 || list.DeadLetters[0].Id != first || list.DeadLetters[0].Event.Type != "app.instance.created" || list.DeadLetters[0].Attempts != 17 ||
		list.DeadLetters[0].LastAttempt.Failure != "status" || list.DeadLetters[0].WebhookId != fmt.Sprintf("msg_%d_%s", made.Id, list.DeadLetters[0].Event.Id) {
		t.Errorf("%s", a.body)
	}
	link := a.Header.Get("Link")
	_, next, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(link, "<"), `>; rel="next"`), "gateway.example.org")
	a = s.do(call{path: next, as: asOwner}).want(t, 200, "")
	a.json(t, &list)
	if list.Count != 1 || list.DeadLetters[0].Id != third || a.Header.Get("Link") != "" {
		t.Errorf("%s: %s", next, a.body)
	}
	for query, code := range map[string]string{"after=x": "after-invalid", "after=-1": "after-invalid", "size=0": "size-invalid", "size=1001": "size-invalid", "page=1": "parameter-unknown"} {
		s.do(call{path: base + "?" + query, as: asOwner}).want(t, 400, code)
	}
	var n events.Count
	letter := func(id int64) string { return fmt.Sprintf("%s/%d", base, id) }
	s.do(call{method: "POST", path: letter(first) + "/redeliver", as: asOwner}).want(t, 202, "")
	s.do(call{method: "POST", path: letter(first) + "/redeliver", as: asOwner}).want(t, 404, "dead-letter-unknown") // it waits again
	s.do(call{method: "DELETE", path: letter(first), as: asOwner}).want(t, 404, "dead-letter-unknown")
	s.do(call{method: "DELETE", path: letter(second), as: asOwner}).want(t, 200, "")
	s.do(call{method: "POST", path: letter(0) + "/redeliver", as: asOwner}).want(t, 404, "dead-letter-unknown")
	s.do(call{method: "DELETE", path: letter(0), as: asOwner}).want(t, 404, "dead-letter-unknown")
	theirs := s.dead(users.Id)
	s.do(call{method: "DELETE", path: letter(theirs), as: asOwner}).want(t, 404, "dead-letter-unknown")
	s.do(call{method: "POST", path: base + "/redeliver", as: asOwner}).want(t, 202, "").json(t, &n)
	if n.Count != 1 {
		t.Errorf("redelivered %d", n.Count)
	}
	s.dead(made.Id)
	s.do(call{method: "DELETE", path: base, as: asOwner}).want(t, 200, "").json(t, &n)
	if n.Count != 1 {
		t.Errorf("dropped %d", n.Count)
	}
	mine := fmt.Sprintf("%s/%d/deadletters", path, users.Id)
	s.do(call{path: mine, as: asUser}).want(t, 200, "").json(t, &list)
	if list.Count != 1 {
		t.Errorf("%+v", list)
	}
	if err := s.db.Update(t.Context(), func(tx store.Tx) error {
		return tx.DeleteGrant(rest.PersonSubject(person), company, rest.ServiceRef{})
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.core.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.do(call{path: mine, as: asUser}).want(t, 200, "").json(t, &list)
	if list.Count != 0 {
		t.Errorf("shown although the right is gone: %+v", list)
	}
}

// TestLimits: of subscriptions, and of a gateway that delivers nothing.
func TestLimits(t *testing.T) {
	s := newStage(t, func(c *core.Config) { c.MaxSubscriptions = 2 })
	s.subscribe(asOwner, "")
	s.subscribe(asOwner, "")
	s.do(call{method: "POST", path: path, as: asOwner, body: `{"endPoint":"https://receiver.example.org"}`}).want(t, 409, "subscriptions-many")
	s.subscribe(asUser, "")
	off := newStage(t, func(c *core.Config) { c.CheckEndpoint = nil })
	off.do(call{method: "POST", path: path, as: asOwner, body: `{"endPoint":"https://receiver.example.org"}`}).want(t, 503, "subscriptions-off")
}

// TestConflicts: a test of what is disabled; a key whose answer held a secret.
func TestConflicts(t *testing.T) {
	s := newStage(t)
	made := s.subscribe(asOwner, "")
	one := fmt.Sprintf("%s/%d", path, made.Id)
	s.pass(time.Minute)
	keyed := func(key string) http.Header {
		return http.Header{"Idempotency-Key": {key}, "Content-Type": {"application/json"}}
	}
	s.do(call{method: "POST", path: one + "/validate", as: asOwner, header: keyed("v")}).want(t, 202, "")
	s.do(call{method: "POST", path: one + "/validate", as: asOwner, header: keyed("v")}).want(t, 202, "") // told again
	disable := func() {
		if err := s.db.Update(t.Context(), func(tx store.Tx) error {
			row, err := tx.Subscription(made.Id)
			row.State, row.Reason = rest.Disabled, rest.ReceiverGone
			return errors.Join(err, tx.UpdateSubscription(&row))
		}); err != nil {
			t.Fatal(err)
		}
	}
	s.pass(time.Minute)
	disable()
	s.do(call{method: "POST", path: one + "/test", as: asOwner}).want(t, 409, "subscription-disabled")
	a := s.do(call{path: one, as: asOwner}).want(t, 200, "")
	if !strings.Contains(string(a.body), `"reason":"gone"`) {
		t.Errorf("%s", a.body)
	}
	body := `{"endPoint":"https://receiver.example.org"}`
	s.do(call{method: "POST", path: path, as: asOwner, header: keyed("k"), body: body}).want(t, 201, "")
	s.do(call{method: "POST", path: path, as: asOwner, header: keyed("k"), body: body}).want(t, 409, "idempotency-answer-lost")
	var list events.SubscriptionList
	s.do(call{path: path, as: asOwner}).want(t, 200, "").json(t, &list)
	if list.Count != 2 {
		t.Errorf("%d subscriptions, want 2", list.Count)
	}
	s.do(call{method: "POST", path: one + "/secret", as: asOwner, header: keyed("s")}).want(t, 200, "")
	for _, c := range []call{{path: one + "/secret"}, {path: one + "/validate"}, {path: one + "/deadletters/redeliver"}, {path: one + "/deadletters/1/redeliver"}} {
		// Carried out, but its answer was not kept: by a secret, or a crash.
		key := "lost" + c.path
		claim, err := s.core.Claim(t.Context(), rest.Caller{Owner: "ttd"}, key)
		if err != nil {
			t.Fatal(err)
		}
		if err := claim.Answer(t.Context(), rest.FirstAnswer{}); err != nil {
			t.Fatal(err)
		}
		claim.Release()
		s.do(call{method: "POST", path: c.path, as: asOwner, header: keyed(key)}).want(t, 409, "idempotency-answer-lost")
	}
}

// TestEveryOperationRefuses what every operation does.
func TestEveryOperationRefuses(t *testing.T) {
	s := newStage(t)
	made := s.subscribe(asUser, "")
	letter := s.dead(made.Id)
	good := `{"endPoint":"https://receiver.example.org"}`
	s.do(call{method: "POST", path: path, as: asUser, header: http.Header{"Idempotency-Key": {"used"}, "Content-Type": {"application/json"}}, body: good}).want(t, 201, "")
	s.do(call{method: "POST", path: fmt.Sprintf("%s/%d/deadletters/redeliver", path, made.Id), as: asUser, header: http.Header{"Idempotency-Key": {"kept"}}}).want(t, 202, "")
	for address, item := range document.Spec(t).Paths.Map() {
		for method, op := range item.Operations() {
			if op.OperationID == "getDocument" {
				continue
			}
			c := call{method: method, as: asUser,
				path: strings.NewReplacer("{id}", fmt.Sprint(made.Id), "{letter}", fmt.Sprint(letter)).Replace(address)}
			if op.OperationID == "subscribe" {
				c.body = good
			}
			with := func(change func(*call)) answer { d := c; change(&d); return s.do(d) }
			with(func(c *call) { c.path += "?nothing=1" }).want(t, 400, "parameter-unknown")
			if strings.Contains(address, "{id}") {
				with(func(c *call) { c.path = strings.Replace(c.path, fmt.Sprint("/", made.Id), "/x", 1); c.unlisted = true }).want(t, 400, "parameter-invalid")
			}
			a := with(func(c *call) { c.as.Party = 0 }).want(t, 401, "token-missing")
			if a.Header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s: no challenge", op.OperationID)
			}
			with(func(c *call) { c.as = asScopeless }).want(t, 403, "scope-missing")
			if method != "GET" {
				with(func(c *call) { c.as = asReader }).want(t, 403, "scope-missing")
			}
			if op.OperationID == "subscribe" {
				with(func(c *call) { c.as = asWriter }).want(t, 403, "scope-missing")
				with(func(c *call) { c.header = http.Header{"Content-Type": {"text/plain"}} }).want(t, 415, "content-type")
				with(func(c *call) { c.body = `{"endPoint":"` + strings.Repeat("x", 20<<10) + `"}` }).want(t, 413, "body-too-large")
				with(func(c *call) {
					c.body = `{"resourceFilter":"urn:altinn:resource:app_ttd_nothing","endPoint":"https://x.example"}`
				}).want(t, 404, "application-unknown")
			}
			if method == "POST" {
				other := "kept"
				if strings.HasSuffix(address, "/deadletters/redeliver") {
					other = "another"
					s.do(call{method: "POST", path: fmt.Sprintf("%s/%d/deadletters/%d/redeliver", path, made.Id, s.dead(made.Id)), as: asUser,
						header: http.Header{"Idempotency-Key": {other}}}).want(t, 202, "")
				}
				with(func(c *call) {
					c.header = http.Header{"Idempotency-Key": {other}, "Content-Type": {"application/json"}}
				}).want(t, 422, "idempotency-key-reused")
			}
			s.rate.Store(true)
			if a := s.do(c).want(t, 429, "rate"); a.Header.Get("Retry-After") != "1" {
				t.Errorf("%s: Retry-After %q", op.OperationID, a.Header.Get("Retry-After"))
			}
			s.rate.Store(false)
			for err, want := range map[error][2]any{errors.New("the disk is on fire"): {500, "internal"}, store.ErrFull: {503, "storage-full"}} {
				s.db.err.Store(&err)
				a := s.do(c).want(t, want[0].(int), want[1].(string))
				s.db.err.Store(nil)
				if strings.Contains(string(a.body), "fire") {
					t.Errorf("%s: %s", op.OperationID, a.body)
				}
			}
		}
	}
	s.do(call{method: "PUT", path: path, as: asUser, unlisted: true}).want(t, 405, "method-not-allowed")
	s.do(call{path: "/events/nothing", as: asUser, unlisted: true}).want(t, 404, "not-found")
}

// TestRender: what receivers get is a CloudEvent.
func TestRender(t *testing.T) {
	u := events.URLs{Apps: base, Platform: base}
	at := time.Date(2026, 3, 1, 12, 0, 0, 5, time.UTC)
	e := rest.Event{ID: 42, At: at, Type: rest.EventStepChanged, App: rest.AppID{Org: "ttd", App: "melding"}, Owner: 50002, Instance: uuid.New(), Step: "Signing", By: "person:50001"}
	body, err := u.Render(&rest.Delivery{Subscription: 7, Kind: rest.EventDelivery, Event: e}, "msg_7_42", at)
	var got api.CloudEvent
	if err != nil || json.Unmarshal(body, &got) != nil {
		t.Fatal(err, string(body))
	}
	if got.Id != "42" || got.Specversion != "1.0" || got.Type != "app.instance.process.movedTo.Signing" || got.Subject != "/party/50002" || got.Resource != "urn:altinn:resource:app_ttd_melding" ||
		got.Source != base+"/ttd/melding/instances/50002/"+e.Instance.String() {
		t.Errorf("%s", body)
	}
	for kind, want := range map[rest.DeliveryKind]string{rest.ValidationDelivery: "platform.events.validatesubscription", rest.TestDelivery: "platform.events.testsubscription"} {
		body, err := u.Render(&rest.Delivery{ID: 3, Subscription: 7, Kind: kind}, "msg_7_x3", at)
		text := fmt.Sprintf(`{"specversion":"1.0","id":"msg_7_x3","type":%q,"source":"%s%s/7","time":"2026-03-01T12:00:00Z"}`, want, base, path)
		if err != nil || string(body) != text {
			t.Errorf("%s, %v, want %s", body, err, text)
		}
	}
	if _, err := u.Render(&rest.Delivery{Kind: "nothing"}, "", at); err == nil {
		t.Error("a delivery of no kind is rendered")
	}
}

package client_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api"
	"overgang/rest/client"
	"overgang/rest/core"
	"overgang/store"
	"overgang/store/blobfs"
	"overgang/store/sqlstore"
)

func TestGeneratedCodeIsUpToDate(t *testing.T) {
	committed, err := os.ReadFile("client.gen.go")
	if err != nil {
		t.Fatal(err)
	}
	config, err := os.ReadFile("oapi-codegen.yaml")
	if err != nil {
		t.Fatal(err)
	}
	out, other := filepath.Join(t.TempDir(), "client.gen.go"), filepath.Join(t.TempDir(), "oapi-codegen.yaml")
	config = bytes.Replace(config, []byte("output: ../client/client.gen.go"), []byte("output: "+out), 1)
	if err := os.WriteFile(other, config, 0o600); err != nil {
		t.Fatal(err)
	}
	generate := exec.Command("go", "tool", "oapi-codegen", "-config", other, "../api/openapi.yaml")
	if text, err := generate.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	fresh, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(committed, fresh) {
		t.Error("client.gen.go is not what openapi.yaml gives: run go generate ./rest/api")
	}
}

// tokens knows two callers: a person and an application's owner.
type tokens struct{}

func (tokens) Verify(_ context.Context, raw rest.Secret) (rest.Caller, error) {
	both := []string{rest.ScopeRead, rest.ScopeWrite}
	switch raw.Reveal() {
	case "user":
		return rest.Caller{Person: 50001, Scopes: both}, nil
	case "owner":
		return rest.Caller{Owner: "ttd", Scopes: append(both, rest.ScopeOwner)}, nil
	}
	return rest.Caller{}, rest.Errorf(rest.Unauthenticated, "token-invalid", "The token is not valid.")
}

// serve starts the API over the embedded core in a directory and returns its address.
func serve(ctx context.Context, dir string) (address string, stop func(), err error) {
	db, err := sqlstore.Open(ctx, sqlstore.Options{Path: filepath.Join(dir, "overgang.db")})
	if err != nil {
		return "", nil, err
	}
	blobs, err := blobfs.Open(filepath.Join(dir, "blobs"))
	if err != nil {
		return "", nil, errors.Join(err, db.Close())
	}
	err = db.Update(ctx, func(tx store.Tx) error {
		return errors.Join(tx.PutParty(&rest.Party{ID: 50001, Kind: rest.PersonParty, SSN: "12247918309", Name: "Kari Nordmann"}),
			tx.PutApplication(&rest.Application{ID: rest.AppID{Org: "ttd", App: "melding"}, DataTypes: []rest.DataType{{ID: "default", ContentTypes: []string{"text/plain"}}}}))
	})
	if err != nil {
		return "", nil, errors.Join(err, db.Close())
	}
	c, err := core.New(core.Config{Store: db, Blobs: blobs, Secret: rest.Secret(strings.Repeat("s", 32))})
	if err != nil {
		return "", nil, errors.Join(err, db.Close())
	}
	h, err := api.New(api.Config{
		Core: c, Tokens: tokens{}, AppsURL: "https://apps.example.org", PlatformURL: "https://platform.example.org",
		Secret: bytes.Repeat([]byte{1}, 32), Rand: rand.Reader, Now: time.Now, NewID: uuid.NewString, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return "", nil, errors.Join(err, c.Close(), db.Close())
	}
	s := httptest.NewServer(h)
	return s.URL, func() {
		s.Close()
		_ = c.Close()
		_ = db.Close()
	}, nil
}

// as hands a token to every request.
func as(token string) client.ClientOption {
	return client.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+token)
		return nil
	})
}

// Example sends in as a user, finds it as the application's owner, downloads it
// and confirms.
func Example() {
	dir, err := os.MkdirTemp("", "client")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	address, stop, err := serve(ctx, dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer stop()

	user, _ := client.NewClientWithResponses(address, as("user"))
	created, err := user.CreateInstanceWithResponse(ctx, "ttd", "melding", nil, client.NewInstance{
		InstanceOwnerId: new("50001"), Labels: &[]string{"gr"},
		Data: &[]client.NewData{{FormId: new("default"), ContentType: new("text/plain"), Content: []byte("blåbær")}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(created.Status())

	owner, _ := client.NewClientWithResponses(address, as("owner"))
	page, err := owner.ListInstancesWithResponse(ctx, &client.ListInstancesParams{AppId: new("ttd/melding"), Label: &[]string{"gr"}})
	if err != nil || page.JSON200 == nil {
		fmt.Println(err, string(page.Body))
		return
	}
	found := page.JSON200.UnderscoreEmbedded.Instances[0]
	party, guid, _ := strings.Cut(found.Id, "/")
	id := uuid.MustParse(guid)
	fmt.Println(found.Id == created.JSON201.Id, found.Data[0].FormId)

	download, err := owner.GetContent(ctx, party, id, found.Data[0].Id)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer download.Body.Close()
	text, _ := io.ReadAll(download.Body)
	fmt.Println(string(text))

	confirmed, err := owner.ConfirmElementsWithResponse(ctx, party, id, nil)
	fmt.Println(confirmed.StatusCode(), err)

	// Problems are typed too.
	stranger, _ := client.NewClientWithResponses(address, as("nobody"))
	refused, _ := stranger.GetInstanceWithResponse(ctx, party, id)
	fmt.Println(refused.StatusCode(), refused.ApplicationproblemJSON401.Code)
	// Output:
	// 201 Created
	// true default
	// blåbær
	// 200 <nil>
	// 401 token-invalid
}

package wsdl

import (
	"encoding/xml"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hooklift/gowsdl"
)

// TestGowsdl reads every published document with gowsdl, to the same operations
// as the model.
func TestGowsdl(t *testing.T) {
	c := load(t)
	var base string
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e := c.EndpointAt(r.URL.Path)
		if e == nil {
			http.NotFound(w, r)
			return
		}
		body, ok := c.Document(e, r.URL.RawQuery, base)
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/xml; charset=utf-8")
		w.Write(body)
	}))
	base = "http://" + server.Listener.Addr().String()
	server.Start()
	t.Cleanup(server.Close)

	for _, e := range c.Endpoints {
		for _, query := range []string{"wsdl", "singleWsdl"} {
			t.Run(e.Name+"/"+query, func(t *testing.T) {
				t.Parallel()
				body, ok := c.Document(e, query, base)
				if !ok {
					t.Fatal("no document")
				}
				var definitions gowsdl.WSDL
				if err := xml.Unmarshal(body, &definitions); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(modelView(e), gowsdlView(&definitions, base)); diff != "" {
					t.Errorf("model (-), gowsdl (+):\n%s", diff)
				}

				code := generate(t, base+e.Paths[0]+"?"+query)
				var names []string
				for _, op := range listed(e) {
					names = append(names, op.Name+"("+op.Input.Name.Local+") "+op.Output.Name.Local)
				}
				if diff := cmp.Diff(names, generatedMethods(t, e.PortType.Local, code)); diff != "" {
					t.Errorf("model (-), generated client (+):\n%s", diff)
				}
			})
		}
	}
}

// view is what gowsdl and the model both say of an endpoint.
type view struct {
	Service, PortType, Address string
	Operations                 []string
}

// listed are the operations that an endpoint's documents list.
func listed(e *Endpoint) (operations []*Operation) {
	for _, op := range e.Operations {
		if !op.Unlisted {
			operations = append(operations, op)
		}
	}
	return operations
}

// modelView leaves out the address and the actions of SOAP 1.2, whose bindings
// gowsdl does not read.
func modelView(e *Endpoint) view {
	v := view{e.Service.String(), e.PortType.String(), "", nil}
	if e.SOAP == "1.1" {
		v.Address = e.Paths[0]
	}
	for _, op := range listed(e) {
		action := ""
		if e.SOAP == "1.1" {
			action = op.Action
		}
		v.Operations = append(v.Operations, strings.Join([]string{op.Name, action, op.Input.Name.Local, op.Output.Name.Local, op.Fault.Name.Local}, " "))
	}
	return v
}

func gowsdlView(d *gowsdl.WSDL, base string) view {
	local := func(name string) string { return name[strings.Index(name, ":")+1:] }
	elements := map[string]string{}
	for _, m := range d.Messages {
		elements[m.Name] = local(m.Parts[0].Element)
	}
	actions := map[string]string{}
	for _, op := range d.Binding[0].Operations {
		actions[op.Name] = op.SOAPOperation.SOAPAction
	}
	v := view{
		Name{d.TargetNamespace, d.Service[0].Name}.String(),
		Name{d.TargetNamespace, d.PortTypes[0].Name}.String(),
		strings.TrimPrefix(d.Service[0].Ports[0].SOAPAddress.Location, base),
		nil,
	}
	for _, op := range d.PortTypes[0].Operations {
		v.Operations = append(v.Operations, strings.Join([]string{op.Name, actions[op.Name], elements[local(op.Input.Message)], elements[local(op.Output.Message)], elements[local(op.Faults[0].Message)]}, " "))
	}
	return v
}

// generate runs gowsdl, as a program: its generator writes to one map from two
// goroutines, which is also why it gets but one thread.
func generate(t *testing.T, url string) string {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "go", "tool", "gowsdl", "-d", dir, "-p", "client", "-o", "client.go", url)
	cmd.Env = append(cmd.Environ(), "GOMAXPROCS=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("gowsdl: %v: %s", err, out)
	}
	return filepath.Join(dir, "client", "client.go")
}

// generatedMethods are the methods of the generated client's interface, those
// with a context aside: "Name(Request) Response".
func generatedMethods(t *testing.T, portType, code string) (methods []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), code, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.TypeSpec)
		if !ok || spec.Name.Name != portType {
			return true
		}
		for _, method := range spec.Type.(*ast.InterfaceType).Methods.List {
			f := method.Type.(*ast.FuncType)
			if len(f.Params.List) == 1 {
				methods = append(methods, method.Names[0].Name+"("+pointee(f.Params.List[0])+") "+pointee(f.Results.List[0]))
			}
		}
		return false
	})
	return methods
}

func pointee(f *ast.Field) string {
	if star, ok := f.Type.(*ast.StarExpr); ok {
		if name, ok := star.X.(*ast.Ident); ok {
			return name.Name
		}
	}
	return "?"
}

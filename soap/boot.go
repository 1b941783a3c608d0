package soap

import (
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strings"

	"overgang/soap/codec"
	"overgang/soap/wss"
	"overgang/soap/wssc"
	"overgang/soap/xmltok"
	"overgang/wsdl"
)

// endpoint is an endpoint of the contract with its rows.
type endpoint struct {
	*wsdl.Endpoint
	version Version
	byName  map[xmltok.Name]*operation  // by the body's element
	actions map[string]bool             // of the operations
	guard   *guard                      // nil = no WS-Security
	fields  map[xmltok.Name]xmltok.Name // header blocks that are parameters, by any of their names
}

// operation is an operation of the contract with its row and its plans.
type operation struct {
	*wsdl.Operation
	row      *Operation
	request  *codec.Plan
	response *codec.Plan
	fields   *codec.Fields // in header blocks; nil = none
	newValue reflect.Type  // of a request
}

// boot binds services to a contract and collects what is wrong.
type boot struct {
	server   *Server
	services []Service
	used     map[rowName]bool
	plans    []*codec.Plan
	errs     []error
}

// rowName is one name that a row goes by in a flavour.
type rowName struct {
	row     *Operation
	flavour wsdl.Flavour
	name    string
}

func (b *boot) fail(format string, args ...any) {
	b.errs = append(b.errs, fmt.Errorf(format, args...))
}

func (b *boot) bind() {
	b.used = map[rowName]bool{}
	b.checkRows()
	for _, e := range b.server.contract.Endpoints {
		b.endpoint(e)
	}
	b.unused()
	b.errs = append(b.errs, b.server.details.check(b.server.options.FaultDetail, b.server.endpoints, &b.plans)...)
	if len(b.errs) == 0 {
		if err := codec.Unknown(b.plans...); err != nil {
			b.errs = append(b.errs, err)
		}
	}
}

// checkRows looks for rows that are not whole.
func (b *boot) checkRows() {
	for i := range b.services {
		for j := range b.services[i].Operations {
			row := &b.services[i].Operations[j]
			at := b.services[i].Name + "/" + row.Base
			if !structPointer(row.Request) {
				b.fail("row %s: Request is not a pointer to a struct", at)
			}
			if !structPointer(row.Response) {
				b.fail("row %s: Response is not a pointer to a struct", at)
			}
			if row.Handle == nil {
				b.fail("row %s: no Handle", at)
			}
			if len(row.Names) == 0 {
				b.fail("row %s: no names", at)
			}
		}
	}
}

func structPointer(v any) bool {
	t := reflect.TypeOf(v)
	return t != nil && t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct
}

// endpoint binds one endpoint.
func (b *boot) endpoint(e *wsdl.Endpoint) {
	ep := &endpoint{Endpoint: e, byName: map[xmltok.Name]*operation{}, actions: map[string]bool{}, fields: map[xmltok.Name]xmltok.Name{}}
	switch e.SOAP {
	case "1.1":
		ep.version = V11
	case "1.2":
		ep.version = V12
	default:
		b.fail("endpoint %s: unknown SOAP version %q", e.Name, e.SOAP)
	}
	if len(e.Paths) == 0 {
		b.fail("endpoint %s: no path", e.Name)
	}
	for _, p := range e.Paths {
		folded := strings.ToLower(p)
		if other := b.server.byPath[folded]; other != nil && other != ep {
			b.fail("endpoints %s and %s are both at %s", other.Name, e.Name, p)
		}
		b.server.byPath[folded], b.server.byPath[p] = ep, ep
	}
	for _, p := range e.Shares {
		folded := strings.ToLower(p)
		if other := b.server.sharing[folded]; other != nil {
			b.fail("endpoints %s and %s both share %s", other.Name, e.Name, p)
		}
		b.server.sharing[folded] = ep
	}
	if len(e.Paths) > 0 {
		var err error
		if ep.guard, err = newGuard(b.server.options.Security, e, b.server.options.Now); err != nil {
			b.fail("endpoint %s: %w", e.Name, err)
		}
	}
	services := b.servicesOf(e)
	if len(services) == 0 {
		b.fail("endpoint %s: no service", e.Name)
		return
	}
	for _, op := range e.Operations {
		b.operation(ep, op, services)
	}
	ep.inferred()
	b.server.endpoints = append(b.server.endpoints, ep)
}

// servicesOf are the services whose name the endpoint's begins with, if they
// are the longest. A service without a name has rows that every endpoint may use.
func (b *boot) servicesOf(e *wsdl.Endpoint) []*Service {
	var best, common []*Service
	longest := 0
	for i := range b.services {
		s := &b.services[i]
		n := len(s.Name)
		switch {
		case n == 0:
			common = append(common, s)
		case n > len(e.Name) || !strings.EqualFold(e.Name[:n], s.Name) || n < longest:
		case n == longest:
			best = append(best, s)
		default:
			best, longest = []*Service{s}, n
		}
	}
	return append(best, common...)
}

// operation binds one operation to its row.
func (b *boot) operation(ep *endpoint, op *wsdl.Operation, services []*Service) {
	at := ep.Name + "/" + op.Name
	row := b.row(ep, op, services, at)
	if row == nil {
		b.fail("operation %s: no row", at)
		return
	}
	if op.Input == nil || op.Output == nil {
		b.fail("operation %s: no input or no output element", at)
		return
	}
	if !structPointer(row.Request) || !structPointer(row.Response) {
		return
	}
	o := &operation{Operation: op, row: row, newValue: reflect.TypeOf(row.Request).Elem()}
	o.request = b.compile(at, op.Input, row.Request, codec.Decode, op.Spaces...)
	o.response = b.compile(at, op.Output, row.Response, codec.Encode)
	b.compileFields(ep, o, at)
	if o.request != nil && len(o.request.Large()) > 0 && row.Sink == nil {
		b.fail("operation %s: no Sink for %s", at, strings.Join(o.request.Large(), ", "))
	}
	name := xmltok.Name(op.Input.Name)
	if other := ep.byName[name]; other != nil {
		b.fail("operations %s and %s have the same body element", at, other.Name)
	}
	ep.byName[name], ep.actions[op.Action] = o, true
}

// row finds the operation's row.
func (b *boot) row(ep *endpoint, op *wsdl.Operation, services []*Service, at string) *Operation {
	var found *Operation
	for _, s := range services {
		for i := range s.Operations {
			row := &s.Operations[i]
			if !slices.Contains(row.Names[ep.Flavour], op.Name) {
				continue
			}
			b.used[rowName{row, ep.Flavour, op.Name}] = true
			if found != nil {
				b.fail("operation %s: two rows, %s and %s", at, found.Base, row.Base)
			}
			found = row
		}
	}
	return found
}

func (b *boot) compile(at string, e *wsdl.Element, v any, use codec.Use, further ...string) *codec.Plan {
	p, err := codec.Compile(e, reflect.TypeOf(v).Elem(), use, further...)
	if err != nil {
		b.fail("operation %s: %w", at, err)
		return nil
	}
	b.plans = append(b.plans, p)
	return p
}

// unused looks for names in rows that no endpoint has.
func (b *boot) unused() {
	for i := range b.services {
		for j := range b.services[i].Operations {
			row := &b.services[i].Operations[j]
			var missing []string
			for flavour, names := range row.Names {
				for _, name := range names {
					if !b.used[rowName{row, flavour, name}] {
						missing = append(missing, fmt.Sprintf("%s (%s)", name, flavour))
					}
				}
			}
			sort.Strings(missing)
			for _, m := range missing {
				b.fail("row %s/%s: no endpoint has the operation %s", b.services[i].Name, row.Base, m)
			}
		}
	}
}

// words are all names that requests of the contract are made of.
func (b *boot) words() []string {
	words := []string{NS11, NS12, addressingSpace, schemaInstance, "Envelope", "Header", "Body", "Fault", "nil", "type", "true", "false", "1", "0"}
	words = append(append(words, wss.Words()...), wssc.Words()...)
	for name := range addressingHeaders {
		words = append(words, name)
	}
	types := map[*wsdl.Type]bool{}
	var walk func(e *wsdl.Element)
	walk = func(e *wsdl.Element) {
		words = append(words, e.Name.Space, e.Name.Local)
		if e.Type == nil || types[e.Type] {
			return
		}
		types[e.Type] = true
		for _, f := range e.Type.Fields {
			walk(f)
		}
	}
	for _, ep := range b.server.endpoints {
		for _, op := range ep.byName {
			walk(op.Input)
			for _, h := range op.Headers {
				walk(h)
			}
		}
	}
	return words
}

const schemaInstance = "http://www.w3.org/2001/XMLSchema-instance"

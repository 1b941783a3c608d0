package soap

import (
	"fmt"
	"reflect"
	"sync"

	"overgang/soap/codec"
	"overgang/wsdl"
)

// details are the plans of fault details, by declared element and Go type.
type details struct{ plans sync.Map } // of *codec.Plan by detailKey

type detailKey struct {
	element *wsdl.Element
	goType  reflect.Type
}

// check compiles the plans of the detail that is known beforehand.
func (d *details) check(detail any, endpoints []*endpoint, plans *[]*codec.Plan) (errs []error) {
	if detail == nil {
		return nil
	}
	t := reflect.TypeOf(detail)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	done := map[*wsdl.Element]bool{}
	for _, ep := range endpoints {
		for _, op := range ep.Operations {
			if op.Fault == nil || done[op.Fault] {
				continue
			}
			done[op.Fault] = true
			p, err := d.plan(op.Fault, t)
			if err != nil {
				errs = append(errs, fmt.Errorf("fault of %s/%s: %w", ep.Name, op.Name, err))
				continue
			}
			*plans = append(*plans, p)
		}
	}
	return errs
}

// plan returns the plan of an element for a Go type.
func (d *details) plan(e *wsdl.Element, t reflect.Type) (*codec.Plan, error) {
	key := detailKey{e, t}
	if p, ok := d.plans.Load(key); ok {
		return p.(*codec.Plan), nil
	}
	p, err := codec.Compile(e, t, codec.Encode)
	if err != nil {
		return nil, err
	}
	known, _ := d.plans.LoadOrStore(key, p)
	return known.(*codec.Plan), nil
}

// appendDetail encodes detail as the operation's declared fault element.
func (d *details) appendDetail(dst []byte, op *operation, detail any) ([]byte, error) {
	if op.Fault == nil {
		return dst, fmt.Errorf("soap: operation %s declares no fault", op.Name)
	}
	t := reflect.TypeOf(detail)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	p, err := d.plan(op.Fault, t)
	if err != nil {
		return dst, err
	}
	return p.Append(dst, detail)
}

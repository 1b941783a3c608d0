package codec

import (
	"io"
	"reflect"
	"unsafe"

	"overgang/wsdl"
)

// Inline is a field of xs:base64Binary of an answer whose bytes stand in the
// envelope, but are read only as it goes out: an answer of any size takes no
// more memory than its markup. A nil *Inline is an absent or nil field.
type Inline struct {
	Open func() (io.ReadCloser, error)
	Size int64 // bytes of the content, exactly
}

// InlineMark stands in an encoded answer where the bytes of an Inline belong.
// No text that is encoded has it: XML cannot carry it.
const InlineMark = 0

var inlineType = reflect.TypeFor[Inline]()

// inlined binds an Inline.
func (c *compiler) inlined(v *value, t *wsdl.Type, pointer bool, path string) {
	v.form = formInline
	c.inline = true
	switch {
	case !pointer:
		c.fail(path, "must be a *codec.Inline")
	case c.use&Decode != 0:
		c.fail(path, "is a *codec.Inline, which cannot be decoded")
	case t.Kind != wsdl.KindBase64:
		c.fail(path, "is %s, which *codec.Inline cannot hold", kindName(t))
	}
}

// Inlines lists what belongs where Append left marks for v, in their order.
func (p *Plan) Inlines(v any) []*Inline {
	if !p.inline {
		return nil
	}
	rv := reflect.ValueOf(v)
	if rv.Kind() != reflect.Pointer || rv.Type().Elem() != p.goType || rv.IsNil() {
		return nil
	}
	return inlinesOf(nil, p.root, rv.UnsafePointer())
}

// inlinesOf goes the way of appendStruct.
func inlinesOf(list []*Inline, v *value, base unsafe.Pointer) []*Inline {
	for i := range v.particles {
		p := &v.particles[i]
		if p.value == nil {
			continue
		}
		at := unsafe.Add(base, p.offset)
		if p.repeated {
			list = inlinesOfItems(list, p, at)
		} else {
			list = inlinesOfElement(list, p, at)
		}
	}
	return list
}

func inlinesOfItems(list []*Inline, p *particle, at unsafe.Pointer) []*Inline {
	s := (*sliceHeader)(at)
	size := p.sliceType.Elem().Size()
	for i := range s.len {
		list = inlinesOfElement(list, p, unsafe.Add(s.data, uintptr(i)*size))
	}
	return list
}

func inlinesOfElement(list []*Inline, p *particle, at unsafe.Pointer) []*Inline {
	if p.pointer {
		at = *(*unsafe.Pointer)(at)
	}
	if at == nil || p.value.isNil(at) {
		return list
	}
	switch p.value.form {
	case formStruct:
		return inlinesOf(list, p.value, at)
	case formArray:
		return inlinesOfItems(list, p.value.item, at)
	case formInline:
		return append(list, (*Inline)(at))
	}
	return list
}

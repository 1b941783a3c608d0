package language

import (
	"reflect"
	"strings"

	"overgang/adapter/credential"
	"overgang/soap"
)

// Asked is the language that a request names in its languageID or languageId;
// "" = none, also where it has no such field.
func Asked(request any) string {
	v := reflect.Indirect(reflect.ValueOf(request))
	if v.Kind() != reflect.Struct {
		return ""
	}
	f := v.FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, "languageID") })
	if !f.IsValid() || f.Kind() != reflect.Int32 {
		return ""
	}
	return Tag(int32(f.Int()))
}

// Preferred is the language of who calls: the person's, else the system's or
// the organisation's; "" = none is known, as before they are.
func Preferred(call *soap.Call) string {
	if c := credential.Of(call); c.System != 0 {
		return c.Language
	}
	if call == nil {
		return ""
	}
	return credential.Identity(call).Language
}

// For is the legacy code to choose texts by: what the request asks for, else
// what its caller prefers; 0 = neither.
func For(call *soap.Call, id int32) int32 {
	if Tag(id) != "" {
		return id
	}
	return Code(Preferred(call))
}

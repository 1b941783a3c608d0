package config

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"overgang/rest"
)

// Prefix begins the names of the variables that are read.
const Prefix = "OVERGANG_"

// elsewhere are variables with our prefix that are no settings: the command
// line's own and those of the demonstration's environment file.
var elsewhere = []string{"CONFIG", "URL", "TLS_URL", "CA", "ADMIN_URL", "TRUSTSTORE", "TRUSTSTORE_PASSWORD"}

// readEnvironment overlays the variables. An unknown one is no error: a
// container platform sets some of its own for a service named overgang.
func (c *Config) readEnvironment(environ []string) (unused []string, err error) {
	settings := map[string]reflect.Value{}
	each(reflect.ValueOf(c).Elem(), "", func(path string, v reflect.Value) { settings[Variable(path)] = v })
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		key, ours := strings.CutPrefix(name, Prefix)
		if !ours || slices.Contains(elsewhere, key) {
			continue
		}
		target, known := settings[name]
		if !known {
			unused = append(unused, name)
			continue
		}
		if err := assign(target, value); err != nil {
			return nil, &Error{Source: "environment variable " + name, Text: err.Error(), Err: err}
		}
	}
	slices.Sort(unused)
	return unused, nil
}

// Variable is the name of the environment variable of a setting.
func Variable(path string) string {
	return Prefix + strings.ToUpper(strings.ReplaceAll(path, ".", "_"))
}

// each calls fn for every setting with its path, as "listen.plain.address".
func each(v reflect.Value, prefix string, fn func(path string, v reflect.Value)) {
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		path := prefix + name
		if f := v.Field(i); f.Kind() == reflect.Struct {
			each(f, path+".", fn)
		} else {
			fn(path, f)
		}
	}
}

// Paths lists every setting, sorted.
func Paths() []string {
	var paths []string
	each(reflect.ValueOf(&Config{}).Elem(), "", func(path string, _ reflect.Value) { paths = append(paths, path) })
	slices.Sort(paths)
	return paths
}

// assign parses text into a setting.
func assign(v reflect.Value, text string) error {
	switch p := v.Addr().Interface().(type) {
	case encoding.TextUnmarshaler:
		return p.UnmarshalText([]byte(text))
	case *time.Duration:
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("%q is no duration: write it as in 10s, 2m, 1h30m", text)
		}
		*p = d
	case *string:
		*p = text
	case *int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("%q is no whole number", text)
		}
		*p = n
	case *bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("%q is neither true nor false", text)
		}
		*p = b
	case *[]string:
		*p = strings.FieldsFunc(text, func(r rune) bool { return r == ',' })
	case *[]rest.Secret:
		*p = nil
		for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
			*p = append(*p, rest.Secret(part))
		}
	case *[]Network:
		return assignNetworks(p, text)
	case *[]int:
		return assignInts(p, text)
	default:
		return fmt.Errorf("settings of type %T cannot come from the environment", p)
	}
	return nil
}

func assignInts(p *[]int, text string) error {
	*p = nil
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		n, err := strconv.Atoi(part)
		if err != nil {
			return fmt.Errorf("%q is no whole number", part)
		}
		*p = append(*p, n)
	}
	return nil
}

func assignNetworks(p *[]Network, text string) error {
	*p = nil
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		var n Network
		if err := n.UnmarshalText([]byte(part)); err != nil {
			return err
		}
		*p = append(*p, n)
	}
	return nil
}

package adapter

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"overgang/soap"
	"overgang/wsdl"
)

// Matrix renders the tables as the README shows them: the base operations of
// each service, and how many of them each flavour has, in Markdown. It needs no
// core: pass Services(Config{}). docs/operations.md has every name.
func Matrix(services []soap.Service) string {
	var b strings.Builder
	b.WriteString("| service | operations | Basic | WS | EC2 |\n|---|---|---:|---:|---:|\n")
	for _, s := range services {
		bases := make([]string, len(s.Operations))
		has := map[wsdl.Flavour]int{}
		for i, op := range s.Operations {
			bases[i] = op.Base
			for flavour, names := range op.Names {
				if len(names) > 0 {
					has[flavour]++
				}
			}
		}
		slices.Sort(bases)
		fmt.Fprintf(&b, "| [%s](docs/operations.md#%s) | %s |", s.Name, strings.ToLower(s.Name), strings.Join(bases, ", "))
		for _, flavour := range []wsdl.Flavour{wsdl.Basic, wsdl.WS, wsdl.EC2} {
			fmt.Fprintf(&b, " %s |", cmp.Or(strings.TrimLeft(fmt.Sprint(has[flavour]), "0"), "–"))
		}
		b.WriteString("\n")
	}
	return b.String()
}

package adapter

import (
	"fmt"
	"sort"
	"strings"

	"overgang/soap"
	"overgang/wsdl"
)

// Matrix renders the tables as the README shows them: service × operation ×
// flavour, in Markdown. It needs no core: pass Services(Config{}).
func Matrix(services []soap.Service) string {
	var b strings.Builder
	b.WriteString("| service | operation | Basic | WS | EC2 |\n|---|---|---|---|---|\n")
	for _, s := range services {
		ops := append([]soap.Operation(nil), s.Operations...)
		sort.Slice(ops, func(i, j int) bool { return ops[i].Base < ops[j].Base })
		for _, op := range ops {
			fmt.Fprintf(&b, "| %s | %s |", s.Name, op.Base)
			for _, f := range []wsdl.Flavour{wsdl.Basic, wsdl.WS, wsdl.EC2} {
				fmt.Fprintf(&b, " %s |", names(op.Names[f]))
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

func names(list []string) string {
	if len(list) == 0 {
		return "–"
	}
	return "`" + strings.Join(list, "`, `") + "`"
}

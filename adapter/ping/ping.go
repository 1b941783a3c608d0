// Package ping is the operation Test, which every legacy service has: it
// answers empty, to anybody.
package ping

import (
	"context"

	"overgang/soap"
	"overgang/wsdl"
)

// Test is the empty request, TestResponse the empty answer.
type (
	Test         struct{}
	TestResponse struct{}
)

// Operation is the row of Test for a service with the given flavours.
func Operation(flavours ...wsdl.Flavour) soap.Operation {
	names := make(map[wsdl.Flavour][]string, len(flavours))
	for _, f := range flavours {
		names[f] = []string{"Test"}
	}
	return soap.Operation{
		Base:      "Test",
		Names:     names,
		Request:   (*Test)(nil),
		Response:  (*TestResponse)(nil),
		Anonymous: true,
		Handle: func(context.Context, *soap.Call, any) (any, error) {
			return &TestResponse{}, nil
		},
	}
}

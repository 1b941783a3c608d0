package gateway

import (
	"net/http"

	"overgang/cmd/overgang/observe"
	"overgang/rest/api"
	"overgang/soap"
	"overgang/wsdl"
)

// soapFigures counts answered SOAP requests by what the contract calls them.
type soapFigures struct {
	metrics *observe.Metrics
	bases   map[[2]string]string // (endpoint, operation) → base operation
}

func newSOAPFigures(m *observe.Metrics, c *wsdl.Contract, services []soap.Service) soapFigures {
	f := soapFigures{metrics: m, bases: map[[2]string]string{}}
	byName := map[string]string{}
	for _, s := range services {
		for _, o := range s.Operations {
			for _, names := range o.Names {
				for _, n := range names {
					byName[n] = o.Base
				}
			}
		}
	}
	for _, e := range c.Endpoints {
		for _, o := range e.Operations {
			f.bases[[2]string{e.Name, o.Name}] = byName[o.Name]
		}
	}
	return f
}

// observe is soap.Options' Observe.
func (f soapFigures) observe(r soap.Record) {
	outcome := string(r.Outcome)
	if r.Outcome == soap.Faulted && r.Server {
		outcome = "fault-server"
	}
	if r.Denied != "" {
		outcome = "denied-" + r.Denied
	}
	if r.Panicked {
		f.metrics.Panicked()
	}
	operation := f.bases[[2]string{r.Endpoint, r.Operation}]
	if r.Token {
		operation = r.Operation
	}
	f.metrics.Observe(observe.Request{
		Service: r.Endpoint, Operation: operation, Flavour: r.Flavour,
		Outcome: outcome, Received: r.In, Sent: r.Out, Duration: r.Total,
	})
}

// restFigures counts answered requests of the HTTP API.
func restFigures(m *observe.Metrics) func(api.Record) {
	return func(r api.Record) {
		outcome := "ok"
		switch {
		case r.Code != "":
			outcome = r.Code
		case r.Status >= 400:
			outcome = http.StatusText(r.Status)
		}
		if r.Panicked {
			m.Panicked()
		}
		m.Observe(observe.Request{Service: "rest", Operation: r.Operation, Outcome: outcome, Sent: r.Sent, Duration: r.Duration})
	}
}

package adapter

import (
	"time"

	"overgang/adapter/brokerserviceexternal"
	"overgang/adapter/caseexternal"
	"overgang/adapter/correspondenceexternal"
	"overgang/adapter/intermediaryinbound"
	"overgang/adapter/keymanagement"
	"overgang/adapter/prefilleus"
	"overgang/adapter/receiptexternal"
	"overgang/adapter/reporteearchiveexternal"
	"overgang/adapter/reporteeelementlist"
	"overgang/adapter/servicemetadata"
	"overgang/adapter/systemauthentication"
	"overgang/adapter/workflow"
	"overgang/rest"
	"overgang/soap"
)

// Config is what the services need.
type Config struct {
	Core rest.Core
	// Zone is the zone in which challenges write dates; nil = UTC.
	Zone *time.Location
	// MaxAttachments is the limit for all attachments of one SubmitFormTask, in
	// bytes; 0 = 30 MB (30 × 1024 × 1024), as documented for the old service.
	MaxAttachments int64
}

// Services are the tables of all legacy services.
func Services(c Config) []soap.Service {
	return []soap.Service{
		intermediaryinbound.Service(intermediaryinbound.Config{Core: c.Core, MaxAttachments: c.MaxAttachments, Zone: c.Zone}),
		receiptexternal.Service(c.Core),
		correspondenceexternal.Service(c.Core),
		brokerserviceexternal.Service(c.Core, c.Zone),
		reporteearchiveexternal.Service(c.Core),
		reporteeelementlist.Service(c.Core),
		servicemetadata.Service(c.Core),
		systemauthentication.Service(c.Core, c.Zone),
		workflow.Service(c.Core),
		keymanagement.Service(c.Core),
		prefilleus.Service(c.Core),
		caseexternal.Service(c.Core),
	}
}

package brokerserviceexternal

import (
	"context"
	"strings"

	"overgang/adapter/credential"
	"overgang/rest"
	"overgang/soap"
)

// CheckIfAvailableFiles asks whether a file waits for any of the recipients.
// Clients poll it.
type CheckIfAvailableFiles struct {
	credential.SYS
	PollParameters *Poll
}

// Poll is BrokerServicePoll. Each of Recipients is a number, or several with
// commas between them.
type Poll struct {
	ExternalServiceCode        string
	ExternalServiceEditionCode int32
	Recipients                 []string
}

// CheckIfAvailableFilesResponse says whether one waits.
type CheckIfAvailableFilesResponse struct{ Result bool }

// mostRecipients bounds one poll.
const mostRecipients = 1000

func (s *service) checkIfAvailableFiles(ctx context.Context, call *soap.Call, req any) (any, error) {
	in := req.(*CheckIfAvailableFiles).PollParameters
	if in == nil {
		return nil, errNumber
	}
	var p rest.TransferPoll
	if in.ExternalServiceCode != "" || in.ExternalServiceEditionCode != 0 {
		p.Service = rest.ServiceRef{Code: in.ExternalServiceCode, Edition: in.ExternalServiceEditionCode}
	}
	for _, numbers := range in.Recipients {
		for number := range strings.SplitSeq(numbers, ",") {
			if number = strings.TrimSpace(number); number == "" {
				continue
			}
			ref, err := party(number)
			if err != nil {
				return nil, err
			}
			if p.Recipients = append(p.Recipients, ref); len(p.Recipients) > mostRecipients {
				return nil, rest.Errorf(rest.Invalid, CodeNumber, "One call asks for %d recipients at most.", mostRecipients)
			}
		}
	}
	if len(p.Recipients) == 0 {
		return nil, errNumber
	}
	waits, err := s.core.TransferWaiting(ctx, credential.Of(call), p)
	return &CheckIfAvailableFilesResponse{Result: waits}, err
}

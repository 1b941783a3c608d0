package intermediaryinbound

import (
	"context"
	"math"
	"time"

	"overgang/adapter/credential"
	"overgang/soap"
)

// GetAltinnSubmissionStatus asks how long a submission will take now.
type GetAltinnSubmissionStatus struct {
	credential.SYS
}

// GetAltinnSubmissionStatusResponse is in whole minutes, rounded up.
type GetAltinnSubmissionStatusResponse struct{ Result int32 }

func (s *service) getAltinnSubmissionStatus(ctx context.Context, _ *soap.Call, _ any) (any, error) {
	wait, err := s.core.Backlog(ctx)
	if err != nil {
		return nil, err
	}
	return &GetAltinnSubmissionStatusResponse{Result: minutes(wait)}, nil
}

// minutes rounds up from a second on: a queue of milliseconds is no wait.
func minutes(d time.Duration) int32 {
	if d < time.Second {
		return 0
	}
	return int32(math.Ceil(d.Minutes()))
}

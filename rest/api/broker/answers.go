package broker

import (
	"net/http"

	"overgang/rest/api"
)

// answer is an answer in JSON.
type answer api.Answer

func (a answer) write(w http.ResponseWriter) error { return api.Answer(a).Write(w) }

// The operations that it answers.

func (a answer) VisitInitializeFileTransferResponse(w http.ResponseWriter) error { return a.write(w) }
func (a answer) VisitInitializeAndUploadResponse(w http.ResponseWriter) error    { return a.write(w) }
func (a answer) VisitListFileTransfersResponse(w http.ResponseWriter) error      { return a.write(w) }
func (a answer) VisitGetFileTransferOverviewResponse(w http.ResponseWriter) error {
	return a.write(w)
}
func (a answer) VisitGetFileTransferDetailsResponse(w http.ResponseWriter) error { return a.write(w) }
func (a answer) VisitCancelFileTransferResponse(w http.ResponseWriter) error     { return a.write(w) }
func (a answer) VisitConfirmDownloadResponse(w http.ResponseWriter) error        { return a.write(w) }
func (a answer) VisitUploadFileResponse(w http.ResponseWriter) error             { return a.write(w) }

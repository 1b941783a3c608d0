// SubmitFormTaskBasic by gSOAP: parses, answers a receipt, stores nothing. One
// thread a connection, kept alive. Usage: server PORT
#include <csignal>
#include <cstdlib>
#include <thread>

#include "BasicHttpBinding_USCOREIIntermediaryInboundExternalBasic.nsmap"
#include "soapH.h"

static const char text[] = "FormTaskShipment Data is sent to FormTask for Instantiating";

template <typename T>
static T *keep(struct soap *ctx, T value) {
  T *p = static_cast<T *>(soap_malloc(ctx, sizeof(T)));
  *p = value;
  return p;
}

static shipment__ReferenceExternalBE *reference(struct soap *ctx, shipment__ReferenceTypeExternal type, char *value) {
  shipment__ReferenceExternalBE *r = soap_new_shipment__ReferenceExternalBE(ctx);
  r->ReferenceTypeName = type;
  r->ReferenceValue = value;
  r->ReporteeID = 0;
  return r;
}

int __shipment__SubmitFormTaskBasic(struct soap *ctx, _shipment__SubmitFormTaskBasic *request,
                               _shipment__SubmitFormTaskBasicResponse &response) {
  shipment__ReceiptExternalBE *receipt = soap_new_shipment__ReceiptExternalBE(ctx);
  receipt->ReceiptId = keep(ctx, 1000001);
  receipt->ReceiptText = const_cast<char *>(text);
  receipt->ReceiptHistory = const_cast<char *>("");
  receipt->LastChanged = keep(ctx, time(nullptr));
  receipt->ReceiptTypeName = keep(ctx, shipment__ReceiptTypeExternal__FormTask);
  receipt->ReceiptStatusCode = keep(ctx, shipment__ReceiptStatusExternal__OK);
  receipt->ParentReceiptId = keep(ctx, 0);
  shipment__ArrayOfReferenceExternalBE *references = soap_new_shipment__ArrayOfReferenceExternalBE(ctx);
  references->__sizeReferenceBE = 2;
  references->ReferenceBE =
      static_cast<shipment__ReferenceExternalBE **>(soap_malloc(ctx, 2 * sizeof(shipment__ReferenceExternalBE *)));
  references->ReferenceBE[0] = reference(ctx, shipment__ReferenceTypeExternal__ExternalShipmentReference,
                                         request->formTaskShipment->ExternalShipmentReference);
  references->ReferenceBE[1] =
      reference(ctx, shipment__ReferenceTypeExternal__PartyReference, request->formTaskShipment->Reportee);
  receipt->References = references;
  response.SubmitFormTaskBasicResult = receipt;
  return SOAP_OK;
}

// The operations that are not measured.
int __shipment__Test(struct soap *, _base__Test *, _base__TestResponse &) { return SOAP_OK; }
int __shipment__CompleteAndSignShipmentBasic(struct soap *ctx, _shipment__CompleteAndSignShipmentBasic *,
                                        _shipment__CompleteAndSignShipmentBasicResponse &) {
  return soap_receiver_fault(ctx, "not measured", nullptr);
}
int __shipment__GetAltinnSubmissionStatusBasic(struct soap *ctx, _shipment__GetAltinnSubmissionStatusBasic *,
                                          _shipment__GetAltinnSubmissionStatusBasicResponse &) {
  return soap_receiver_fault(ctx, "not measured", nullptr);
}
int __shipment__UpdateFormDataBasic(struct soap *ctx, _shipment__UpdateFormDataBasic *, _shipment__UpdateFormDataBasicResponse &) {
  return soap_receiver_fault(ctx, "not measured", nullptr);
}

// Frees what one request took; a kept-alive connection would gather it otherwise.
static int served(struct soap *ctx) {
  soap_destroy(ctx);
  soap_end(ctx);
  return SOAP_OK;
}

static void serve(struct soap *ctx) {
  soap_serve(ctx);
  soap_destroy(ctx);
  soap_end(ctx);
  soap_free(ctx);
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  signal(SIGPIPE, SIG_IGN);
  struct soap *ctx = soap_new1(SOAP_IO_KEEPALIVE | SOAP_C_UTFSTRING | SOAP_XML_DEFAULTNS);
  ctx->bind_flags = SO_REUSEADDR;
  ctx->max_keep_alive = 0;  // no bound
  ctx->fserveloop = served;
  if (!soap_valid_socket(soap_bind(ctx, "127.0.0.1", std::atoi(argv[1]), 128))) {
    soap_print_fault(ctx, stderr);
    return 1;
  }
  while (soap_valid_socket(soap_accept(ctx))) std::thread(serve, soap_copy(ctx)).detach();
  soap_print_fault(ctx, stderr);
  return 1;
}

// SubmitFormTaskBasic by the npm package soap, one process: parses, answers a
// receipt, stores nothing. Usage: node server.mjs WSDL PORT
import http from 'node:http'
import { readFileSync } from 'node:fs'
import soap from 'soap'

const [wsdl, port] = process.argv.slice(2)
const receipt = (shipment) => ({
  ReceiptId: 1000001,
  ReceiptText: 'FormTaskShipment Data is sent to FormTask for Instantiating',
  ReceiptHistory: '',
  LastChanged: new Date().toISOString(),
  ReceiptTypeName: 'FormTask',
  ReceiptStatusCode: 'OK',
  ParentReceiptId: 0,
  References: {
    ReferenceBE: [
      { ReferenceValue: shipment.ExternalShipmentReference, ReferenceTypeName: 'ExternalShipmentReference', ReporteeID: 0 },
      { ReferenceValue: shipment.Reportee, ReferenceTypeName: 'PartyReference', ReporteeID: 0 },
    ],
  },
})
const service = {
  IntermediaryInboundBasicSF: {
    BasicHttpBinding_IIntermediaryInboundExternalBasic: {
      SubmitFormTaskBasic: ({ formTaskShipment }) => ({ SubmitFormTaskBasicResult: receipt(formTaskShipment) }),
    },
  },
}
const server = http.createServer((_, response) => { response.statusCode = 404; response.end() })
server.listen(Number(port), '127.0.0.1', () => {
  soap.listen(server, '/IntermediaryExternal/IntermediaryInboundBasic.svc', service, readFileSync(wsdl, 'utf8'))
})

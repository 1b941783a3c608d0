// Streamed endpoints, by the npm package soap: an upload inline as base64, with
// its parameters as SOAP headers, and a download whose content is in a part of
// its own.
import { randomBytes, randomUUID } from 'node:crypto'
import soap from 'soap'

const endpoint = '/ServiceEngineExternal/BrokerServiceExternalBasic'
const namespace = 'http://www.altinn.no/services/ServiceEngine/Broker/2015/06'

export async function run(env, check) {
  const who = { systemUserName: env.SYSTEM_USER, systemPassword: env.SYSTEM_PASSWORD }
  const broker = await soap.createClientAsync(`${env.OVERGANG_URL}${endpoint}.svc?singleWsdl`)
  const streamed = await soap.createClientAsync(`${env.OVERGANG_URL}${endpoint}Streamed.svc?singleWsdl`, { parseReponseAttachments: true })
  const content = randomBytes(1_000_000)
  const [initiated] = await broker.InitiateBrokerServiceBasicAsync({
    ...who,
    brokerServiceInitiation: {
      Manifest: {
        ExternalServiceCode: env.BROKER_SERVICE_CODE,
        ExternalServiceEditionCode: env.BROKER_SERVICE_EDITION,
        Reportee: env.ORG,
        SendersReference: `node-soap-${randomUUID()}`,
      },
      RecipientList: { Recipient: [{ PartyNumber: env.BROKER_RECIPIENT }] },
    },
  })
  const reference = initiated.InitiateBrokerServiceBasicResult
  // The package knows no header parts of WSDLs: its users add them themselves.
  const headers = { FileName: 'node.bin', Reference: reference, Reportee: env.ORG, SystemPassword: env.SYSTEM_PASSWORD, SystemUserName: env.SYSTEM_USER }
  for (const [name, value] of Object.entries(headers)) streamed.addSoapHeader({ [name]: value }, '', 'h', namespace)
  const [receipt] = await streamed.UploadFileStreamedBasicAsync({ DataStream: content.toString('base64') })
  check('an upload inline, with headers, is OK', receipt?.ReceiptStatusCode === 'OK', receipt)
  streamed.clearSoapHeaders()
  const fetch = { ...who, fileReference: reference, reportee: env.BROKER_RECIPIENT }
  await streamed.DownloadFileStreamedBasicAsync(fetch)
  const parts = streamed.lastResponseAttachments?.parts ?? []
  check('the download has the bytes in a part of its own', parts.length === 1 && Buffer.from(parts[0].body).equals(content), parts.length)
  await broker.ConfirmDownloadedBasicAsync(fetch)
}

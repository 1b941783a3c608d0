// Streamed endpoints, by the npm package soap: uploads with their parameters as
// SOAP headers, inline as base64 and in a part of its own, and downloads.
import { randomBytes, randomUUID } from 'node:crypto'
import soap from 'soap'

const endpoint = '/ServiceEngineExternal/BrokerServiceExternalBasic'
const namespace = 'http://www.altinn.no/services/ServiceEngine/Broker/2015/06'

export async function run(env, check) {
  const who = { systemUserName: env.SYSTEM_USER, systemPassword: env.SYSTEM_PASSWORD }
  const broker = await soap.createClientAsync(`${env.OVERGANG_URL}${endpoint}.svc?singleWsdl`)
  const streamed = await soap.createClientAsync(`${env.OVERGANG_URL}${endpoint}Streamed.svc?singleWsdl`, { parseReponseAttachments: true })
  const content = randomBytes(1_000_000)
  const initiate = async () => (await broker.InitiateBrokerServiceBasicAsync({
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
  }))[0].InitiateBrokerServiceBasicResult
  // The package knows no header parts of WSDLs, nor Includes: its users write both themselves.
  const include = { 'xop:Include': { attributes: { 'xmlns:xop': 'http://www.w3.org/2004/08/xop/include', href: 'cid:file@node' } } }
  const file = { mimetype: 'application/octet-stream', contentId: 'file@node', name: 'node.bin', body: content }
  for (const [how, data, options] of [
    ['inline', content.toString('base64'), {}],
    ['in a part of its own', include, { attachments: [file] }],
  ]) {
    const reference = await initiate()
    const headers = { FileName: 'node.bin', Reference: reference, Reportee: env.ORG, SystemPassword: env.SYSTEM_PASSWORD, SystemUserName: env.SYSTEM_USER }
    for (const [name, value] of Object.entries(headers)) streamed.addSoapHeader({ [name]: value }, '', 'h', namespace)
    const [receipt] = await streamed.UploadFileStreamedBasicAsync({ DataStream: data }, options)
    check(`an upload ${how}, with headers, is OK`, receipt?.ReceiptStatusCode === 'OK', receipt)
    streamed.clearSoapHeaders()
    const wanted = { ...who, fileReference: reference, reportee: env.BROKER_RECIPIENT }
    await streamed.DownloadFileStreamedBasicAsync(wanted)
    const parts = streamed.lastResponseAttachments?.parts ?? []
    check('the download has the bytes in a part of its own', parts.length === 1 && Buffer.from(parts[0].body).equals(content), parts.length)
    await broker.ConfirmDownloadedBasicAsync(wanted)
  }
}

// The main job, by the npm package soap: submit a form as an old SOAP 1.1
// client would, then read it as a REST client would. Expects the variables of
// demo.env.
import { readFile } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import soap from 'soap'
import { run as streams } from './streams.mjs'

const env = process.env
const attachment = Buffer.alloc(10_240, 'vedlegg ')
let passed = 0
let failed = 0

function check(what, ok, seen) {
  if (ok) passed++
  else failed++
  console.log(ok ? `ok   ${what}` : `FAIL ${what}: ${JSON.stringify(seen)}`)
}

async function client(path, query) {
  return soap.createClientAsync(`${env.OVERGANG_URL}${path}?${query}`)
}

async function call(target, operation, args) {
  const [result] = await target[`${operation}Async`](args)
  return result?.[`${operation}Result`]
}

const list = (value) => (value === undefined || value === null ? [] : [].concat(value))

function shipment(form, reference) {
  return {
    Reportee: env.ORG,
    ExternalShipmentReference: reference,
    FormTasks: {
      ServiceCode: env.SERVICE_CODE,
      ServiceEdition: env.SERVICE_EDITION,
      Forms: {
        Form: [{
          Completed: true,
          DataFormatId: env.DATA_FORMAT_ID,
          DataFormatVersion: env.DATA_FORMAT_VERSION,
          EndUserSystemReference: 'form-1',
          ParentReference: 0,
          FormData: form,
        }],
      },
    },
    Attachments: {
      Attachment: [{
        Name: 'Vedlegg',
        EndUserSystemReference: 'attachment-1',
        FileName: 'vedlegg.bin',
        Encrypted: false,
        AttachementData: attachment.toString('base64'),
      }],
    },
    Signatures: {
      EndUserSystemReference: 'signature-1',
      EndUserSystemUserId: 'node-soap',
      EndUserSystemLoginDateTime: new Date().toISOString(),
      EndUserSystemSignatureDateTime: new Date().toISOString(),
      EndUserSystemVersion: '1.0',
      EndUserSystemSignatureLogId: 'log-1',
    },
    IsUserDelegationLocked: false,
    UserDefinedNumberOfSignaturesRequired: 0,
  }
}

const system = { systemUserName: env.SYSTEM_USER, systemPassword: env.SYSTEM_PASSWORD }
const person = { userSSN: env.PERSON_SSN, userPassword: env.PERSON_PASSWORD, userPinCode: env.PERSON_PIN, authMethod: 'AltinnPin' }
const form = await readFile(env.DEMO_FORM)

const authentication = await client('/AuthenticationExternal/SystemAuthentication.svc', 'singleWsdl')
const challenge = await call(authentication, 'GetAuthenticationChallenge', {
  challengeRequest: { AuthMethod: 'AltinnPin', SystemUserName: env.SYSTEM_USER, UserPassword: env.PERSON_PASSWORD, UserSSN: env.PERSON_SSN },
})
check('challenge is Ok', challenge?.Status === 'Ok', challenge)
check('challenge names a code', /^\d+$/.test(challenge?.Message?.split(' ')[2]), challenge)

const intermediary = await client('/IntermediaryExternal/IntermediaryInboundBasic.svc', 'wsdl')
const reference = `node-${randomUUID()}`
const submission = { ...system, ...person, formTaskShipment: shipment(form.toString(), reference) }
const receipt = await call(intermediary, 'SubmitFormTaskBasic', submission)
check('submission is OK', receipt?.ReceiptStatusCode === 'OK', receipt)
const found = Object.fromEntries(list(receipt?.References?.ReferenceBE).map((r) => [r.ReferenceTypeName, r.ReferenceValue]))
for (const kind of ['ExternalShipmentReference', 'OwnerPartyReference', 'PartyReference', 'WorkFlowReference', 'ArchiveReference']) {
  check(`receipt is final: it has ${kind}`, kind in found, found)
}
const again = await call(intermediary, 'SubmitFormTaskBasic', submission)
check('a repeated submission gets the same receipt', again?.ReceiptId === receipt?.ReceiptId, again)

const receipts = await client('/IntermediaryExternal/ReceiptExternalBasic.svc', 'wsdl')
const byId = await call(receipts, 'GetReceiptBasicV2', { ...system, receipt: { ReceiptId: receipt.ReceiptId } })
check('receipt by id', byId?.ReceiptId === receipt.ReceiptId && byId?.ReceiptStatus === 'OK', byId)
for (const [kind, value] of Object.entries(found)) {
  const seen = await call(receipts, 'GetReceiptBasicV2', {
    ...system,
    receipt: { ReceiptId: 0, References: { Reference: [{ ReferenceType: kind, ReferenceValue: value }] } },
  })
  check(`receipt by ${kind}`, seen?.ReceiptId === receipt.ReceiptId, seen)
}

try {
  const answer = await call(receipts, 'GetReceiptBasicV2', { ...system, systemPassword: 'wrong', receipt: { ReceiptId: receipt.ReceiptId } })
  check('a wrong password is refused', false, answer)
} catch (error) {
  const detail = error.root?.Envelope?.Body?.Fault?.detail?.AltinnFault
  check('a wrong password is an AltinnFault', detail?.ErrorID !== undefined, detail)
}

async function rest(url, options = {}) {
  return fetch(url, { ...options, headers: { Authorization: `Bearer ${env.REST_TOKEN_OWNER}` } })
}
const query = new URLSearchParams({ appId: env.APP, archiveReference: found.ArchiveReference })
const page = await (await rest(`${env.OVERGANG_URL}/storage/instances?${query}`)).json()
const listed = page._embedded?.instances ?? []
check('REST lists the instance', listed.length === 1, page)
const instance = await (await rest(listed[0].selfLinks.platform)).json()
for (const element of instance.data) {
  const content = Buffer.from(await (await rest(element.dataLinks.platform)).arrayBuffer())
  const sent = element.fileName === 'vedlegg.bin' ? attachment : form
  check(`${element.fileName} downloads byte for byte`, content.equals(sent), content.length)
}
const confirmed = await rest(`${instance.selfLinks.platform}/confirmDownload`, { method: 'POST' })
check('REST confirms the download', confirmed.status === 200, await confirmed.text())

const told = await call(receipts, 'GetReceiptBasicV2', { ...system, receipt: { ReceiptId: receipt.ReceiptId } })
check('the receipt tells of the confirmation', told?.ReceiptText !== byId?.ReceiptText && String(told?.ReceiptHistory).includes(byId?.ReceiptText), told)

await streams(env, check)

console.log(`node-soap: ${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)

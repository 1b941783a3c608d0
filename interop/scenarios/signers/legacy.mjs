// The accounting system: npm soap in the flavour Basic. Who signs logs in beside it.
import soap from 'soap'

const env = process.env
const system = { systemUserName: env.SYSTEM_USER, systemPassword: env.SYSTEM_PASSWORD }

export const sigrun = { userSSN: env.PERSON_SSN, userPassword: env.PERSON_PASSWORD, userPinCode: env.PERSON_PIN, authMethod: 'AltinnPin' }
export const torbjorn = { userSSN: env.SIGNER_SSN, userPassword: env.SIGNER_PASSWORD, userPinCode: env.SIGNER_PIN, authMethod: 'AltinnPin' }

const clients = {}

// What an operation at an address answers.
async function call(path, operation, args) {
  clients[path] ??= soap.createClientAsync(`${env.OVERGANG_URL}/${path}.svc?singleWsdl`)
  const [answer] = await (await clients[path])[`${operation}Async`]({ ...system, ...args })
  return answer?.[`${operation}Result`]
}

const inbound = 'IntermediaryExternal/IntermediaryInboundBasic'
const receipts = 'IntermediaryExternal/ReceiptExternalBasic'
const archive = 'ArchiveExternal/ReporteeArchiveExternalBasic'
const elements = 'ServiceEngineExternal/ReporteeElementListExternalBasic'
const workflow = 'ServiceEngineExternal/WorkflowServiceExternalBasic'

export const list = (value) => (value === undefined || value === null ? [] : [].concat(value))

// SubmitFormTask, by the system alone: the form is filled in, and nobody has signed it.
export const submit = (reference, form) => call(inbound, 'SubmitFormTaskBasic', {
  formTaskShipment: {
    Reportee: env.ORG,
    ExternalShipmentReference: reference,
    FormTasks: {
      ServiceCode: env.TAX_SERVICE_CODE,
      ServiceEdition: env.TAX_SERVICE_EDITION,
      Forms: {
        Form: [{
          Completed: true,
          DataFormatId: env.TAX_DATA_FORMAT_ID,
          DataFormatVersion: env.TAX_DATA_FORMAT_VERSION,
          EndUserSystemReference: `${reference}-1`,
          ParentReference: 0,
          FormData: form,
        }],
      },
    },
    IsUserDelegationLocked: false,
    UserDefinedNumberOfSignaturesRequired: 0,
  },
})

// GetReceipt, by the system's own reference: its references by their types.
export async function receipt(reference) {
  const found = await call(receipts, 'GetReceiptBasicV2', {
    receipt: { ReceiptId: 0, References: { Reference: [{ ReferenceType: 'ExternalShipmentReference', ReferenceValue: reference }] } },
  })
  return Object.fromEntries(list(found.References.Reference).map((r) => [r.ReferenceType, r.ReferenceValue]))
}

export const stepForSigning = (person, number) => call(workflow, 'GetProcessStepIDForParallelSigningBasic', { ...person, reporteeElementID: number })

// PrepareUserControlledSigning: names who shall sign, by number and name.
export const nameSigners = (person, number, signers) => call(workflow, 'PrepareUserControlledSigningBasic', {
  ...person,
  reporteeElementID: number,
  delegatedUserBEList: { DelegatedUserBE: signers.map(({ ssn, name }) => ({ Name: name, NumberOfSignaturesAllowed: 1, SSN: ssn })) },
  parallelSigningStepLocked: false,
  userDefinedNumberOfSignaturesRequired: signers.length,
})

export const signingText = (person, number) => call(workflow, 'GetSigningTextExternal', {
  ...person,
  externalServiceCode: env.TAX_SERVICE_CODE,
  externalServiceEditionCode: env.TAX_SERVICE_EDITION,
  reporteeElementID: number,
  languageID: 1044,
})

export const actions = (person, number) => call(workflow, 'GetAvailableActionsBasicV2', { ...person, reporteeElementID: number })

// DoSigning: all of the form set.
export function sign(person, number, text) {
  const now = new Date().toISOString()
  return call(workflow, 'DoSigningBasic', {
    ...person,
    reporteeElementID: number,
    signatureText: text,
    endUserSystemLoginDateTime: now,
    endUserSystemSignatureDateTime: now,
    endUserSystemVersion: '4.0',
    endUserSystemUserId: 'regnskap',
    enduserSystemReference: `underskrift-${number}`,
    endUserSystemSignatureLogId: '1',
  })
}

export const sendIn = (person, number) => call(workflow, 'DoSendingInActionBasic', { ...person, reporteeElementID: number })

// GetProcessDetails: the step that the form set stands at.
export async function currentStep(number) {
  const details = await call(workflow, 'GetProcessDetailsBasicV3', { reporteeElementID: number })
  return list(details?.ProcessDetailsBEV3).find((s) => String(s.IsCurrentStep) === 'true')?.ActivityTypeId
}

// GetReporteeElementList: the element in the inbox of ORG, or of whoever logs in.
export async function inInbox(person, reportee, number) {
  const found = await call(elements, 'GetReporteeElementListBasicV2', { ...person, searchBE: { Reportee: reportee }, languageID: 1044 })
  return list(found?.ReporteeElementBEV2).find((e) => Number(e.ReporteeElementId) === Number(number))
}

export const archived = (person, number) => call(archive, 'GetArchivedFormTaskBasicV2', { ...person, reporteeElementId: number, languageID: 1044 })

// The error id of a call that must fail.
export async function refusal(calling) {
  try {
    await calling
    return undefined
  } catch (error) {
    return Number(error.root?.Envelope?.Body?.Fault?.detail?.AltinnFault?.ErrorID)
  }
}

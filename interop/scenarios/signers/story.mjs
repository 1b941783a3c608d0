// A tax return with two signers. The accounting system and the general manager are on
// SOAP; the chairman of the board signs over HTTP.
import { createHash, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import * as legacy from './legacy.mjs'
import { list, sigrun, torbjorn } from './legacy.mjs'
import { done, step, that } from './tale.mjs'

const env = process.env
const reference = `skatt-${randomUUID().slice(0, 8)}`
const form = await readFile(env.TAX_DEMO_FORM)

// A request of the HTTP API; a problem ends the story.
async function rest(token, method, address, body) {
  const answer = await fetch(address.includes('://') ? address : env.OVERGANG_URL + address, {
    method,
    headers: { Authorization: `Bearer ${token}`, ...(body && { 'Content-Type': 'application/json' }) },
    body: body && JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${method} ${address}: ${answer.status} ${await answer.text()}`)
  return answer
}

const sent = await legacy.submit(reference, form.toString())
const number = (await legacy.receipt(reference)).WorkFlowReference
step(`The accounting system sends ${reference}, filled in but not signed: element ${number} (SubmitFormTask)`)
that('the receipt is OK', sent.ReceiptStatusCode === 'OK', sent)
that('it is not in the archive', !('ArchiveReference' in (await legacy.receipt(reference))))
const signing = await legacy.stepForSigning(sigrun, number)
step(`The step for those who are named is number ${signing} (GetProcessStepIDForParallelSigning)`)
that('there is one', Number(signing) > 0, signing)
await legacy.nameSigners(sigrun, number, [{ ssn: env.PERSON_SSN, name: env.PERSON_NAME }, { ssn: env.SIGNER_SSN, name: env.SIGNER_NAME }])
step(`${env.PERSON_NAME} and ${env.SIGNER_NAME} shall sign, both (PrepareUserControlledSigning)`)
that('it stands at the signing', (await legacy.currentStep(number))?.includes('Signing'), await legacy.currentStep(number))

step(`Sigrun reads: ${await legacy.signingText(sigrun, number)} (GetSigningText)`)
const action = await legacy.actions(sigrun, number)
that('she may sign (GetAvailableActions)', String(action).includes('Sign'), action)
await legacy.sign(sigrun, number, 'Jeg bekrefter opplysningene.')
step('She signs (DoSigning)')
const refused = await legacy.refusal(legacy.sign(sigrun, number, 'igjen'))
that(`she cannot sign twice: error ${refused}`, Number.isInteger(refused))
that('it waits for the other', !('ArchiveReference' in (await legacy.receipt(reference))))

const mine = await legacy.inInbox(torbjorn, env.SIGNER_SSN, number)
step(`Torbjørn, who has no other right here, finds it in his inbox: ${mine?.Title} (GetReporteeElementList)`)
that('it is to be signed', mine?.Status === 'SignIn', mine)
const found = await (await rest(env.REST_TOKEN_OWNER, 'GET', `/storage/instances?appId=${env.TAX_APP}&search=${reference}`)).json()
const instance = found._embedded.instances[0]
const seen = await (await rest(env.REST_TOKEN_SIGNER, 'GET', `/storage/instances/${instance.id}`)).json()
const content = Buffer.from(await (await rest(env.REST_TOKEN_SIGNER, 'GET', seen.data[0].dataLinks.platform)).arrayBuffer())
step(`He reads it over HTTP: instance ${seen.id}, ${content.length} bytes`)
that('they are what was sent', content.equals(form), content.length)
const now = await (await rest(env.REST_TOKEN_SIGNER, 'PUT', `/${env.TAX_APP}/instances/${seen.id}/process/next`, { action: 'sign' })).json()
step(`He signs (PUT …/process/next): it goes on to ${now.currentStep}`)
that('the last signature leaves the signing', now.currentStep === 'Submit', now)

await legacy.sendIn(sigrun, number)
const { ArchiveReference: archived } = await legacy.receipt(reference)
step(`Sigrun sends it in: ${archived} (DoSendingInAction, GetReceipt)`)
that('it is in the archive', /^AR\d+$/.test(archived), archived)
const kept = await legacy.archived(sigrun, number)
const steps = list(kept.ArchivedFormTaskSigningStepList?.ArchivedFormTaskSigningStepBEV2)
step(`The archive has ${steps.length} signatures: ${steps.map((s) => s.SignedByUserName).join(', ')} (GetArchivedFormTask)`)
that('both have signed', steps.map((s) => s.SignedByUserName).join() === [env.PERSON_NAME, env.SIGNER_NAME].join(), steps)
const after = await (await rest(env.REST_TOKEN_OWNER, 'GET', instance.selfLinks.platform)).json()
const hash = createHash('sha256').update(form).digest('hex')
that('over HTTP, too, each on the bytes that were sent', after.signatures?.length === 2 && after.signatures.every((s) => s.data[0].sha256 === hash), after.signatures)
done('signers')

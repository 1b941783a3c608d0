// What the npm package soap makes of every document that the gateway serves: it
// loads each in both forms, and calls every operation in Basic and WS with the
// arguments that zeep-all wrote. What it cannot do goes to the file LIST, for
// comparison with docs/interop.md. Expects the variables of demo.env.
//
//     node documents.mjs ARGUMENTS LIST
import { readFile, writeFile } from 'node:fs/promises'
import soap from 'soap'

const env = process.env
const [argumentsFile, listFile] = process.argv.slice(2)
const text = async (url) => (await fetch(url)).text()

// load reads a document and compares what it binds with what the document publishes.
async function load(url, form) {
  const published = new Set([...(await text(`${url}?singleWsdl`)).matchAll(/<(?:\w+:)?operation name="([^"]+)"/g)].map((m) => m[1]))
  const client = await soap.createClientAsync(`${url}?${form}`)
  const bound = Object.values(client.describe()).flatMap((service) => Object.values(service)).flatMap((port) => Object.keys(port))
  const missing = [...published].filter((name) => !bound.includes(name))
  if (missing.length > 0 || bound.length !== published.size) throw new Error(`binds ${bound.length} of ${published.size} operations`)
}

async function loadAll() {
  const page = await text(`${env.OVERGANG_URL}/`)
  const urls = [...page.matchAll(/href="([^"]+\.svc)\?singleWsdl"/g)].map((m) => m[1])
  const cannot = []
  for (const url of urls) {
    for (const form of ['wsdl', 'singleWsdl']) {
      await load(url, form).catch((error) => cannot.push(`- ${nameOf(url)}?${form}: ${error.message}`))
    }
  }
  return [`Of ${urls.length * 2} documents, two of each endpoint, ${urls.length * 2 - cannot.length} load.`, ...cannot]
}

const nameOf = (url) => url.split('/').pop().replace('.svc', '')

const clients = new Map()

// client makes one client an endpoint: in WS over SOAP 1.2 with what the policy wants.
async function client(of) {
  if (!clients.has(of.url)) {
    const secured = of.flavour === 'WS'
    const made = await soap.createClientAsync(`${of.url}?singleWsdl`, { forceSoap12Headers: secured, parseReponseAttachments: true })
    if (secured) made.setSecurity(new soap.WSSecurity(env.SYSTEM_USER, env.SYSTEM_PASSWORD, { passwordType: 'PasswordText', hasTimeStamp: true }))
    clients.set(of.url, made)
  }
  return clients.get(of.url)
}

// call returns what is wrong, or ''.
async function call(of) {
  const target = await client(of)
  const operations = Object.values(target.wsdl.definitions.services)[0].ports
  const operation = Object.values(operations)[0].binding.methods[of.operation]
  target.clearSoapHeaders()
  const namespace = operation.soapAction.replace(/\/[^/]+\/[^/]+$/, '')
  for (const [key, value] of Object.entries(of.headers)) target.addSoapHeader({ [key]: value }, '', 'h', namespace)
  if (of.flavour === 'WS') {
    target.addSoapHeader(`<wsa:Action xmlns:wsa="http://www.w3.org/2005/08/addressing">${operation.soapAction}</wsa:Action>`)
  }
  try {
    const [result] = await target[`${of.operation}Async`](of.arguments)
    const content = result?.[`${of.operation}Result`] ?? result ?? target.lastResponseAttachments?.parts
    return of.empty || (content !== undefined && content !== null) ? '' : 'an empty answer'
  } catch (error) {
    const fault = error.root?.Envelope?.Body?.Fault
    const detail = (fault?.detail ?? fault?.Detail)?.AltinnFault
    return `${detail?.ErrorID ?? ''} ${detail?.AltinnLocalizedErrorMessage ?? error.message}`
  }
}

async function callAll() {
  const calls = JSON.parse(await readFile(argumentsFile, 'utf8'))
  const cannot = []
  for (const of of calls) {
    const wrong = await call(of)
    if (wrong !== '') cannot.push(`- ${of.endpoint}, ${of.operation}: ${wrong}`)
  }
  return [`Of ${calls.length} operations in Basic and WS, ${calls.length - cannot.length} answer.`, ...cannot]
}

const list = [...(await loadAll()), '', ...(await callAll())]
await writeFile(listFile, list.join('\n') + '\n')

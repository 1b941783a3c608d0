// Tells what happens, step by step, and counts what was checked.
let steps = 0
let passed = 0
let failed = 0

// What was not expected ends the story, shortly: errors of the package soap hold the whole request, passwords included.
process.on('uncaughtException', (error) => {
  console.error(error.message)
  process.exit(1)
})

// Says what was just done, with the ids that one would look for.
export function step(text) {
  console.log(`${String(++steps).padStart(3)}. ${text}`)
}

// One line for a check; a failed one shows what was seen instead.
export function that(what, ok, seen) {
  if (ok) passed++
  else failed++
  console.log(ok ? `     ok   ${what}` : `     FAIL ${what}: ${JSON.stringify(seen)}`)
}

export function done(name) {
  console.log(`${name}: ${passed} passed, ${failed} failed`)
  process.exit(failed ? 1 : 0)
}

// Checks what comes with the framework and with the sample against published advisories:
//
//   node scripts/advisories.mjs [SBOM...]
//
// The SBOMs are those that `mvn package` makes (online), by default of framework and sample-app;
// they are asked about at OSV (https://osv.dev, or OSV_URL). What npm installs for the client is
// asked about by `npm audit` (not with NPM_AUDIT=off). The status is 0 if nothing is known, 1 if
// something is, and 2 if that could not be found out: then nothing has been checked.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const OSV = (process.env.OSV_URL || 'https://api.osv.dev').replace(/\/$/, '')
const AT_ONCE = 1000 // the most that OSV takes
const PATIENCE_MS = 30_000

class NotChecked extends Error {}

/** The package URLs of an SBOM, without what OSV does not read. */
function packages(path) {
  if (!existsSync(path)) {
    throw new NotChecked(`${path} is missing (expected: what "mvn package" makes, online)`)
  }
  let components
  try {
    components = JSON.parse(readFileSync(path, 'utf8')).components
  } catch (error) {
    throw new NotChecked(`${path} is no CycloneDX JSON: ${error.message}`)
  }
  const urls = (components ?? []).map(({ purl }) => purl?.replace(/[?#].*/, '')).filter(Boolean)
  if (urls.length === 0) throw new NotChecked(`${path} names no package`)
  // Ours are published nowhere yet.
  return urls.filter(url => !url.startsWith('pkg:maven/dev.hawser/'))
}

async function ask(path, body) {
  try {
    const answer = await fetch(OSV + path, {
      method: body ? 'POST' : 'GET',
      body: body && JSON.stringify(body),
      headers: { 'Content-Type': 'application/json' },
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    if (!answer.ok) throw new Error(`status ${answer.status}`)
    return await answer.json()
  } catch (error) {
    const why = error.cause?.code ?? error.cause?.message ?? error.message
    throw new NotChecked(`no answer from ${OSV}${path}: ${why} (OSV_URL names another server)`)
  }
}

/** Returns the ids of advisories by package URL. */
async function known(urls) {
  const found = new Map()
  let questions = urls.map(purl => ({ package: { purl } }))
  while (questions.length > 0) {
    const queries = questions.splice(0, AT_ONCE)
    const { results } = await ask('/v1/querybatch', { queries })
    if (results?.length !== queries.length) {
      throw new NotChecked(`${OSV} answered ${results?.length} of ${queries.length} questions`)
    }
    const more = []
    results.forEach(({ vulns = [], next_page_token }, index) => {
      const { purl } = queries[index].package
      for (const { id } of vulns) found.set(purl, [...(found.get(purl) ?? []), id])
      if (next_page_token) more.push({ ...queries[index], page_token: next_page_token })
    })
    questions = [...more, ...questions]
  }
  return found
}

/** One line for an advisory; each of its texts is one of somebody else's. */
async function describe(purl, id) {
  const { summary, aliases = [], affected = [] } = await ask(`/v1/vulns/${encodeURIComponent(id)}`)
  const name = purl.replace(/^pkg:maven\/([^/]+)\/([^@]+)@.*/, '$1:$2')
  const fixed = affected
    .filter(({ package: { name: its } }) => its === name)
    .flatMap(({ ranges = [] }) => ranges.flatMap(({ events = [] }) => events))
    .flatMap(event => event.fixed ?? [])
  const line = [
    purl,
    [id, ...aliases].join(' '),
    summary ?? 'no summary',
    fixed.length > 0 ? `fixed in ${fixed.join(', ')}` : 'no fix is named',
  ].join(' | ')
  return line.replaceAll(/\p{C}/gu, ' ')
}

async function checkSboms(paths) {
  const urls = [...new Set(paths.flatMap(packages))]
  const found = await known(urls)
  for (const [purl, ids] of found) {
    for (const id of ids) console.log(await describe(purl, id))
  }
  console.log(`Java: ${urls.length} packages, ${[...found.values()].flat().length} advisories`)
  return found.size === 0
}

/** What is installed to build and test the client; users get no packages but the client itself. */
function checkNpm() {
  const args = ['audit', '--json', '--package-lock-only', '--prefix', join(ROOT, 'client-js')]
  const { stdout, error } = spawnSync('npm', args, { encoding: 'utf8' })
  let report
  try {
    report = JSON.parse(stdout)
  } catch {
    throw new NotChecked(`npm audit did not run: ${error?.message ?? stdout}`)
  }
  if (!report.metadata?.vulnerabilities) {
    const why = report.error?.summary || report.error?.code || report.message
    throw new NotChecked(`npm audit had no answer from the registry: ${why}`)
  }
  for (const { name, severity, via } of Object.values(report.vulnerabilities)) {
    const why = via
      .map(each => (each.title ? `${each.title} ${each.url}` : `by ${each}`))
      .join(', ')
    console.log(`npm: ${name} | ${severity} | ${why}`.replaceAll(/\p{C}/gu, ' '))
  }
  const { vulnerabilities, dependencies } = report.metadata
  console.log(`npm: ${dependencies.total} packages, ${vulnerabilities.total} with advisories`)
  return vulnerabilities.total === 0
}

const given = process.argv.slice(2)
const sboms =
  given.length > 0
    ? given
    : ['framework', 'sample-app'].map(at => join(ROOT, at, 'target/sbom.json'))
const checks = [() => checkSboms(sboms), ...(process.env.NPM_AUDIT === 'off' ? [] : [checkNpm])]
let status = 0
for (const check of checks) {
  try {
    if (!(await check())) status ||= 1
  } catch (error) {
    if (!(error instanceof NotChecked)) throw error
    console.error(`not checked: ${error.message}`)
    status = 2
  }
}
process.exitCode = status

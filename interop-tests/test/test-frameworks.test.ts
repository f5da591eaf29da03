import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MavenHome } from './support/maven.js'

const PROJECT = new URL('fixtures/test-frameworks', import.meta.url).pathname
const FAILURE = `not broadcast to orders:7: {"status":"packed"}
  there were 1 broadcasts to orders:7:
    {"status":"shipped"}
  and none to any other name`

function plain(attribute: string): string {
  return attribute.replaceAll('&quot;', '"').replaceAll('&#10;', '\n')
}

/** Each framework has the same two tests; one of them is meant to fail. */
describe('the test kit', () => {
  let home: MavenHome
  let project: string

  beforeAll(async () => {
    home = new MavenHome()
    project = join(home.directory, 'test-frameworks')
    cpSync(PROJECT, project, { recursive: true })
    await home.run(project, '--quiet', '-Dmaven.test.failure.ignore', 'test')
  }, 240_000)

  afterAll(() => home?.remove())

  function report(framework: string): string {
    const reports = join(project, framework, 'target/surefire-reports')
    const file = readdirSync(reports).find(name => name.endsWith('.xml')) as string
    return readFileSync(join(reports, file), 'utf8')
  }

  it.each([
    ['junit5', 'junit-jupiter-api-5.'],
    ['junit6', 'junit-jupiter-api-6.'],
    ['testng', 'testng-7.'],
    ['kotest', 'kotest-runner-junit5-jvm-6.'],
  ])('passes and fails alike under %s', (framework, jar) => {
    const results = report(framework)
    expect(results).toContain(`/${jar}`)
    const tests = Array.from(results.matchAll(/<testcase name="([^"]*)"/g), ([, name]) => name)
    expect(tests.sort()).toEqual(['fails', 'passes'])
    const failures = Array.from(
      results.matchAll(/<testcase name="([^"]*)"[^>]*>\s*<(failure|error) message="([^"]*)"/g),
      ([, name, kind, message]) => [name, kind, plain(message as string)],
    )
    expect(failures).toEqual([['fails', 'failure', FAILURE]])
  })

  it('is shown for Kotest as it runs there', () => {
    const page = readFileSync(new URL('../../docs/testing.md', import.meta.url), 'utf8')
    const examples = Array.from(page.matchAll(/```kotlin\n([\s\S]*?)```/g), ([, code]) => code)
    expect(examples).toHaveLength(1)
    const source = readFileSync(
      join(PROJECT, 'kotest/src/test/kotlin/shop/OrdersChannelTest.kt'),
      'utf8',
    )
    expect(source).toContain(examples[0])
  })
})

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { built, PUBLISHED, VERSION } from './support/maven.js'

const ROOT = new URL('../../', import.meta.url).pathname
const JAR = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'jar') : 'jar'

function pom(module: string): string {
  return readFileSync(join(ROOT, module, 'pom.xml'), 'utf8')
}

/** What a pom says of the project itself: not of its parent, nor of dependencies. */
function head(module: string): string {
  return pom(module)
    .replace(/<parent>[\s\S]*?<\/parent>/, '')
    .replace(/<(dependencyManagement|dependencies|build|profiles)>[\s\S]*/, '')
}

function entries(jar: string): string[] {
  return execFileSync(JAR, ['--list', '--file', jar], { encoding: 'utf8' }).split('\n')
}

// What Maven Central asks for: https://central.sonatype.org/publish/requirements/
describe.each(Object.entries(PUBLISHED))('the pom of %s', (artifact, module) => {
  it('has a name and a description of its own', () => {
    expect(head(module)).toContain(`<artifactId>${artifact}</artifactId>`)
    expect(head(module)).toMatch(/<name>Hawser.*<\/name>/)
    expect(head(module)).toMatch(/<description>.{20,}<\/description>/)
  })

  it('names the licence, the place, the source and the developers', () => {
    const said = pom(module).includes('<parent>') ? head('.') : head(module)
    expect(said).toMatch(/<url>https:/)
    expect(said).toMatch(/<license>\s*<name>Apache-2.0<\/name>\s*<url>https:/)
    expect(said).toMatch(/<scm[^>]*>\s*<connection>scm:git:https:.*\s*<url>https:/)
    expect(said).toMatch(/<developer>\s*<name>.*\s*<organization>.*\s*<organizationUrl>https:/)
  })
})

describe('what is published', () => {
  it('names one place', () => {
    const place = head('.').match(/<url>(.*?)</)?.[1]
    expect(place).toBeDefined()
    expect(head('bom')).toContain(`<url>${place}</url>`)
    // Maven appends the names of modules to what they inherit.
    expect(pom('.')).toContain('child.project.url.inherit.append.path="false"')
    expect(pom('.')).toContain('child.scm.url.inherit.append.path="false"')
    const { homepage, repository } = JSON.parse(
      readFileSync(join(ROOT, 'client-js/package.json'), 'utf8'),
    )
    expect(homepage).toBe(place)
    expect(pom('.')).toContain(`<connection>scm:${repository.url.replace('git+', 'git:')}<`)
  })
})

describe('the jars of', () => {
  it.each([
    ['hawser', 'framework', '-sources', 'dev/hawser/Cable.java'],
    ['hawser', 'framework', '-javadoc', 'dev/hawser/Cable.html'],
    ['hawser-client', 'client-js', '', 'META-INF/resources/hawser/hawser.js'],
    ['hawser-client', 'client-js', '-sources', 'index.ts'],
    ['hawser-client', 'client-js', '-javadoc', 'README.md'],
  ])('%s in %s/target: %s', (artifact, module, kind, entry) => {
    const jar = built(module, `${artifact}-${VERSION}${kind}.jar`)
    expect(entries(jar).filter(name => name.endsWith(entry))).not.toEqual([])
  })

  it('one build have one version', () => {
    for (const module of Object.values(PUBLISHED)) expect(pom(module)).toContain(`>${VERSION}<`)
    const quickstart = pom('docs/quickstart')
    expect(quickstart).toMatch(new RegExp(`hawser-bom</artifactId>\\s*<version>${VERSION}<`))
  })
})

import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { BRISK, end } from './process.js'

const ROOT = new URL('../../../', import.meta.url).pathname
/** The Maven that runs these tests, its local repository, and whether it may download. */
const MAVEN = process.env.HAWSER_MAVEN || 'mvn'
const LOCAL_REPOSITORY = process.env.HAWSER_MAVEN_REPOSITORY || join(homedir(), '.m2/repository')
const OFFLINE = process.env.HAWSER_MAVEN_MODE === 'offline=true'
const ENVIRONMENT = { ...process.env, MAVEN_OPTS: BRISK.join(' ') }

const PARENT_POM = readFileSync(join(ROOT, 'pom.xml'), 'utf8')
/** The version of all artifacts of this build. */
export const VERSION = PARENT_POM.match(/<version>(.*?)<\/version>/)?.[1] as string

/** What applications get from a Maven repository: the artifact's name and its directory here. */
export const PUBLISHED = {
  'hawser-bom': 'bom',
  'hawser-parent': '.',
  hawser: 'framework',
  'hawser-client': 'client-js',
}

/** Finds the version of a plugin that this build uses. */
export function pluginVersion(artifact: string): string {
  const version = PARENT_POM.match(
    new RegExp(`<artifactId>${artifact}</artifactId>\\s*<version>(.*?)<`),
  )?.[1]
  if (!version) throw new Error(`pom.xml names no version of ${artifact}`)
  return version
}

/** Finds a file of a module that its build has made. */
export function built(module: string, file: string): string {
  const path = join(ROOT, module, 'target', file)
  if (!existsSync(path)) throw new Error(`${path} is missing (expected: what "mvn package" makes)`)
  return path
}

/**
 * A directory outside of this project, with a local repository in which the artifacts are that this
 * build has made, as `mvn install` puts them there. Anything else in it is that of the user.
 */
export class MavenHome {
  /** Where projects go. */
  readonly directory = mkdtempSync(join(tmpdir(), 'hawser-maven-'))
  readonly #repository = join(this.directory, 'repository')

  constructor() {
    mkdirSync(join(this.#repository, 'dev/hawser'), { recursive: true })
    mkdirSync(LOCAL_REPOSITORY, { recursive: true })
    this.#link('.')
    this.#link('dev')
    for (const [artifact, module] of Object.entries(PUBLISHED)) this.#install(artifact, module)
  }

  /** Makes what is in a directory of the user's repository appear in this one. */
  #link(directory: string): void {
    const from = join(LOCAL_REPOSITORY, directory)
    for (const name of existsSync(from) ? readdirSync(from) : []) {
      const here = join(this.#repository, directory, name)
      if (!existsSync(here)) symlinkSync(join(from, name), here)
    }
  }

  #install(artifact: string, module: string): void {
    const directory = join(this.#repository, 'dev/hawser', artifact, VERSION)
    mkdirSync(directory, { recursive: true })
    const name = `${artifact}-${VERSION}`
    const pom = readFileSync(join(ROOT, module, 'pom.xml'), 'utf8')
    copyFileSync(join(ROOT, module, 'pom.xml'), join(directory, `${name}.pom`))
    if (pom.includes('<packaging>pom<')) return
    copyFileSync(built(module, `${name}.jar`), join(directory, `${name}.jar`))
  }

  #arguments(goals: string[]): string[] {
    const quiet = ['--batch-mode', '--no-transfer-progress', ...(OFFLINE ? ['--offline'] : [])]
    return [...quiet, `-Dmaven.repo.local=${this.#repository}`, ...goals]
  }

  /** Runs goals in a project, and returns what Maven prints; fails with that if Maven does. */
  async run(project: string, ...goals: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(MAVEN, this.#arguments(goals), {
      cwd: project,
      env: ENVIRONMENT,
      maxBuffer: 64 * 1024 * 1024,
    }).catch(({ stdout, stderr }) => {
      throw new Error(`mvn ${goals.join(' ')} failed:\n${stdout}${stderr}`)
    })
    return stdout
  }

  /** Compiles a project, and returns the class path to run it with. */
  async compile(project: string): Promise<string> {
    const file = join(this.directory, 'classpath.txt')
    const plugin = `maven-dependency-plugin:${pluginVersion('maven-dependency-plugin')}`
    const classPath = `org.apache.maven.plugins:${plugin}:build-classpath`
    await this.run(project, 'compile', classPath, `-Dmdep.outputFile=${file}`)
    return [join(project, 'target/classes'), readFileSync(file, 'utf8').trim()].join(delimiter)
  }

  /** Starts goals that go on. */
  start(project: string, env: Record<string, string>, ...goals: string[]): MavenProcess {
    return new MavenProcess(
      spawn(MAVEN, this.#arguments(goals), { cwd: project, env: { ...ENVIRONMENT, ...env } }),
    )
  }

  /** Removes all of it, and nothing of the user's. */
  remove(): void {
    rmSync(this.directory, { recursive: true, force: true })
  }
}

/** A Maven that goes on, such as one that runs a server. */
export class MavenProcess {
  /** All that it has printed. */
  output = ''
  readonly #child: ChildProcessWithoutNullStreams
  readonly #ended: Promise<void>

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child
    const add = (text: Buffer) => {
      this.output += text
    }
    child.stdout.on('data', add)
    child.stderr.on('data', add)
    this.#ended = new Promise(resolve => child.once('close', () => resolve()))
  }

  /** Waits until it prints something; fails with all that it printed if it ends before. */
  async prints(expected: string): Promise<void> {
    const said = new Promise<void>(resolve => {
      const look = () => this.output.includes(expected) && resolve()
      this.#child.stdout.on('data', look)
      look()
    })
    await Promise.race([said, this.#ended])
    if (!this.output.includes(expected)) throw new Error(`Maven ended:\n${this.output}`)
  }

  /** Ends it at once. */
  kill(): Promise<void> {
    return end(this.#child)
  }
}

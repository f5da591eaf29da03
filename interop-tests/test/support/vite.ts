import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createServer, type ViteDevServer } from 'vite'

const CLIENT = new URL('../../../client-js/', import.meta.url).pathname
const RECIPE = new URL('../../../docs/recipes/vite-react/', import.meta.url).pathname
const TARGET = new URL('../../target/', import.meta.url).pathname

/** The page of the recipe, as `npm run dev` serves it, with the client that `npm pack` has packed. */
export class VitePage {
  /** Where it is. */
  readonly url: string
  readonly #project: string
  readonly #server: ViteDevServer

  private constructor(project: string, port: number, server: ViteDevServer) {
    this.#project = project
    this.#server = server
    this.url = `http://localhost:${port}`
  }

  /** Serves it at a port, for a server of channels at another. */
  static async start(port: number, server: string): Promise<VitePage> {
    // Below this module, where React is installed.
    const project = mkdtempSync(join(TARGET, 'vite-react-'))
    cpSync(RECIPE, project, { recursive: true })
    install(project)
    process.env.SERVER = server
    const root = { root: project, cacheDir: join(project, '.vite'), logLevel: 'error' } as const
    const vite = await createServer({ ...root, server: { port, strictPort: true } })
    await vite.listen()
    return new VitePage(project, port, vite)
  }

  /** Ends it. */
  async stop(): Promise<void> {
    await this.#server.close()
    rmSync(this.#project, { recursive: true, force: true })
  }
}

/** Puts the packed client where npm puts it. */
function install(project: string): void {
  const options = { cwd: CLIENT, encoding: 'utf8' } as const
  execFileSync('npm', ['pack', '--silent', '--pack-destination', project], options)
  const tarball = readdirSync(project).find(name => name.endsWith('.tgz')) as string
  const here = join(project, 'node_modules/hawser')
  mkdirSync(here, { recursive: true })
  execFileSync('tar', ['-xzf', join(project, tarball), '-C', here, '--strip-components=1'])
}

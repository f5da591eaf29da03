// Builds the file for a script tag, whose global has what the package exports. esbuild's own
// --global-name would bring 0.2 kB of helpers along.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import * as modules from '../dist/index.js'

const dist = fileURLToPath(new URL('../dist', import.meta.url))
const names = Object.keys(modules).join(', ')

await build({
  stdin: {
    contents: `import { ${names} } from './bundle.js'; globalThis.Hawser = { ${names} }`,
    resolveDir: dist,
  },
  outfile: join(dist, 'hawser.min.js'),
  bundle: true,
  minify: true,
  sourcemap: true,
  format: 'iife',
  target: 'es2022',
  logLevel: 'warning',
})

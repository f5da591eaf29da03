// What the single-file builds have: everything, for a page without a bundler cannot choose.
import './presence.js'

export * from './index.js'

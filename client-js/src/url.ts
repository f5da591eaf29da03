import { CableError } from './cable-error.js'

/**
 * The URL of the cable, or a function that returns it, which is called before every attempt to
 * connect.
 *
 * The function may be async, for example to fetch a new token.
 */
export type UrlSource = string | (() => string | Promise<string>)

/** Returns the string of a source, or a promise of it. */
export function ask(source: UrlSource): string | Promise<string> {
  return typeof source === 'function' ? source() : source
}

/** Returns the URL without credentials, query and fragment, fit for logs and messages. */
export function redactUrl(url: string): string {
  return String(url)
    .replace(/[?#].*/s, '')
    .replace(/\/\/[^/]*@/, '//')
}

function toWebSocketUrl(url: string): string {
  if (!url || /^wss?:/i.test(url)) return url
  try {
    const base = globalThis.document?.baseURI ?? globalThis.location?.href
    return new URL(url, base).href.replace(/^http/, 'ws')
  } catch {
    // The platform's own error would quote the URL with its token.
    throw new CableError('invalid_url', `cannot resolve ${redactUrl(url)}`)
  }
}

/**
 * Returns the `ws:` or `wss:` URL for a URL, for a path on the page's host, or for a function that
 * returns one of them.
 *
 * Source: `createWebSocketURL` of `@rails/actioncable`, which needs a DOM for it; this does not.
 *
 * @throws CableError `invalid_url` if the URL is relative and there is nothing to resolve it with
 */
export function createWebSocketURL(source: string): string
/** Returns a promise if the function returns one. */
export function createWebSocketURL(source: UrlSource): string | Promise<string>
export function createWebSocketURL(source: UrlSource): string | Promise<string> {
  const url = ask(source)
  // What is no URL at all is given back, as by the official function.
  return (url as Promise<string>)?.then?.(toWebSocketUrl) ?? toWebSocketUrl(url as string)
}

/**
 * Returns the content of the page's `<meta name="action-cable-{name}">`; undefined if there is
 * none.
 *
 * @param name the last part of the name, such as `url`
 */
export function getConfig(name: string): string | undefined {
  return globalThis.document?.head.querySelector<HTMLMetaElement>(
    `meta[name='action-cable-${name}']`,
  )?.content
}

import { Consumer } from './consumer.js'
import { DEFAULT_MOUNT_PATH } from './internal.js'
import type { ConsumerOptions } from './options.js'
import { getConfig, type UrlSource } from './url.js'

/**
 * Returns a consumer, which connects with its first subscription.
 *
 * @param url where the cable is: an absolute URL, a path on the page's host, or a function, sync or
 *   async, asked before every attempt to connect; default: the page's
 *   `<meta name="action-cable-url">`, else `/cable`
 * @param options how to behave
 * @example
 * const consumer = createConsumer()
 * const chat = consumer.subscriptions.create('ChatChannel', {
 *   received(message) { console.log(message) },
 * })
 */
export function createConsumer(
  url: UrlSource = getConfig('url') || DEFAULT_MOUNT_PATH,
  options: ConsumerOptions = {},
): Consumer {
  return new Consumer(url, options)
}

import { Consumer } from './consumer.js'
import { DEFAULT_MOUNT_PATH } from './internal.js'
import type { ConsumerOptions } from './options.js'
import { getConfig, type UrlSource } from './url.js'

/**
 * Creates a consumer, which connects with its first subscription.
 *
 * @param url the URL of the cable: an absolute URL, a path on the page's host, or a function, sync
 *   or async, that is called before every attempt to connect; default: the page's `<meta
 *   name="action-cable-url">`, or else `/cable`
 * @param options the options, all optional
 * @returns a new consumer
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

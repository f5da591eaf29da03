// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import * as everything from '../src/index.js'
import {
  createConsumer,
  createWebSocketURL,
  getConfig,
  INTERNAL,
  systemClock,
} from '../src/index.js'

afterEach(() => {
  vi.unstubAllGlobals()
  document.head.innerHTML = ''
})

describe('the URL', () => {
  it.each([
    ['ws://cable.test/c?a=1', 'ws://cable.test/c?a=1'],
    ['WSS://cable.test', 'WSS://cable.test'],
    ['http://cable.test/c', 'ws://cable.test/c'],
    ['https://cable.test/c', 'wss://cable.test/c'],
    ['/cable', 'wss://page.test:8443/cable'],
    ['//other.test/cable', 'wss://other.test/cable'],
    ['', ''],
  ])('%s becomes %s', (url, expected) => {
    vi.stubGlobal('document', { baseURI: 'https://page.test:8443/a/b' })
    expect(createWebSocketURL(url)).toBe(expected)
    expect(createWebSocketURL(() => url)).toBe(expected)
  })

  it('is resolved by the location where there is no document', () => {
    vi.stubGlobal('document', undefined)
    vi.stubGlobal('location', { href: 'http://worker.test/w.js' })
    expect(createWebSocketURL('/cable')).toBe('ws://worker.test/cable')
  })

  it('comes from the meta tag', () => {
    document.head.innerHTML = '<meta name="action-cable-url" content="ws://meta.test/cable">'
    expect(getConfig('url')).toBe('ws://meta.test/cable')
    expect(createConsumer().url).toBe('ws://meta.test/cable')
  })

  it('is /cable without one', () => {
    expect(getConfig('url')).toBeUndefined()
    vi.spyOn(document, 'baseURI', 'get').mockReturnValue('http://page.test/')
    expect(createConsumer().url).toBe('ws://page.test/cable')
  })
})

it('has the exports of @rails/actioncable', () => {
  expect(Object.keys(everything)).toEqual(
    expect.arrayContaining([
      'Connection',
      'ConnectionMonitor',
      'Consumer',
      'INTERNAL',
      'Subscription',
      'SubscriptionGuarantor',
      'Subscriptions',
      'adapters',
      'createConsumer',
      'createWebSocketURL',
      'getConfig',
      'logger',
    ]),
  )
  expect(INTERNAL.default_mount_path).toBe('/cable')
})

it('uses the timers there are at the time, so that faked ones apply', () => {
  vi.useFakeTimers({ now: 1000 })
  try {
    const callback = vi.fn()
    systemClock.setTimeout(callback, 10)
    systemClock.clearTimeout(systemClock.setTimeout(callback, 10))
    vi.advanceTimersByTime(10)
    expect(callback).toHaveBeenCalledTimes(1)
    expect(systemClock.now()).toBe(1010)
    expect(systemClock.random()).toBeLessThan(1)
  } finally {
    vi.useRealTimers()
  }
})

import { afterEach, beforeEach, describe, expect, it, type Mock, vi } from 'vitest'
import { adapters, CableError, logger } from '../src/index.js'
import { harness } from './harness.js'

const CHAT = '{"channel":"Chat"}'

let warn: Mock

beforeEach(() => {
  warn = vi.spyOn(adapters.logger as Console, 'warn').mockImplementation(() => {})
})

afterEach(() => {
  logger.enabled = false
  vi.restoreAllMocks()
})

describe('what a server in development refused', () => {
  it('is a warning with the action, the reason and the suggestion', async () => {
    const { server, consumer, errors, advance } = harness()
    const received = vi.fn()
    consumer.subscriptions.create('Chat', { received })
    await advance()
    const reason = 'Chat has no action "speek"'
    const suggestion = 'did you mean "speak"?'
    server.connection.send({
      type: 'advice',
      action: 'Chat#message',
      identifier: CHAT,
      reason,
      suggestion,
    })
    server.connection.send({ type: 'advice', action: 'connect', reason: 'no database' })
    await advance()
    expect(warn.mock.calls).toEqual([
      ['[Hawser]', 'Chat#message', reason, suggestion, CHAT],
      ['[Hawser]', 'connect', 'no database', '', ''],
    ])
    expect(received).not.toHaveBeenCalled()
    expect(errors).toEqual([])
  })

  it('is lost without a logger', async () => {
    const { server, consumer, errors, advance } = harness()
    consumer.connect()
    await advance()
    const present = adapters.logger
    try {
      adapters.logger = undefined
      server.connection.send({ type: 'advice' })
      await advance()
    } finally {
      adapters.logger = present
    }
    expect(errors).toEqual([])
  })
})

describe('a rejected subscription', () => {
  async function rejected(listen: (chat: ReturnType<typeof create>) => void, mixin?: object) {
    const { server, consumer, advance } = harness()
    server.onSubscribe = () => 'reject'
    const chat = create(consumer, mixin)
    listen(chat)
    await advance()
    return server
  }

  function create(
    consumer: ReturnType<typeof harness>['consumer'],
    mixin?: object,
    signal?: AbortSignal,
  ) {
    return consumer.subscriptions.create('Chat', mixin, { signal })
  }

  it('is a warning, once, if nobody handles it', async () => {
    const server = await rejected(() => {})
    server.connection.reject(CHAT)
    await server.clock.advance(60_000)
    expect(warn.mock.calls).toEqual([
      ['[Hawser]', CHAT, 'was rejected, which nobody handles; the log of the server says why'],
    ])
  })

  it('is a warning if there is nothing but a signal', async () => {
    const { server, consumer, advance } = harness()
    server.onSubscribe = () => 'reject'
    create(consumer, {}, new AbortController().signal)
    await advance()
    expect(warn).toHaveBeenCalledOnce()
  })

  it.each<[string, Parameters<typeof rejected>[0], object?]>([
    ['a callback', () => {}, { rejected() {} }],
    ['a listener', chat => chat.on('rejected', () => {})],
    ['ready()', chat => chat.ready().catch(() => {})],
    ['a call', chat => chat.call('speak').catch(() => {})],
    ['a queued message', chat => chat.perform('speak', {}, { queue: true }).catch(() => {})],
    [
      'a loop',
      chat =>
        chat
          .messages()
          .next()
          .catch(() => {}),
    ],
  ])('is none if %s handles it', async (_, listen, mixin) => {
    await rejected(listen, mixin)
    expect(warn).not.toHaveBeenCalled()
  })
})

describe('the log', () => {
  it('names the channel, the action and the outcome', async () => {
    const lines: unknown[] = []
    const note = (...line: unknown[]) => lines.push(line.slice(1, -1).join(' '))
    vi.spyOn(adapters.logger as Console, 'log').mockImplementation(note)
    logger.enabled = true
    const { server, consumer, advance } = harness()
    server.onSubscribe = identifier => (identifier === CHAT ? 'confirm' : 'reject')
    const answers = ['secret']
    server.onCall = () => {
      if (!answers.length) throw new CableError('sold_out', 'secret')
      return answers.pop()
    }
    const chat = consumer.subscriptions.create('Chat')
    consumer.subscriptions.create('News', { rejected() {} })
    await advance()
    chat.perform('speak', { text: 'secret' })
    const good = chat.call('search')
    const bad = chat.call('search').catch(() => {})
    await advance()
    await advance()
    await Promise.all([good, bad])
    chat.send(null as never)
    expect(lines.filter(line => String(line).includes('channel'))).toEqual([
      `subscribe ${CHAT}`,
      'subscribe {"channel":"News"}',
      `confirmed ${CHAT}`,
      'rejected {"channel":"News"}',
      `message ${CHAT} speak`,
      `message ${CHAT} search`,
      `message ${CHAT} search`,
      `message ${CHAT} search done`,
      `message ${CHAT} search sold_out`,
      `message ${CHAT}`,
    ])
    expect(lines.join()).not.toContain('secret')
  })
})

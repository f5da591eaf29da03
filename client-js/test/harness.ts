import type { ConsumerOptions, Transition, UrlSource } from '../src/index.js'
import { type Consumer, createConsumer } from '../src/index.js'
import { FakeServer } from '../src/testing/index.js'

export interface Harness {
  readonly server: FakeServer
  readonly consumer: Consumer
  /** Every transition, as it was told. */
  readonly transitions: Transition[]
  /** Every error event. */
  readonly errors: unknown[]
  /** Lets time pass; 0 lets happen what is due. */
  advance(ms?: number): Promise<void>
}

export function harness(
  options: ConsumerOptions = {},
  url: UrlSource = 'ws://cable.test/cable',
): Harness {
  const server = new FakeServer()
  const consumer = createConsumer(url, { ...server.options, ...options })
  const transitions: Transition[] = []
  const errors: unknown[] = []
  consumer.on('state', transition => transitions.push(transition))
  consumer.on('error', error => errors.push(error))
  return { server, consumer, transitions, errors, advance: (ms = 0) => server.clock.advance(ms) }
}

/** Transitions in short: `connecting>connected welcome`. */
export function steps(transitions: readonly Transition[]): string[] {
  return transitions.map(({ from, to, reason }) => `${from}>${to} ${reason}`)
}

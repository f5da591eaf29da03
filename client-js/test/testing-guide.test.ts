import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { createConsumer } from '../src/index.js'
import { FakeServer } from '../src/testing/index.js'

it('works as docs/testing.md says', async () => {
  const server = new FakeServer()
  server.onCall = ({ action }) => (action === 'advance' ? { status: 'shipped' } : null)
  const consumer = createConsumer('ws://test/cable', server.options)
  const seen: unknown[] = []
  const orders = consumer.subscriptions.create(
    { channel: 'OrdersChannel', id: 7 },
    { received: message => seen.push(message) },
  )
  await server.clock.advance(0)

  server.connection.deliver(orders, { status: 'packed' })
  expect(seen).toEqual([{ status: 'packed' }])

  const reply = orders.call('advance')
  await server.clock.advance(0)
  expect(await reply).toEqual({ status: 'shipped' })

  server.connection.drop()
  await server.clock.advance(60_000)
  expect(server.connections).toHaveLength(2)
})

it('is what docs/testing.md shows', () => {
  const packed = (code: string): string => code.replace(/\s+/g, ' ').trim()
  const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
  const shown = /```ts\n(.*?)```/s.exec(read('../../docs/testing.md'))?.[1]
  expect(shown).toBeDefined()
  expect(packed(read('./testing-guide.test.ts'))).toContain(packed(shown as string))
})

import { type Consumer, createConsumer } from 'hawser'

// The JavaScript of docs/recipes.md, for the compiler; see recipes.test.ts.

declare function showNotification(title: string): void
declare function show(order: { id: number; state: string }): void

export function notifications(consumer: Consumer): void {
  consumer.subscriptions.create('NotificationsChannel', {
    received({ title }) {
      showNotification(title)
    },
  })
}

export function orders(consumer: Consumer): () => Promise<void> {
  consumer.subscriptions.create({ channel: 'OrdersChannel', id: 7 }, { received: show })

  async function advance() {
    const headers = { 'X-Cable-Sid': consumer.sid ?? '' }
    const response = await fetch('/orders/7/advance', { method: 'POST', headers })
    show(await response.json())
  }
  return advance
}

export function withTickets(): Consumer {
  const consumer = createConsumer(async () => {
    const response = await fetch('/cable-ticket', { method: 'POST' })
    return `ws://localhost:8081/cable?ticket=${await response.text()}`
  })
  return consumer
}

declare const consumer: import('hawser').Consumer
declare const createConsumer: typeof import('hawser').createConsumer
declare function show(order: { id: number; state: string }): void
declare function showNotification(title: string): void
declare function render(orders: Map<number, unknown>): void

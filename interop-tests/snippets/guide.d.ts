declare const consumer: import('hawser').Consumer
declare const chat: import('hawser').Subscription
declare const shop: import('hawser').Subscription
declare const cable: import('@anycable/core').Cable
declare const page: { stream: string }
declare const me: string
declare function show(what: unknown): void
declare function showTyping(name: string): void
declare function note(text: string): void
declare function offerAnother(): void

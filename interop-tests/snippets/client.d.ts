declare const consumer: import('hawser').Consumer
declare const chat: import('hawser').Subscription
declare const signal: AbortSignal
declare function freshToken(): Promise<string>
declare function show(...what: unknown[]): void
declare function note(text: string): void
declare function banner(text: string): void
declare function offerAnother(data: unknown): void

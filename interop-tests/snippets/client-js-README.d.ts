declare const consumer: import('hawser').Consumer
declare function reloadHistory(): void
declare function show(...what: unknown[]): void
declare function banner(text: string | boolean): void
declare function received(message: unknown): void

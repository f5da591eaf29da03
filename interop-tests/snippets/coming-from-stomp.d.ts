declare function freshToken(): Promise<string>
declare function show(...what: unknown[]): void
declare function banner(text: string): void

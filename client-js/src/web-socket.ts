/**
 * The part of a WebSocket that this library uses (WHATWG WebSockets Standard).
 *
 * Browsers, Deno, Node 22, React Native and the `ws` package all provide it.
 */
export interface WebSocketLike {
  /** The subprotocol that the server chose, or an empty string. */
  readonly protocol: string
  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  readonly readyState: number
  /** Called when the handshake has succeeded. */
  // biome-ignore lint/suspicious/noExplicitAny: every platform has its own event class
  onopen: ((event: any) => void) | null
  /** Called with each message, in `event.data`. */
  // biome-ignore lint/suspicious/noExplicitAny: every platform has its own event class
  onmessage: ((event: any) => void) | null
  /** Called once, at the end, with `event.code` and `event.reason`. */
  // biome-ignore lint/suspicious/noExplicitAny: every platform has its own event class
  onclose: ((event: any) => void) | null
  /** Called before `onclose` if the end is a failure. */
  // biome-ignore lint/suspicious/noExplicitAny: every platform has its own event class
  onerror: ((event: any) => void) | null
  /** Sends one text message. */
  send(data: string): void
  /** Starts the closing handshake, or gives up connecting. */
  close(): void
}

/** A class of {@link WebSocketLike}s. */
export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike

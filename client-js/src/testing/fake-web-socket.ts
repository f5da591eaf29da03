import type { WebSocketLike } from '../web-socket.js'

/** What the far end of a {@link FakeWebSocket} hears. */
export interface FakePeer {
  /** The client sent a text frame. */
  sent(data: string): void
  /** The client closes the socket. */
  closing(): void
}

/** The client's end of a connection that never leaves the process. */
export class FakeWebSocket implements WebSocketLike {
  /** Value of {@link readyState}; other clients look them up by name. */
  static readonly CONNECTING = 0
  /** Value of {@link readyState}. */
  static readonly OPEN = 1
  /** Value of {@link readyState}. */
  static readonly CLOSING = 2
  /** Value of {@link readyState}. */
  static readonly CLOSED = 3

  /** What the client asked for. */
  readonly url: string
  /** The subprotocols it offered. */
  readonly protocols: readonly string[]
  /** The subprotocol the server chose. */
  protocol = ''
  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  readyState = 0
  /** The client's handler of the handshake's success. */
  onopen: ((event: { readonly type: 'open' }) => void) | null = null
  /** The client's handler of frames. */
  onmessage: ((event: { readonly data: unknown }) => void) | null = null
  /** The client's handler of the end. */
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null = null
  /** The client's handler of failures. */
  onerror: ((event: { readonly type: 'error' }) => void) | null = null
  /** The far end. */
  peer: FakePeer | undefined

  /**
   * @param url what the client asked for
   * @param protocols the subprotocols it offers
   */
  constructor(url: string, protocols: readonly string[]) {
    this.url = url
    this.protocols = protocols
  }

  /** Sends a frame; like a real socket, it silently does nothing unless open. */
  send(data: string): void {
    if (this.readyState === 1) this.peer?.sent(data)
  }

  /** Starts to close; the close event comes later. */
  close(): void {
    if (this.readyState > 1) return
    this.readyState = 2
    this.peer?.closing()
  }
}

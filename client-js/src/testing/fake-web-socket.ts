import type { WebSocketLike } from '../web-socket.js'

/** The server's end of a {@link FakeWebSocket}. */
export interface FakePeer {
  /** The client sent a text frame. */
  sent(data: string): void
  /** The client closes the socket. */
  closing(): void
}

/** The client's end of a WebSocket without a network. */
export class FakeWebSocket implements WebSocketLike {
  /** A value of {@link readyState}; other clients read these by name. */
  static readonly CONNECTING = 0
  /** Value of {@link readyState}. */
  static readonly OPEN = 1
  /** Value of {@link readyState}. */
  static readonly CLOSING = 2
  /** Value of {@link readyState}. */
  static readonly CLOSED = 3

  /** The URL that the client opened. */
  readonly url: string
  /** The subprotocols that the client offered. */
  readonly protocols: readonly string[]
  /** The subprotocol that the server chose. */
  protocol = ''
  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  readyState = 0
  /** The client's handler for a successful handshake. */
  onopen: ((event: { readonly type: 'open' }) => void) | null = null
  /** The client's handler for messages. */
  onmessage: ((event: { readonly data: unknown }) => void) | null = null
  /** The client's handler for the end. */
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null = null
  /** The client's handler for failures. */
  onerror: ((event: { readonly type: 'error' }) => void) | null = null
  /** The server's end. */
  peer: FakePeer | undefined

  /**
   * @param url the URL that the client opens
   * @param protocols the subprotocols it offers
   */
  constructor(url: string, protocols: readonly string[]) {
    this.url = url
    this.protocols = protocols
  }

  /** Sends a message. Like a real socket, it does nothing unless the socket is open. */
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

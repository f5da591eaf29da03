import type { Frame } from './frame.js'
import { EXTENDED } from './internal.js'

/** How many streams of a subscription are kept track of; then the oldest is forgotten. */
const MAX_STREAMS = 1000

/** Where a message stands in its stream. */
export interface Place {
  /** The stream's name. */
  readonly stream_id: string
  /** One life of the stream: in another, offsets mean something else. */
  readonly epoch: string
  /** Counts the stream's messages. */
  readonly offset: number
}

/** How far a stream was handed over. */
interface Position extends Omit<Place, 'stream_id'> {
  /** The connection's id at that time. */
  readonly sid: string | undefined
}

/** What a history needs to know of the connection. */
export interface Line {
  readonly features: readonly unknown[]
  readonly sid: string | undefined
  readonly sids: readonly string[]
  getProtocol(): string | undefined
}

/** Returns whether something tells a place in a stream. */
export function isPlace<T extends object>(it: T): it is T & Place {
  const { stream_id, epoch, offset } = it as Partial<Place>
  return typeof stream_id === 'string' && typeof epoch === 'string' && Number.isSafeInteger(offset)
}

/** How far one subscription on the server was handed over, in each stream that it follows. */
export class History {
  /** Whether a subscribe command has asked for what was missed, and is not answered. */
  awaited = false
  /** What came ahead of the replay. */
  held: (Frame & Place)[] = []
  readonly #line: Line
  readonly #positions = new Map<string, Position>()

  /** @param line the connection */
  constructor(line: Line) {
    this.#line = line
  }

  /**
   * Whether messages have to wait for the answer: AnyCable's server sends live ones and older ones
   * in any order, and says only after them whether any is missing.
   */
  get holds(): boolean {
    return this.awaited && !this.isOrdered
  }

  /** Whether the server orders the messages, and tells what becomes of a history. */
  get isOrdered(): boolean {
    return this.#line.features.includes('history')
  }

  /** Returns what to add to a subscribe command to get what was missed; undefined if unknown. */
  ask(): object | undefined {
    const { features, sids } = this.#line
    const speaks = this.#line.getProtocol() === EXTENDED && (!features.length || this.isOrdered)
    if (!speaks) this.#positions.clear()
    const known = [...this.#positions]
    this.awaited = known.length > 0
    if (!this.awaited) return undefined
    // What its own requests caused, sent with the ids since the oldest position, is left out.
    const oldest = Math.min(...known.map(([, { sid }]) => sids.indexOf(sid as string)))
    return {
      streams: Object.fromEntries(
        known.map(([stream, { epoch, offset }]) => [stream, { epoch, offset }]),
      ),
      sids: sids.slice(Math.max(oldest, 0)),
    }
  }

  /** Returns whether a message has not been handed over. */
  isNew({ stream_id, epoch, offset }: Place): boolean {
    const known = this.#positions.get(stream_id)
    // If a server restarts its numbering without a message, its epoch changes.
    return !known || offset > known.offset || (!this.isOrdered && epoch !== known.epoch)
  }

  /** Takes note that a message was handed over. */
  advance({ stream_id, epoch, offset }: Place, sid = this.#line.sid): void {
    this.#positions.delete(stream_id)
    this.#positions.set(stream_id, { epoch, offset, sid })
    if (this.#positions.size > MAX_STREAMS) {
      this.#positions.delete(this.#positions.keys().next().value as string)
    }
  }

  /** Starts again from the places that the server sent; they come from outside. */
  reset(streams?: unknown): void {
    const before = new Map(this.#positions)
    this.#positions.clear()
    for (const [stream_id, position] of Object.entries(streams ?? {})) {
      const place = { ...position, stream_id }
      if (!isPlace(place)) continue
      const known = before.get(stream_id)
      // As long as it stands where it stood, the ids since then count.
      this.advance(place, known && known.offset === place.offset ? known.sid : undefined)
    }
  }

  /** Returns what was held, in order, and holds nothing. */
  release(): readonly Frame[] {
    const { held } = this
    this.awaited = false
    this.held = []
    return held.sort((a, b) => a.offset - b.offset)
  }
}

import { guard } from './report.js'
import { onAbort } from './signal.js'

/** How to listen. */
export interface ListenOptions {
  /** Ends the listening when it aborts. */
  readonly signal?: AbortSignal | undefined
}

/** Keeps listeners by event; one that throws does not disturb the others. */
export class Emitter<Events> {
  readonly #listeners = new Map<keyof Events, Set<(event: never) => void>>()

  /** Adds a listener and returns the function that removes it; each call adds one more. */
  on<E extends keyof Events>(
    event: E,
    listener: (payload: Events[E]) => void,
    { signal }: ListenOptions = {},
  ): () => void {
    if (signal?.aborted) return () => {}
    const entry = (payload: Events[E]): void => listener(payload)
    const entries = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, entries.add(entry))
    const forget = onAbort(signal, () => off())
    const off = (): void => {
      entries.delete(entry)
      forget()
    }
    return off
  }

  /**
   * Calls the event's listeners in the order they were added.
   *
   * @returns whether there was anyone to call
   */
  emit<E extends keyof Events>(event: E, payload: Events[E]): boolean {
    const entries = this.#listeners.get(event)
    if (!entries?.size) return false
    for (const entry of [...entries]) {
      // A listener may have been removed by the one before it.
      if (entries.has(entry)) guard(() => entry(payload as never))
    }
    return true
  }

  /** Removes all listeners, those of an event being emitted too. */
  clear(): void {
    for (const entries of this.#listeners.values()) entries.clear()
  }
}

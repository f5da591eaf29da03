import { guard } from './report.js'

/** Options for adding a listener. */
export interface ListenOptions {
  /** Removes the listener when it aborts. */
  readonly signal?: AbortSignal | undefined
}

/** Callbacks by event; `#abort` is called when the signal that ends the listening aborts. */
export type Listener<Events> = {
  readonly [E in keyof Events]?: (payload: Events[E], detail: never) => void
} & { readonly '#abort'?: () => void }

/** Keeps listeners in order; one that throws does not disturb the others. */
export class Emitter<Events> {
  // Replaced, never changed: an event goes to those who listened when it was emitted.
  #listeners: readonly Listener<Events>[] = []

  /** Adds a listener, a new object on each call, and returns the function that removes it. */
  add(listener: Listener<Events>, signal?: AbortSignal): () => void {
    if (!signal?.aborted) this.#listeners = this.#listeners.concat(listener)
    const off = (): void => {
      this.#listeners = this.#listeners.filter(other => other !== listener)
      signal?.removeEventListener('abort', abort)
    }
    const abort = (): void => {
      off()
      listener['#abort']?.()
    }
    signal?.addEventListener('abort', abort)
    return off
  }

  /**
   * Calls the event's listeners in the order they were added.
   *
   * @returns whether there was anyone to call
   */
  emit<E extends keyof Events>(event: E, ...payload: [Events[E], ...unknown[]]): boolean {
    let heard = false
    for (const listener of this.#listeners) {
      const callback = listener[event] as ((...payload: unknown[]) => void) | undefined
      // A listener may have been removed by the one before it.
      if (!callback || !this.#listeners.includes(listener)) continue
      heard = true
      guard(() => callback(...payload))
    }
    return heard
  }

  /** Removes all listeners, those of an event being emitted too. */
  clear(): void {
    this.#listeners = []
  }
}

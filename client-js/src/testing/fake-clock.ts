import type { Clock } from '../clock.js'

/** Rounds of the microtask queue that count as calm; awaited code runs on to its next timer. */
const MICROTASK_ROUNDS = 50

/** Calls at one instant that count as a circle. */
const MAX_CALLS_AT_ONCE = 10_000

interface Timer {
  readonly at: number
  readonly callback: () => void
}

/** A clock that stands still until told to advance. It touches no globals. */
export class FakeClock implements Clock {
  /** What {@link random} returns, in [0, 1); 0.5 unless assigned. */
  chance = 0.5

  readonly #timers = new Map<number, Timer>()
  #now = 0
  #lastHandle = 0

  /** Returns the ms since the clock was made, as far as it was advanced or set. */
  now(): number {
    return this.#now
  }

  /** Schedules a call for when the clock gets there. */
  setTimeout(callback: () => void, delayMs: number): number {
    this.#lastHandle++
    this.#timers.set(this.#lastHandle, { at: this.#now + Math.max(0, delayMs), callback })
    return this.#lastHandle
  }

  /** Forgets a scheduled call. */
  clearTimeout(handle: unknown): void {
    this.#timers.delete(handle as number)
  }

  /** Returns {@link chance}. */
  random(): number {
    return this.chance
  }

  /** Moves the time, forward or back, and calls no timer: a sleep, or a change of the clock. */
  jump(ms: number): void {
    this.#now += ms
  }

  /**
   * Lets time pass: calls what is due, in order, and lets promises settle in between.
   *
   * @throws Error if the calls schedule each other for now, without end
   */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    for (let calls = 0; ; calls++) {
      for (let round = 0; round < MICROTASK_ROUNDS; round++) await null
      const next = this.#nextUntil(end)
      if (!next) break
      const [handle, timer] = next
      this.#timers.delete(handle)
      if (timer.at > this.#now) calls = 0
      if (calls > MAX_CALLS_AT_ONCE) throw new Error('timers go round in circles')
      this.#now = Math.max(this.#now, timer.at)
      timer.callback()
    }
    this.#now = end
  }

  #nextUntil(end: number): [number, Timer] | undefined {
    return [...this.#timers]
      .filter(([, { at }]) => at <= end)
      .sort(([, a], [, b]) => a.at - b.at)
      .at(0)
  }
}

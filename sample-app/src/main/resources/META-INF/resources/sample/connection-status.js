import { byId } from './dom.js'

/** Shows at all times how the connection is, and what happens next. */
export class ConnectionStatus {
  #timer

  constructor(consumer, signal) {
    this.#show(consumer)
    consumer.on('state', transition => this.#show(consumer, transition), { signal })
    byId('retry').addEventListener('click', () => consumer.connect(), { signal })
  }

  stop() {
    clearInterval(this.#timer)
  }

  #show({ state }, { attempt = 0, retryInMs = 0 } = {}) {
    clearInterval(this.#timer)
    if (state === 'connected') this.#say('connected', 'Connected')
    else if (state === 'waiting') this.#countDown(retryInMs)
    else if (state === 'failed' || state === 'closed') this.#say('offline', 'Offline')
    else this.#say('reconnecting', attempt > 0 ? 'Reconnecting…' : 'Connecting…')
    byId('retry').hidden = state !== 'waiting' && state !== 'failed'
  }

  #countDown(ms) {
    const at = Date.now() + ms
    const tick = () => {
      const seconds = Math.ceil((at - Date.now()) / 1000)
      const when = seconds > 0 ? ` · ${seconds} s` : '…'
      const state = navigator.onLine ? 'Reconnecting' : 'Offline'
      this.#say('reconnecting', `${state}${when}`, state)
    }
    tick()
    this.#timer = setInterval(tick, 250)
  }

  /** The text for screen readers changes only with the state: they must not read a countdown. */
  #say(state, label, spoken = label) {
    byId('status').dataset.state = state
    byId('status-label').textContent = label
    if (byId('status-spoken').textContent !== spoken) byId('status-spoken').textContent = spoken
  }
}

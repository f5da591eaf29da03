import { afterAll, beforeAll, expect, it } from 'vitest'
import { Balancer } from './support/balancer.js'
import { PATIENCE_MS } from './support/event-log.js'
import { Redis } from './support/redis.js'
import { DatabaseServer, SampleNode, type StopReport } from './support/sample.js'
import { Visitors } from './support/visitors.js'

/**
 * Small here; `scripts/rolling-restart.sh` does it at size. Every OFFICIALth visitor has Action
 * Cable's own client, which takes 6 to 12 s to come back.
 */
const { CLIENTS, DRAIN_RATE = '10', OFFICIAL } = process.env
const clients = Number(CLIENTS ?? 50)
const drainRate = Number(DRAIN_RATE)
const official = Number(OFFICIAL ?? Number.NaN)

let redis: Redis
let database: DatabaseServer
let balancer: Balancer
let nodes: SampleNode[]
let settings: Record<string, string>
let visitors: Visitors | undefined
const reports: StopReport[] = []

beforeAll(async () => {
  ;[redis, database] = await Promise.all([Redis.start(), DatabaseServer.start()])
  settings = { REDIS_URL: redis.url, DATABASE_URL: database.url, DRAIN_RATE }
  nodes = await Promise.all([SampleNode.start(settings), SampleNode.start(settings)])
  balancer = await Balancer.start(nodes.map(({ port }) => port))
})

afterAll(async () => {
  visitors?.leave()
  balancer?.close()
  for (const node of nodes ?? []) await node.kill()
  await database?.stop()
  await redis?.stop()
})

function figure(what: string, value: unknown): void {
  if (CLIENTS) console.log(`${what}: ${value}`)
}

async function stop(node: SampleNode): Promise<StopReport> {
  const report = await node.stop()
  figure('a node stopped', report.line)
  expect(report).toMatchObject({ unfinished: 0, exitCode: 143 })
  reports.push(report)
  return report
}

/** As an operator does: stop it, start it, wait until it is ready. */
async function restart(index: number): Promise<void> {
  const { connections, seconds } = await stop(nodes[index] as SampleNode)
  nodes[index] = await SampleNode.start(settings, nodes[index]?.port)
  // The first tenth of a second's worth leaves at once. A slow machine only takes longer.
  expect(seconds).toBeGreaterThan((connections - 1) / drainRate - 0.2)
}

function peakInASecond(times: number[]): number {
  let first = 0
  const counts = times.map((time, last) => {
    while (time - (times[first] as number) >= 1000) first++
    return last - first + 1
  })
  return Math.max(...counts)
}

function total(callback: 'subscribed' | 'unsubscribed'): number {
  return reports.reduce((sum, report) => sum + report[callback], 0)
}

it('replaces both nodes under their clients, and loses nobody', async () => {
  visitors = await Visitors.gather(balancer.port, clients, official)
  expect(visitors.there).toBe(clients)
  balancer.arrivals.length = 0

  for (const index of nodes.keys()) {
    const startedAt = performance.now()
    await restart(index)
    await expect.poll(() => visitors?.there, { timeout: 2 * PATIENCE_MS }).toBe(clients)
    figure('all clients back after', `${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
  }

  const peak = peakInASecond(balancer.arrivals)
  // They leave in batches, so that a second may have 150 ms' worth more. Then each waits by chance
  // before it comes back, which bunches them as chance does: four standard deviations.
  const most = 1.15 * drainRate + 4 * Math.sqrt(drainRate)
  figure('most new connections in a second', `${peak}, allowed ${Math.floor(most)}`)
  figure('attempts refused', balancer.refused)
  figure('interruptions with our client', visitors.interruptions(false))
  figure("interruptions with Action Cable's", visitors.interruptions(true))
  expect(visitors.cut).toBe(0)
  // A small machine that builds stands still now and then, and clients come in a heap afterwards.
  if (CLIENTS) expect(peak).toBeLessThanOrEqual(most)

  visitors.leave()
  await Promise.all(nodes.map(stop))
  const subscribed = total('subscribed')
  const unsubscribed = total('unsubscribed')
  figure('callbacks of all processes', `${subscribed} subscribed, ${unsubscribed} unsubscribed`)
  // Whoever was on a node when it stopped has come twice.
  expect(subscribed).toBeGreaterThanOrEqual(2 * clients)
  expect(unsubscribed).toBe(subscribed)
})

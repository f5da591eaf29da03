import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { Redis } from './support/redis.js'
import { DatabaseServer, SampleNode } from './support/sample.js'

function read(file: string): string {
  return readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8')
}

/** The settings of a unit by name; of those that come more than once all. */
function settings(unit: string): Record<string, string[]> {
  const found: Record<string, string[]> = {}
  for (const [, name, value] of unit.matchAll(/^(\w+)=(.*)$/gm)) {
    found[name as string] = [...(found[name as string] ?? []), value as string]
  }
  return found
}

const DRAIN_SECONDS = Number(read('operations.md').match(/`drainTimeout` \| time \| (\d+) s/)?.[1])
const UNIT = settings(read('recipes/systemd/chat.service'))
const [DEPLOYMENT, SERVICE] = parseAllDocuments(read('recipes/kubernetes/chat.yaml')).map(found => {
  expect(found.errors).toEqual([])
  return found.toJS()
})
const POD = DEPLOYMENT.spec.template.spec
const [CONTAINER] = POD.containers

describe('the unit of systemd', () => {
  it('starts and stops the application', async ({ onTestFinished }) => {
    const [redis, database] = await Promise.all([Redis.start(), DatabaseServer.start()])
    onTestFinished(async () => {
      await database.stop()
      await redis.stop()
    })
    const env = { REDIS_URL: redis.url, DATABASE_URL: database.url }
    const named = UNIT.Environment?.map(setting => setting.split('=')[0])
    expect(named).toEqual(['PORT', 'HOSTS', 'REDIS_URL'])
    const command = UNIT.ExecStart?.[0]?.split(' ') as string[]
    expect(command.shift()).toBe('/usr/bin/java')
    const node = await SampleNode.start(env, undefined, command)
    onTestFinished(() => node.kill())
    expect(await node.readiness()).toBe(200)
    const { exitCode } = await node.stop()
    expect(UNIT.SuccessExitStatus).toEqual([`${exitCode}`])
  })

  it('waits until the cable has closed', () => {
    expect(DRAIN_SECONDS).toBeGreaterThan(0)
    expect(Number(UNIT.TimeoutStopSec)).toBeGreaterThan(DRAIN_SECONDS)
  })
})

describe('the deployment of Kubernetes', () => {
  it('asks the port at which the application listens', () => {
    const [port] = CONTAINER.ports
    expect(CONTAINER.env).toContainEqual({ name: 'PORT', value: `${port.containerPort}` })
    for (const { httpGet, tcpSocket } of [
      CONTAINER.readinessProbe,
      CONTAINER.livenessProbe,
      CONTAINER.startupProbe,
    ]) {
      expect((httpGet ?? tcpSocket).port).toBe(port.name)
    }
    expect(SERVICE.spec.ports[0].targetPort).toBe(port.name)
    expect(SERVICE.spec.selector).toEqual(DEPLOYMENT.spec.template.metadata.labels)
    expect(DEPLOYMENT.spec.selector.matchLabels).toEqual(SERVICE.spec.selector)
  })

  it('asks for readiness where the sample answers, and never restarts because of it', () => {
    expect(CONTAINER.readinessProbe.httpGet.path).toBe('/ready')
    expect(CONTAINER.livenessProbe.httpGet).toBeUndefined()
  })

  it('waits until the cable has closed', () => {
    const preStop = Number(CONTAINER.lifecycle.preStop.exec.command[1])
    expect(POD.terminationGracePeriodSeconds).toBeGreaterThan(preStop + DRAIN_SECONDS)
  })
})

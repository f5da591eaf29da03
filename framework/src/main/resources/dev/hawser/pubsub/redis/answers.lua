-- SPDX-License-Identifier: Apache-2.0
--
-- The answer to one request: claims it, finds it or keeps it, in one step. All keys are in one slot,
-- so that they share the fate of one server.
--
-- KEYS  1 request: "r" and the node that carries it out, or "a" and the answer
--       2 nodes:   sorted set of the nodes, by the end of their leases
--       3 mark:    a random text, which goes when the database is emptied
-- ARGV  1 operation, 2 node, 3 lease ms, 4 a random text, and then
--       claim: 5 keep ms, 6 "first" or "again", 7 the epoch under which it was sent first
--       keep:  5 keep ms, 6 the answer
-- Returns the state and the answer; the epoch for a beat.

local REQUEST, NODES, MARK = unpack(KEYS)
local OPERATION, NODE = ARGV[1], ARGV[2]
local FORGET_NODES_MS = 86400000
local call = redis.call

local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function ms(number)
  return string.format('%.0f', number)
end

-- A server that may have lost answers has another epoch: one that was started again, took over from
-- another, evicted keys, or was emptied.
local function epoch()
  call('SET', MARK, ARGV[4], 'NX')
  local parts = { call('GET', MARK) }
  for _, section in ipairs({ 'server', 'replication', 'stats' }) do
    local info = call('INFO', section)
    for _, field in ipairs({ 'run_id', 'master_replid', 'evicted_keys' }) do
      parts[#parts + 1] = string.match(info, '[\r\n]' .. field .. ':(%w+)')
    end
  end
  return string.sub(redis.sha1hex(table.concat(parts, ' ')), 1, 32)
end

local function state()
  local known = call('GET', REQUEST)
  if not known then
    return nil
  end
  local rest = string.sub(known, 2)
  if string.sub(known, 1, 1) == 'a' then
    return { 'ANSWERED', rest }
  end
  local ends = call('ZSCORE', NODES, rest)
  return { ends and tonumber(ends) > now and 'RUNNING' or 'LOST', '' }
end

if OPERATION == 'close' then
  call('ZREM', NODES, NODE)
  return { 'CLOSED', '' }
end

if OPERATION == 'find' then
  return state() or { 'LOST', '' }
end

call('ZADD', NODES, ms(now + ARGV[3]), NODE)

if OPERATION == 'beat' then
  call('ZREMRANGEBYSCORE', NODES, '-inf', ms(now - FORGET_NODES_MS))
  return { 'ALIVE', epoch() }
end

if OPERATION == 'keep' then
  call('SET', REQUEST, 'a' .. ARGV[6], 'PX', ARGV[5])
  return { 'ANSWERED', '' }
end

local known = state()
if known then
  return known
end
if ARGV[6] == 'again' and ARGV[7] ~= epoch() then
  return { 'LOST', '' }
end
call('SET', REQUEST, 'r' .. NODE, 'PX', ARGV[5])
return { 'OURS', '' }

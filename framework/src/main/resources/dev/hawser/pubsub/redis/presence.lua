-- SPDX-License-Identifier: Apache-2.0
--
-- Who is present in one stream: carries out an update, ends what is due, publishes the change, and
-- answers, all in one step. RedisPresence says what it is called with.
--
-- KEYS  1 meta:   hash: epoch, version, seen, lease, grace
--       2 tabs:   hash: ref -> node LF id LF info, where id and info are JSON texts
--       3 people: hash: id -> refs with spaces between
--       4 due:    sorted set of the refs of lost tabs, by the time they leave
--       5 placed: sorted set of "node ref" of all tabs that a node's lease holds, by nothing
--       6 nodes:  sorted set of the nodes that have a lease, by its end
-- ARGV  1 publishing command, 2 channel, 3 whether the tabs are wanted,
--       4 node (empty: only read), 5 lease ms, 6 grace ms, 7 most people, 8 most tabs,
--       9 whether the node holds tabs, 10 leaves, 11 losses, 12 joins, and from 13 on
--       the refs of the leaves, those of the losses, and ref, id and info of the joins

local META, TABS, PEOPLE, DUE, PLACED, NODES = unpack(KEYS)
local ENDS_PER_CALL = 1000
local call = redis.call

local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function ms(number)
  return string.format('%.0f', number)
end

local node = ARGV[4]
local reading = node == ''
if reading then
  if call('EXISTS', META) == 0 then
    return {'0', 0, 0, -1, {}, {}, {}}
  end
else
  if call('EXISTS', META) == 0 then
    call('HSET', META, 'epoch', time[1] .. string.format('%06d', time[2]), 'version', 0, 'seen', ms(now))
  end
  call('HSET', META, 'lease', ARGV[5], 'grace', ARGV[6])
end
local meta = call('HMGET', META, 'epoch', 'seen', 'lease', 'grace')
local epoch, seen, lease, grace = meta[1], tonumber(meta[2]), tonumber(meta[3]), tonumber(meta[4])
call('HSET', META, 'seen', ms(now))

local steps = {}

local function finish(ref)
  local tab = call('HGET', TABS, ref)
  if not tab then
    return
  end
  local first = string.find(tab, '\n', 1, true)
  local second = string.find(tab, '\n', first + 1, true)
  local holder, id = string.sub(tab, 1, first - 1), string.sub(tab, first + 1, second - 1)
  call('HDEL', TABS, ref)
  call('ZREM', DUE, ref)
  call('ZREM', PLACED, holder .. ' ' .. ref)
  local left = {}
  for other in string.gmatch(call('HGET', PEOPLE, id) or '', '%S+') do
    if other ~= ref then
      left[#left + 1] = other
    end
  end
  if #left == 0 then
    call('HDEL', PEOPLE, id)
  else
    call('HSET', PEOPLE, id, table.concat(left, ' '))
  end
  steps[#steps + 1] = '["-","' .. ref .. '",' .. id .. ']'
end

-- The node's own lease, before those of others: it is there.
local leased = 0
if not reading then
  leased = call('ZSCORE', NODES, node) and 1 or 0
  if ARGV[9] == '1' then
    call('ZADD', NODES, ms(now + lease), node)
  else
    call('ZREM', NODES, node)
  end
end

-- When nobody came for half a lease, this server was away, and not the nodes.
if now - seen > lease / 2 then
  for _, other in ipairs(call('ZRANGE', NODES, 0, -1)) do
    call('ZADD', NODES, 'GT', ms(now + lease), other)
  end
  for _, ref in ipairs(call('ZRANGE', DUE, 0, -1)) do
    call('ZADD', DUE, 'GT', ms(now + grace), ref)
  end
end

-- What is due.
local room = ENDS_PER_CALL
for _, ref in ipairs(call('ZRANGEBYSCORE', DUE, '-inf', ms(now), 'LIMIT', 0, room)) do
  finish(ref)
  room = room - 1
end
if room > 0 then
  for _, lost in ipairs(call('ZRANGEBYSCORE', NODES, '-inf', ms(now))) do
    local held = call('ZRANGEBYLEX', PLACED, '[' .. lost .. ' ', '(' .. lost .. '!', 'LIMIT', 0, room)
    for _, placed in ipairs(held) do
      finish(string.sub(placed, #lost + 2))
    end
    room = room - #held
    if room <= 0 then
      break
    end
    call('ZREM', NODES, lost)
  end
end

-- The update.
local refused = {}
if not reading then
  local at = 13
  for _ = 1, tonumber(ARGV[10]) do
    finish(ARGV[at])
    at = at + 1
  end
  for _ = 1, tonumber(ARGV[11]) do
    local ref = ARGV[at]
    at = at + 1
    local tab = call('HGET', TABS, ref)
    if tab and grace == 0 then
      finish(ref)
    elseif tab then
      call('ZADD', DUE, ms(now + grace), ref)
      call('ZREM', PLACED, string.sub(tab, 1, string.find(tab, '\n', 1, true) - 1) .. ' ' .. ref)
    end
  end
  local mostPeople, mostTabs = tonumber(ARGV[7]), tonumber(ARGV[8])
  for _ = 1, tonumber(ARGV[12]) do
    local ref, id, info = ARGV[at], ARGV[at + 1], ARGV[at + 2]
    at = at + 3
    local tab = node .. '\n' .. id .. '\n' .. info
    local earlier = call('HGET', TABS, ref)
    local takenOver = nil
    local fits = true
    if not earlier then
      local refs = call('HGET', PEOPLE, id)
      local count = 0
      for other in string.gmatch(refs or '', '%S+') do
        count = count + 1
        if not takenOver and call('ZSCORE', DUE, other) then
          takenOver = other
        end
      end
      if refs then
        fits = count < mostTabs or takenOver
      else
        fits = call('HLEN', PEOPLE) < mostPeople
      end
      if fits then
        call('HSET', PEOPLE, id, refs and refs .. ' ' .. ref or ref)
      end
    end
    if not fits then
      refused[#refused + 1] = ref
    else
      local wasLost = call('ZREM', DUE, ref) == 1
      if earlier ~= tab then
        call('HSET', TABS, ref, tab)
        if earlier then
          call('ZREM', PLACED, string.sub(earlier, 1, string.find(earlier, '\n', 1, true) - 1) .. ' ' .. ref)
        end
      end
      call('ZADD', PLACED, 0, node .. ' ' .. ref)
      if earlier ~= tab or wasLost then
        steps[#steps + 1] = '["+","' .. ref .. '",' .. id .. ',' .. info .. ']'
      end
      if takenOver then
        finish(takenOver)
      end
    end
  end
end

local version
if #steps > 0 then
  version = call('HINCRBY', META, 'version', 1)
  call(ARGV[1], ARGV[2],
    '{"epoch":' .. epoch .. ',"version":' .. ms(version) .. ',"steps":[' .. table.concat(steps, ',') .. ']}')
else
  version = tonumber(call('HGET', META, 'version'))
end

local keep = ms(2 * (lease + grace) + 1000)
for _, key in ipairs(KEYS) do
  call('PEXPIRE', key, keep)
end

local nextDue = -1
local due = call('ZRANGE', DUE, 0, 0, 'WITHSCORES')
if due[2] then
  nextDue = math.max(0, tonumber(due[2]) - now)
end
for _, other in ipairs(call('ZRANGE', NODES, 0, 1)) do
  if other ~= node then
    local ends = math.max(0, tonumber(call('ZSCORE', NODES, other)) - now)
    if nextDue < 0 or ends < nextDue then
      nextDue = ends
    end
    break
  end
end

local tabs, people = {}, {}
if ARGV[3] == '1' then
  tabs, people = call('HGETALL', TABS), call('HGETALL', PEOPLE)
end
return {epoch, version, leased, nextDue, refused, tabs, people}

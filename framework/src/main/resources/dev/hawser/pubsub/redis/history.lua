-- SPDX-License-Identifier: Apache-2.0
--
-- The history of one stream: appends and publishes, opens, reads, restarts, each in one step.
-- RedisHistory and Publication say what it is called with. All keys are in the slot of the channel.
--
-- KEYS  1 meta:  hash: e epoch, o offset and t tag of the latest broadcast, a its time (or that of
--                the opening), g time up to which broadcasts may be gone, p time from which on
--                broadcasts are numbered, s bytes that are kept, f what "any" was; n last, w within
--                ms, b max bytes
--       2 list:  the broadcasts: "offset time tag-of-the-one-before tag LF payload"
--       3 plain: exists while publishers may publish to the stream without asking
--       and, where all streams are on one server,
--       4 any:   a random text and a time while there is any history; those of another text are void
--       5 none:  exists while publishers may publish to every stream without asking
--       or, on a Cluster,
--       4 flushed: the time of the first opening in this slot since the server was emptied
-- ARGV  1 operation, and then
--       append:  2 publishing command, 3 channel, 4 payload, 5 tag, 6 ms of "plain" and "none"
--       open:    2 epoch, 3 tag, 4 last, 5 within ms, 6 max bytes, 7 ms of "plain" and "none"
--       after:   2 epoch, 3 offset, 4 tag
--       since:   2 time in ms
--       restart: 2 epoch, 3 tag
-- Returns append:  1 numbered, 0 no history, 2 no history and publishers have to go on asking,
--                  3 no history of any stream
--         open:    {epoch, offset, tag, ms until broadcasts are numbered}
--         after, since: {1 if nothing is missing, epoch, offset, tag, broadcasts…}
--         restart: 1 if there was a history

local META, LIST, PLAIN, COMMON, NONE = unpack(KEYS)
local ANY, FLUSHED = NONE and COMMON, not NONE and COMMON
local DAY_MS = 86400000
local ANY_MS = 7 * DAY_MS
local FULL = 0.8
local call = redis.call
local OPERATION = ARGV[1]

local function text(number)
  return string.format('%.0f', number)
end

local function clock()
  local time = call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function time_of(broadcast)
  return tonumber(string.match(broadcast, '^%d+ (%d+) '))
end

local function payload_bytes(broadcast)
  return #broadcast - string.find(broadcast, '\n', 1, true)
end

-- What histories must know to be valid; false if there is none.
local function any_history()
  return not ANY and '' or call('GET', ANY)
end

local function publish_plainly(mark, answer)
  local marked = redis.pcall('SET', mark, '1', 'PX', ARGV[6])
  call(ARGV[2], ARGV[3], ARGV[4])
  return marked.err and 2 or answer
end

local function append()
  local any = any_history()
  if not any then
    return publish_plainly(NONE, 3)
  end
  local meta = call('HMGET', META, 'e', 'o', 't', 'a', 'g', 'p', 's', 'n', 'w', 'b', 'f')
  local epoch = meta[1]
  if not epoch or meta[11] ~= any then
    return publish_plainly(PLAIN, 0)
  end
  local command, channel, payload, tag = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
  local real = clock()
  if real < tonumber(meta[6]) then
    call(command, channel, payload)
    return 2
  end
  local latest, gone = tonumber(meta[4]), tonumber(meta[5])
  local now = math.max(real, latest)
  local bytes, last, within, most =
    tonumber(meta[7]), tonumber(meta[8]), tonumber(meta[9]), tonumber(meta[10])
  local offset = text(tonumber(meta[2]) + 1)
  local count = call('RPUSH', LIST, offset .. ' ' .. text(now) .. ' ' .. meta[3] .. ' ' .. tag .. '\n' .. payload)
  if count == 1 then
    bytes, gone = 0, math.max(gone, latest)
  end
  bytes = bytes + #payload
  local oldest = call('LINDEX', LIST, 0)
  while oldest and (count > last or bytes > most or now - time_of(oldest) >= within) do
    call('LPOP', LIST)
    gone = time_of(oldest)
    bytes = bytes - payload_bytes(oldest)
    count = count - 1
    oldest = call('LINDEX', LIST, 0)
  end
  call('HSET', META, 'o', offset, 't', tag, 'a', text(now), 'g', text(gone), 's', text(bytes))
  call('PEXPIRE', LIST, text(within))
  call('PEXPIRE', META, text(math.max(DAY_MS, within)))
  call(command, channel,
    '~hawser@' .. epoch .. ' ' .. offset .. ' ' .. tag .. ' ' .. meta[3] .. '\n' .. payload)
  return 1
end

local function begin(from, any)
  call('DEL', LIST)
  call('HSET', META, 'e', ARGV[2], 'o', '0', 't', ARGV[3], 'a', text(from), 'g', text(from),
    'p', text(from), 's', '0', 'f', any)
end

-- A server that is full may have evicted the marks.
local function may_evict()
  local info = redis.pcall('INFO', 'memory')
  if type(info) ~= 'string' then
    return true
  end
  local most = tonumber(string.match(info, '[\r\n]maxmemory:(%d+)') or 0)
  local used = tonumber(string.match(info, '[\r\n]used_memory:(%d+)') or most)
  return most > 0 and used >= FULL * most
    and not string.find(info, 'maxmemory_policy:noeviction', 1, true)
end

-- When a server of a Cluster may have been emptied at the latest: no key is common to its streams,
-- but its statistics say whether it ever was.
local function flushed_at(now)
  local info = redis.pcall('INFO', 'commandstats')
  if type(info) == 'string' and not string.find(info, 'cmdstat_flush', 1, true) then
    return 0
  end
  local known = call('GET', FLUSHED)
  if not known then
    known = text(now)
    call('SET', FLUSHED, known, 'PX', ANY_MS)
  end
  return tonumber(known)
end

-- For how long publishers may still publish plainly. A server without "any" may have been emptied,
-- and the marks with it.
local function plain_ms(any, now)
  if may_evict() then
    return tonumber(ARGV[7])
  end
  local emptied = FLUSHED and flushed_at(now) or tonumber(string.match(any, ' (%d+)$') or 0)
  return math.max(
    0, call('PTTL', PLAIN), NONE and call('PTTL', NONE) or 0, emptied + ARGV[7] - now)
end

local function open()
  local now = clock()
  local any = any_history()
  if not any then
    any = ARGV[2] .. ' ' .. text(now)
    call('SET', ANY, any)
  end
  local meta = call('HMGET', META, 'e', 'n', 'w', 'b', 'p', 'f')
  local last, within, most = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
  local from
  if meta[1] and meta[6] == any then
    last = math.max(last, tonumber(meta[2]))
    most = math.max(most, tonumber(meta[4]))
    if within > tonumber(meta[3]) then
      call('PEXPIRE', LIST, text(within))
    end
    within = math.max(within, tonumber(meta[3]))
    from = tonumber(meta[5])
  else
    from = now + plain_ms(any, now)
    begin(from, any)
  end
  if ANY then
    call('PEXPIRE', ANY, text(math.max(call('PTTL', ANY), ANY_MS + within)))
  end
  call('HSET', META, 'n', text(last), 'w', text(within), 'b', text(most))
  call('PEXPIRE', META, text(math.max(DAY_MS, within)))
  local top = call('HMGET', META, 'e', 'o', 't')
  return { top[1], top[2], top[3], text(math.max(0, from - now)) }
end

local function lost(meta)
  return { 0, meta[1] or '', meta[2] or '0', meta[3] or '' }
end

local function after(meta)
  local offset, top = tonumber(ARGV[3]), tonumber(meta[2])
  if ARGV[2] ~= meta[1] or offset > top then
    return lost(meta)
  end
  if offset == top then
    return ARGV[4] == meta[3] and { 1, meta[1], meta[2], meta[3] } or lost(meta)
  end
  local missed = top - offset
  if missed > call('LLEN', LIST) then
    return lost(meta)
  end
  local broadcasts = call('LRANGE', LIST, text(-missed), -1)
  local number, time, before = string.match(broadcasts[1], '^(%d+) (%d+) (%w+) ')
  if number ~= text(offset + 1) or before ~= ARGV[4] or clock() - time >= tonumber(meta[6]) then
    return lost(meta)
  end
  local answer = { 1, meta[1], meta[2], meta[3] }
  for i = 1, missed do
    answer[i + 4] = broadcasts[i]
  end
  return answer
end

local function since(meta)
  local from, now = tonumber(ARGV[2]), clock()
  local broadcasts = call('LRANGE', LIST, 0, -1)
  local gone = tonumber(#broadcasts == 0 and meta[4] or meta[5])
  if from <= gone or from > math.max(now, tonumber(meta[4])) then
    return lost(meta)
  end
  local answer = { 1, meta[1], meta[2], meta[3] }
  for _, broadcast in ipairs(broadcasts) do
    local time = time_of(broadcast)
    if time >= from then
      if now - time >= tonumber(meta[6]) then
        return lost(meta)
      end
      answer[#answer + 1] = broadcast
    end
  end
  return answer
end

local function restart()
  local meta = call('HMGET', META, 'p', 'f')
  if not meta[1] then
    return 0
  end
  begin(math.max(clock(), tonumber(meta[1])), meta[2])
  return 1
end

if OPERATION == 'append' then
  return append()
elseif OPERATION == 'open' then
  return open()
elseif OPERATION == 'restart' then
  return restart()
end

local meta = call('HMGET', META, 'e', 'o', 't', 'a', 'g', 'w', 'f')
if not meta[1] or meta[7] ~= any_history() then
  return lost({})
end
return OPERATION == 'after' and after(meta) or since(meta)

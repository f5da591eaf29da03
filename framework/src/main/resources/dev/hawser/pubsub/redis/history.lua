-- SPDX-License-Identifier: Apache-2.0
--
-- The history of one stream: appends and publishes, opens, reads, restarts, each in one step.
-- RedisHistory and Publication say what it is called with. All keys are in the slot of the channel.
--
-- KEYS  1 meta:  hash: e epoch, o offset and t tag of the latest broadcast, a its time (or that of
--                the opening), g time up to which broadcasts may be gone, p time from which on
--                broadcasts are numbered, s bytes that are kept; n last, w within ms, b max bytes
--       2 list:  the broadcasts: "offset time tag-of-the-one-before tag LF payload"
--       3 plain: exists while publishers may publish to the stream without asking
-- ARGV  1 operation, and then
--       append:  2 publishing command, 3 channel, 4 payload, 5 tag, 6 ms for which "plain" exists
--       open:    2 epoch, 3 tag, 4 last, 5 within ms, 6 max bytes
--       after:   2 epoch, 3 offset, 4 tag
--       since:   2 time in ms
--       restart: 2 epoch, 3 tag
-- Returns append:  1 numbered, 0 no history, 2 no history and publishers have to go on asking
--         open:    {epoch, offset, tag, ms until broadcasts are numbered}
--         after, since: {1 if nothing is missing, epoch, offset, tag, broadcasts…}
--         restart: 1 if there was a history

local META, LIST, PLAIN = unpack(KEYS)
local DAY_MS = 86400000
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

local function append()
  local command, channel, payload, tag = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
  local meta = call('HMGET', META, 'e', 'o', 't', 'a', 'g', 'p', 's', 'n', 'w', 'b')
  local epoch = meta[1]
  if not epoch then
    local marked = redis.pcall('SET', PLAIN, '1', 'PX', ARGV[6])
    call(command, channel, payload)
    return marked.err and 2 or 0
  end
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
  call(command, channel, '~hawser@' .. epoch .. ' ' .. offset .. ' ' .. tag .. '\n' .. payload)
  return 1
end

local function begin(epoch, tag, now, from)
  call('DEL', LIST)
  call('HSET', META, 'e', epoch, 'o', '0', 't', tag, 'a', text(from), 'g', text(from),
    'p', text(from), 's', '0')
end

local function open()
  local now = clock()
  local meta = call('HMGET', META, 'e', 'n', 'w', 'b', 'p')
  local last, within, most = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
  local from
  if meta[1] then
    last = math.max(last, tonumber(meta[2]))
    most = math.max(most, tonumber(meta[4]))
    if within > tonumber(meta[3]) then
      call('PEXPIRE', LIST, text(within))
    end
    within = math.max(within, tonumber(meta[3]))
    from = tonumber(meta[5])
  else
    from = now + math.max(0, call('PTTL', PLAIN))
    begin(ARGV[2], ARGV[3], now, from)
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
  if call('EXISTS', META) == 0 then
    return 0
  end
  local now = clock()
  begin(ARGV[2], ARGV[3], now, now)
  return 1
end

if OPERATION == 'append' then
  return append()
elseif OPERATION == 'open' then
  return open()
elseif OPERATION == 'restart' then
  return restart()
end

local meta = call('HMGET', META, 'e', 'o', 't', 'a', 'g', 'w')
if not meta[1] then
  return lost(meta)
end
return OPERATION == 'after' and after(meta) or since(meta)

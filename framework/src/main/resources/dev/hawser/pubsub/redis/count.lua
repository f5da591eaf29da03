-- SPDX-License-Identifier: Apache-2.0
--
-- Counts one more under a key, which expires a while after its first count: in one step, so that no
-- count stays without an end.
--
-- KEYS  1 count
-- ARGV  1 how long the count lasts from its first one on, in ms
local count = redis.call('INCR', KEYS[1])
if count == 1 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return count

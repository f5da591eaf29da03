-- SPDX-License-Identifier: Apache-2.0
--
-- Reads a key and deletes it, in one step. An empty text if there is none: a null would look like a lost link.
return redis.call('GETDEL', KEYS[1]) or ''

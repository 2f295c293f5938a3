-- ARGV: prefix, key, expiry, and the fields of the session with their values.
-- Gives 0 if the key is taken.
local key = ARGV[2]
local session = prefix .. key
if redis.call('EXISTS', session) == 1 then
    return 0
end
for i = 4, #ARGV, 2 do
    redis.call('HSET', session, ARGV[i], ARGV[i + 1])
end
redis.call('PEXPIREAT', session, ARGV[3])
own(key)
return 1

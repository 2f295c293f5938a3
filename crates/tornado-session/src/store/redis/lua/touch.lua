-- ARGV: prefix, key, expiry. Gives what `apply` gives.
local key = find(ARGV[2])
if not key then
    return 0
end
redis.call('HSET', prefix .. key, 'expires_at', ARGV[3])
redis.call('PEXPIREAT', prefix .. key, ARGV[3])
keep(key)
return key == ARGV[2] and 1 or 2

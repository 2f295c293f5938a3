-- ARGV: prefix, owner. Gives keys and sessions, in turn.
local owner = ARGV[2]
local index = prefix .. 'owner:' .. owner
local sessions = {}
for _, key in ipairs(redis.call('ZRANGE', index, 0, -1)) do
    if redis.call('HGET', prefix .. key, 'owner') == owner then
        table.insert(sessions, key)
        table.insert(sessions, redis.call('HGETALL', prefix .. key))
    else
        redis.call('ZREM', index, key)
    end
end
return sessions

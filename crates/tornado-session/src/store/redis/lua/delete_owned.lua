-- ARGV: prefix, owner, 'all', 'one' or 'but', and a key for the latter two.
-- Gives the number of sessions that have ended.
local owner, which = ARGV[2], ARGV[3]
local index = prefix .. 'owner:' .. owner
local named = ARGV[4] and find(ARGV[4])
local ended = 0
for _, key in ipairs(redis.call('ZRANGE', index, 0, -1)) do
    if which == 'all' or (which == 'one') == (key == named) then
        if redis.call('HGET', prefix .. key, 'owner') == owner then
            ended = ended + redis.call('DEL', prefix .. key)
        end
        redis.call('ZREM', index, key)
    end
end
return ended

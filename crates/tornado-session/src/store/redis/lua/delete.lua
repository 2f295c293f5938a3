-- ARGV: prefix, key.
local key = find(ARGV[2])
if key then
    disown(key)
    redis.call('DEL', prefix .. key)
end
return 1

-- What the other scripts begin with.
--
-- ARGV[1] is the prefix of all keys, ARGV[2] is the key of a session. A session
-- is a hash, or else the hash is a moved key, which has the field `moved_to`.
-- The sorted set `owner:<owner>` has the keys of the sessions of an owner, each
-- with the time at which it was put in.

local prefix = ARGV[1]

-- The session's own key, by following moved ones; nil if there is none.
local function find(key)
    for _ = 1, 64 do
        local target = redis.call('HGET', prefix .. key, 'moved_to')
        if not target then
            return redis.call('EXISTS', prefix .. key) == 1 and key or nil
        end
        key = target
    end
end

-- Lets the set of the session's owner live as long as the session.
local function keep(key)
    local owner, ends = unpack(redis.call('HMGET', prefix .. key, 'owner', 'expires_at'))
    if not owner then
        return
    end
    local index = prefix .. 'owner:' .. owner
    local time = redis.call('TIME')
    local left = redis.call('PTTL', index)
    if left < ends - (time[1] * 1000 + math.floor(time[2] / 1000)) then
        redis.call('PEXPIREAT', index, ends)
    end
end

-- Puts the session into the set of its owner, and takes two that have expired
-- out, so that the set does not grow with each login.
local function own(key)
    local owner = redis.call('HGET', prefix .. key, 'owner')
    if not owner then
        return
    end
    local index = prefix .. 'owner:' .. owner
    local time = redis.call('TIME')
    redis.call('ZADD', index, time[1] * 1000 + math.floor(time[2] / 1000), key)
    for _, oldest in ipairs(redis.call('ZRANGE', index, 0, 1)) do
        if redis.call('HGET', prefix .. oldest, 'owner') ~= owner then
            redis.call('ZREM', index, oldest)
        end
    end
    keep(key)
end

-- Takes the session out of the set of its owner.
local function disown(key)
    local owner = redis.call('HGET', prefix .. key, 'owner')
    if owner then
        redis.call('ZREM', prefix .. 'owner:' .. owner, key)
    end
end

-- Brings the patch that begins at ARGV[at] into the session:
-- whether it clears ('1'), the new expiry ('' for none), the new lifetime
-- ('' for none) and its deadline ('' for none), the new owner ('' leaves it,
-- '-' is nobody, '=kim' is kim), how many fields to delete, those fields, and
-- fields to set with their values.
local function patch(key, at)
    local session = prefix .. key
    local clears, ends, expiry, deadline, owner, deletions = unpack(ARGV, at, at + 5)
    if clears == '1' then
        for _, field in ipairs(redis.call('HKEYS', session)) do
            if string.sub(field, 1, 2) == 'd:' then
                redis.call('HDEL', session, field)
            end
        end
    end
    local sets = at + 6 + deletions
    for i = at + 6, sets - 1 do
        redis.call('HDEL', session, ARGV[i])
    end
    for i = sets, #ARGV, 2 do
        redis.call('HSET', session, ARGV[i], ARGV[i + 1])
    end
    if expiry ~= '' then
        redis.call('HSET', session, 'expiry', expiry)
        if deadline == '' then
            redis.call('HDEL', session, 'deadline')
        else
            redis.call('HSET', session, 'deadline', deadline)
        end
    end
    if ends ~= '' then
        redis.call('HSET', session, 'expires_at', ends)
        redis.call('PEXPIREAT', session, ends)
    end
    if owner == '' then
        if ends ~= '' then
            keep(key)
        end
        return
    end
    disown(key)
    if owner == '-' then
        redis.call('HDEL', session, 'owner')
    elseif redis.call('EXISTS', session) == 1 then
        redis.call('HSET', session, 'owner', string.sub(owner, 2))
        own(key)
    end
end

-- ARGV: prefix, old key, new key, milliseconds for which the old one leads to
-- the new one ('' for none), whether it can be loaded then ('1'), and a patch.
-- Gives 1, or 0 if there is no session, 2 if the old key was moved before, 3
-- if the new one is taken.
local old, new = ARGV[2], ARGV[3]
local from, to = prefix .. old, prefix .. new
if redis.call('EXISTS', from) == 0 then
    return 0
end
if redis.call('HEXISTS', from, 'moved_to') == 1 then
    return 2
end
if redis.call('EXISTS', to) == 1 then
    return 3
end
disown(old)
redis.call('RENAME', from, to)
own(new)
patch(new, 6)
if ARGV[4] ~= '' then
    redis.call('HSET', from, 'moved_to', new, 'moved_reads', ARGV[5])
    redis.call('PEXPIRE', from, ARGV[4])
end
return 1

-- ARGV: prefix, key, and a patch. Gives 0 if there is no session, 1 if it was
-- under this key, 2 if under another.
local key = find(ARGV[2])
if not key then
    return 0
end
patch(key, 3)
return key == ARGV[2] and 1 or 2

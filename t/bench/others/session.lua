-- HS256 in Lua, as one would write it with what Debian has: HMAC of OpenSSL through the FFI, JSON by
-- lua-cjson, Redis by lua-nginx-redis. Debian has no JWT library for Lua.
local base64 = require "ngx.base64"
local cjson = require "cjson.safe"
local ffi = require "ffi"
local redis = require "nginx.redis"

ffi.cdef [[
const void* EVP_sha256(void);
unsigned char* HMAC(const void* digest, const void* key, int key_length, const char* data,
                    size_t length, unsigned char* result, unsigned int* result_length);
]]

local secret = "@secret@"
local redis_port = @empty_port@
local result = ffi.new("unsigned char[32]")
local verdicts = ngx.shared.verdicts

-- The claims of a token that is good, signature and time.
local function verify(token)
    local signed, head, body, signature = token:match("^(([^.]+)%.([^.]+))%.([^.]+)$")
    local header = head and cjson.decode(base64.decode_base64url(head) or "")
    if not header or header.alg ~= "HS256" then
        return nil
    end
    ffi.C.HMAC(ffi.C.EVP_sha256(), secret, #secret, signed, #signed, result, nil)
    if base64.encode_base64url(ffi.string(result, 32)) ~= signature then
        return nil
    end
    local claims = cjson.decode(base64.decode_base64url(body) or "")
    if not claims or not claims.exp or claims.exp <= ngx.time() then
        return nil
    end
    return claims
end

-- The three keys that `strict` asks for, in one round trip over a connection that is kept.
local function is_standing(claims)
    local store = redis:new()
    store:set_timeout(1000)
    if not store:connect("127.0.0.1", redis_port) then
        return false
    end
    store:init_pipeline()
    store:get("session:epoch")
    store:get("session:stale:{" .. claims.sub .. "}")
    store:exists("session:revoked:{" .. claims.sub .. "}:" .. claims.sid)
    local replies = store:commit_pipeline()
    if not replies then
        return false
    end
    store:set_keepalive(60000, 64)
    for mark = 1, 2 do
        local time = replies[mark]
        if time ~= ngx.null and claims.iat <= tonumber(time) then
            return false
        end
    end
    return replies[3] == 0
end

local session = {}

function session.asked()
    local token = ngx.var.cookie_access_token
    local claims = token and verify(token)
    if not claims or not is_standing(claims) then
        return ngx.exit(401)
    end
end

-- Good for two seconds, the max_stale of our own cache, whatever happens meanwhile.
function session.kept()
    local token = ngx.var.cookie_access_token
    if token and verdicts:get(token) then
        return
    end
    session.asked()
    verdicts:set(token, true, 2)
end

return session

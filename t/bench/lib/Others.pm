# What could be installed from Debian instead, each group in a server of its own and compared with
# an unprotected location of that same server. The format of the cases is told in Cases.pm.
package Others;

use strict;
use warnings;

require Packages;

# What a group is loaded with, what stands around its servers, which files have to be there for it,
# and what a reader of the table should know.
my %groups = (
    auth_request => {
        note => 'auth_request: the service is an nginx that returns 204 and looks at no token, the cheapest there is.',
        http => 'upstream service { server 127.0.0.1:@service@; keepalive 64; }',
    },
    lua => {
        note => 'Lua: HMAC of OpenSSL by the FFI, lua-cjson; Redis by lua-nginx-redis, three reads in one pipeline.',
        modules => [qw(ndk_http_module ngx_http_lua_module)],
        files => [qw(usr/share/lua/5.1/resty/core.lua usr/share/lua/5.1/nginx/redis.lua)],
        http => '
            lua_package_path "@others@/?.lua;@packages@/usr/share/lua/5.1/?.lua;;";
            lua_package_cpath "@libraries@/lua/5.1/?.so;;";
            lua_shared_dict verdicts 16m;
            init_by_lua_block { session = require "session" }',
    },
    njs => {
        note => 'njs: no revocation.',
        modules => [qw(ngx_http_js_module)],
        http => 'js_path @others@/; js_import session from session.js; js_set $session_valid session.valid;',
    },
    haproxy => {note => 'haproxy: no revocation; the ratio is to its own bare path.', files => ['usr/sbin/haproxy']},
);

my @cases = (
    {name => 'auth-request', group => 'auth_request', says => 'auth_request, a service that only says 204',
        tokens => 'hs256', open => 1,
        location => 'auth_request /verify;',
        server => 'location = /verify {
            internal;
            proxy_pass http://service;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_pass_request_body off;
        }'},

    {name => 'lua-dict', group => 'lua', says => 'Lua, HS256, verdicts kept for 2 s', tokens => 'hs256',
        redis => 'empty', location => 'access_by_lua_block { session.kept() }'},
    {name => 'lua-redis', group => 'lua', says => 'Lua, HS256, asks Redis', tokens => 'hs256',
        requests => 5000, redis => 'empty', location => 'access_by_lua_block { session.asked() }'},

    {name => 'njs-hmac', group => 'njs', says => 'njs, HS256 by createHmac', tokens => 'hs256',
        requests => 5000, location => 'if ($session_valid != yes) { return 401; }'},
    {name => 'njs-webcrypto', group => 'njs', says => 'njs, HS256 by WebCrypto, auth_request',
        tokens => 'hs256', requests => 5000, location => 'auth_request /verify;',
        server => 'location = /verify { internal; js_content session.verify; }'},

    {name => 'haproxy', group => 'haproxy', says => 'haproxy, HS256 by jwt_verify', tokens => 'hs256'},
);

sub group { {modules => [], files => [], http => '', note => '', %{$groups{$_[0]} // {}}} }

# Of a group's needs what is not there.
sub missing {
    my $group = group($_[0]);
    my @files = ((map {"usr/lib/nginx/modules/$_.so"} @{$group->{modules}}), @{$group->{files}});
    return grep { !Packages::path($_) } @files;
}

sub cases {@cases}

1;

# Inheritance: http, server, location, limit_except; off at any level.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $nginx = Nginx->new(
    realms => {app => 'key v1 file=v1.key; cookie access_token;', other => 'key v1 file=v1.key; token bearer;'},
    http => 'auth_session app;',
    echo => '[$session_realm]',
    locations => '
        location / { proxy_pass http://backend; }
        location /off { auth_session off; proxy_pass http://backend;
            location /off/on { auth_session app; proxy_pass http://backend; } }
        location /other { auth_session other; proxy_pass http://backend; }
        location /read { auth_session off; proxy_pass http://backend; limit_except GET { auth_session app; } }
        location /write { proxy_pass http://backend; limit_except GET { auth_session off; } }
        location /mode { proxy_pass http://backend; limit_except GET { auth_session_mode verify; } }
        location /if { auth_session off; proxy_pass http://backend;
            if ($arg_closed) { proxy_pass http://backend; } }',
);
my $session = cookie(mint({}));
my $token = bearer(mint({}));

my @table = (
    ['GET', '/', [], 401],
    ['GET', '/', [$session], 200],
    ['GET', '/off', [], 200],
    ['GET', '/off/on', [], 401],
    ['GET', '/off/on', [$session], 200],
    ['GET', '/other', [$session], 401],
    ['GET', '/other', [$token], 200],
    ['GET', '/read', [], 200],
    ['HEAD', '/read', [], 200],
    ['POST', '/read', [], 401],
    ['POST', '/read', [$session], 200],
    ['DELETE', '/read', [], 401],
    ['GET', '/write', [], 401],
    ['POST', '/write', [], 200],
    ['GET', '/mode', [], 401],
    ['POST', '/mode', [], 200],
    ['GET', '/if?closed=1', [], 200],
);
for my $case (@table) {
    my ($method, $path, $headers, $status) = @$case;
    is $nginx->request($method, $path, @$headers)->status, $status,
        join ' ', $method, $path, map { $_ eq $session ? 'cookie' : 'bearer' } @$headers;
}
is $nginx->get('/', $session)->body, '[app]', 'the realm of http';
is $nginx->get('/other', $token)->body, '[other]', 'the realm of a location';

done;

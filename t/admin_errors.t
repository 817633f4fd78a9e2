# What session_admin refuses: problem+json that names the field, before anything is asked of the store or done there.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Admin;

new_key('v1');
new_key('rsa', 'rsa');
my $redis = RedisServer->new;
my $nginx = Nginx->new(
    realms => {app => "key v1 file=v1.key; cookie access_token; session_limit 1 reject;
            origins https://ops.example.com; @{[ $redis->directives ]}",
        verify => "key k file=rsa.pub; token bearer; @{[ $redis->directives ]}"},
    locations => '
        location /admin/ { session_admin app write=on; }
        location /read/ { session_admin app; }
        location /verify/ { session_admin verify write=on; }
        rewrite ^/old/(.*)$ /admin/$1 last;',
);
my $admin = Admin->new($nginx, '/admin');
my $json = 'Content-Type: application/json';
my $form = 'Content-Type: application/x-www-form-urlencoded';
my $soon = time + 3600;
my ($long, $list) = ('x' x 256, $admin->send(GET => '/sessions?limit=1')->json);
my $wrong_cursor = encode_base64url('scan 12a');

sub is_problem {
    my ($response, $status, $field, $name) = @_;
    is $response->status, $status, "$name: $status";
    my $got = $response->json;
    is_deeply [$response->header('Content-Type'), $response->header('Cache-Control'), @$got{qw(status field)}],
        ['application/problem+json', 'no-store', $status, $field], "$name: the problem, " . ($field // 'no field')
        or diag $response->body;
    ok length $got->{title} && length $got->{detail}, "$name: in words";
    return $got;
}

# Method, path, status, field, body, headers.
my @table = (
    ['GET', '/', 404], ['GET', '/session', 404], ['GET', '/sessions/', 404], ['GET', '/sessions/a/b', 404],
    ['GET', '//sessions', 404], ['GET', '/users', 404], ['GET', '/users/42', 404], ['DELETE', '/users//stale', 404],
    ['POST', '/stats/x', 404], ['GET', '/%73essionz', 404],
    ['PUT', '/sessions', 405], ['PATCH', '/sessions/s1', 405], ['POST', '/sessions/s1', 405], ['GET', '/epoch', 405],
    ['GET', '/users/42/stale', 405], ['GET', '/users/../sessions', 405], ['POST', '/stats', 405], ['GET', '/cleanup', 405], ['OPTIONS', '/sessions', 405],
    ['GET', '/sessions?users=42', 400, 'users'], ['GET', '/sessions?user=42&user=43', 400, 'user'],
    ['GET', '/sessions?user=', 400, 'user'], ['GET', "/sessions?user=$long", 400, 'user'],
    ['GET', '/sessions?user=%0d%0aX:y', 400, 'user'], ['GET', '/sessions?user=a%00b', 400, 'user'],
    ['GET', '/sessions?user=%ff', 400, 'user'], ['GET', '/sessions?user=%zz', 400], ['GET', '/sessions?user=%4', 400],
    ['GET', '/sessions?tenant=%7f', 400, 'tenant'], ['GET', '/sessions?%0d%0a=1', 400, "\r\n"],
    (map { ['GET', "/sessions?limit=$_", 400, 'limit'] } qw(0 -1 1001 1e2 ten 99999999999999999999), '', '%2B1', '1%20'),
    (map { ['GET', "/sessions?cursor=$_", 400, 'cursor'] } 'x', '', '0', $wrong_cursor, encode_base64url('user 1 a')),
    (map { ['GET', "/sessions?user=42&cursor=$_", 400, 'cursor'] } 'x', encode_base64url('scan 1'),
        encode_base64url('user x a'), encode_base64url('user 1'), encode_base64url("user 1 a\r\n")),
    ['GET', '/stats?user=42', 400, 'user'], ['POST', '/cleanup?limit=1', 400, 'limit'],
    ['GET', '/sessions/s1', 400, 'user'], ['DELETE', '/sessions/s1', 400, 'user'],
    ['DELETE', '/sessions/s1?user=42&tenant=t', 400, 'tenant'],
    ['DELETE', '/users/a%0ab/sessions', 400, 'user'], ['DELETE', "/users/$long/stale", 400, 'user'],
    ['GET', "/sessions/$long?user=42", 400, 'id'], ['DELETE', '/sessions/%ff?user=42', 400, 'id'],
    (map { ['POST', '/sessions', 400, undef, $_, $json] } '', '[]', '{', '42', 'null', '{"user":"42","user":"43"}', "{\"user\":\"a\0b\"}",
        '{"user":"\u0000"}', "{\"user\":\"\xff\"}", '{"user":"42"}x', '{"a":' x 40 . '1' . '}' x 40),
    (map { ['POST', '/sessions', 400, 'user', $_, $json] } '{}', '{"user":42}', '{"user":""}', '{"user":null}',
        '{"user":"a\r\nb"}', "{\"user\":\"$long\"}", '{"user":["42"]}', '{"user":{}}', '{"user":"\u007f"}'),
    ['POST', '/sessions', 400, 'id', '{"user":"42","id":"s1"}', $json],
    (map { ['POST', '/sessions', 400, 'tenant', "{\"user\":\"42\",\"tenant\":$_}", $json] } '1', '""', '[]', '"a\nb"'),
    (map { ['POST', '/sessions', 400, 'claims', "{\"user\":\"42\",\"claims\":$_}", $json] } '"{}"', '[]', '["{}"]', '1',
        'true', '{"nbf":9999999999}', '{"exp_":"' . 'x' x 5000 . '"}'),
    (map { ['PUT', '/users/42/stale', 400, 'before', "{\"before\":$_}", $json] } '"1"', '1.5', '-1', '1e3', 'null', 'true',
        $soon, time . '000'),
    ['PUT', '/users/42/stale', 400, 'before', '{}', $json], ['PUT', '/users/42/stale', 400, undef, undef, $json],
    ['PUT', '/users/42/stale', 400, 'before', '{"before":1,"deleted":true}', $json],
    (map { ['PUT', '/users/42/stale', 400, 'deleted', "{\"deleted\":$_}", $json] } 'false', '1', '"true"'),
    ['PUT', '/users/42/stale', 400, 'tenant', '{"before":1,"tenant":"t"}', $json],
    ['POST', '/epoch', 400, 'before', '{"tenant":"t"}', $json], ['POST', '/epoch', 400, 'before', "{\"before\":$soon}", $json],
    ['POST', '/epoch', 400, 'deleted', '{"before":1,"deleted":true}', $json],
    ['POST', '/epoch', 400, 'tenant', '{"before":1,"tenant":7}', $json],
    ['POST', '/revoke', 400, 'id', '{"user":"42"}', $json], ['POST', '/revoke', 400, 'user', '{"id":"x"}', $json],
    (map { ['POST', '/revoke', 400, 'exp', "{\"user\":\"42\",\"id\":\"x\",\"exp\":$_}", $json] } '"1"', '-1', '1.5',
        time . '000'),
    ['POST', '/revoke', 400, 'token', '{"token":"x"}', $json],
    (map { ['POST', '/revoke', 400, 'token', $_, $form] } '', 'a=b', 'token=', 'token=a&token=b'),
    ['POST', '/revoke', 400, undef, 'token=%', $form],
    ['POST', '/sessions', 415, undef, 'user=42', $form], ['POST', '/sessions', 415, undef, '{"user":"42"}'],
    ['POST', '/epoch', 415, undef, '{"before":1}', 'Content-Type: text/plain'],
    ['POST', '/revoke', 415, undef, 'token=x', 'Content-Type: multipart/form-data'],
);
$redis->cli('CONFIG', 'RESETSTAT');
for my $row (@table) {
    my ($method, $path, $status, $field, $body, @headers) = @$row;
    my $name = substr join(' ', $method, $path, $body // ''), 0, 90;
    my $response = $admin->send($method, $path, $body, @headers);
    is_problem($response, $status, $field, $name =~ s/[^ -~]/?/gr);
    ok length $response->header('Allow'), "$name: what may be" if $status == 405;
}
is $redis->calls($_), 0, "the store was not asked: $_" for qw(evalsha hget zrevrange scan del);
is $admin->send(PUT => '/sessions')->header('Allow'), 'GET, HEAD, POST', 'what may be';

# Good, though unusual.
is $admin->send(GET => '/sessions?user=42&')->status, 200, 'an empty piece of the query';
is $nginx->get('/old/sessions?user=42')->status, 200, 'a path that was rewritten';
is $nginx->get('/%61dmin/%73essions?us%65r=42')->status, 200, 'a path with escapes';
is $admin->send(POST => '/epoch', '{"before":1,"tenant":null}', 'Content-Type: Application/JSON; charset=utf-8')->status,
    200, 'a member that is null; a type with a parameter';

# Without write=on.
for my $row (['POST', '/sessions'], ['DELETE', '/sessions/s1?user=42'], ['PUT', '/users/42/stale'], ['POST', '/revoke'],
    ['POST', '/epoch'], ['POST', '/cleanup'], ['PATCH', '/x']) {
    my $response = $nginx->request($row->[0], "/read$row->[1]", $json, {body => '{"user":"42"}'});
    is is_problem($response, 403, undef, "read only, @$row")->{reason}, 'forbidden', 'the reason';
}
is $nginx->get("/read$_")->status, 200, "read only: GET $_" for '/sessions', '/stats';

# Other sites.
for my $foreign ('Origin: https://evil.example', 'Origin: null', 'Sec-Fetch-Site: cross-site') {
    my $response = $admin->send(POST => '/sessions', {user => '42'}, $foreign);
    is $response->status . ' ' . $response->json->{reason}, '403 origin', $foreign;
    is $admin->send(GET => '/stats', undef, $foreign)->status, 200, "$foreign: looking changes nothing";
}
is_deeply [keys_of($redis, 'session:data:*')], [], 'nothing was made';
is $admin->send(POST => '/cleanup', undef, 'Origin: https://ops.example.com')->status, 200, 'an origin that may';
is $nginx->request('OPTIONS', '/admin/sessions', 'Origin: https://ops.example.com', 'Access-Control-Request-Method: POST')
    ->status, 204, 'a preflight';

# What the realm cannot, or the user may not.
is_problem($nginx->post('/verify/sessions', $json, {body => '{"user":"42"}'}), 501, undef, 'no key signs');
$admin->begin('42');
is is_problem($admin->send(POST => '/sessions', {user => '42'}), 403, undef, 'session_limit')->{reason}, 'forbidden', 'why';
is $admin->send(POST => '/sessions', {user => '43', claims => {sub => '1', role => 'x'}})->json->{user}, '43', 'own claims win';
like $nginx->log, qr/\[warn\].*claim "sub" of an operator gives way/, 'with a warning';

done;
